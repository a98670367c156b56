"""``python -m pumice``: the same as the ``pumice`` command."""

from pumice.cli.main import main

if __name__ == "__main__":
    main()
