"""The dispatcher's process: ``python -m pumice.dispatcher ... JOB``.

Exit status: 0 when the job passes, 1 when it fails, 2 when it is called wrongly.

``python -m pumice.dispatcher --clean FOLDER`` cleans up after a dispatcher that died in this
output folder; the records of what it does go to standard output, as lines of a spool. Exit
status: 0 when nothing is left, 1 when something is, 2 where it cannot be told.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pumice import __version__


def parser() -> argparse.ArgumentParser:
    """The arguments; their names are lava-run's where they mean the same."""
    made = argparse.ArgumentParser(prog="pumice.dispatcher", description="Run one job.")
    made.add_argument("--version", action="version", version=__version__)
    made.add_argument("--job-id", required=True, metavar="N")
    made.add_argument("--output-dir", required=True, type=Path, metavar="DIR")
    made.add_argument("--device", required=True, type=Path, metavar="FILE")
    made.add_argument("--dispatcher", type=Path, metavar="FILE", help="dispatcher.yaml")
    made.add_argument("--env-dut", type=Path, metavar="FILE", help="env-dut.yaml")
    made.add_argument("--bell", metavar="SOCKET", help="told whenever logs.yaml has grown")
    made.add_argument("--validate", action="store_true", help="only check whether it can run")
    made.add_argument("definition", type=Path, metavar="JOB")
    return made


def main(arguments: Sequence[str]) -> int:
    """Run, or with ``--validate`` only plan; the exit status."""
    if arguments[:1] == ["--clean"]:
        return _clean(arguments[1:])
    given = parser().parse_args(arguments)
    if not given.job_id.replace("-", "").replace("_", "").replace(".", "").isalnum():
        print("--job-id: letters, digits, '-', '_' and '.' are allowed", file=sys.stderr)
        return 2
    try:
        texts = [
            path.read_text("utf-8", "replace") if path is not None else ""
            for path in (given.definition, given.device, given.dispatcher, given.env_dut)
        ]
    except OSError as error:
        print(f"cannot read {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    # Imported here, so that a wrong call is answered at once.
    from pumice.dispatcher import main as program
    from pumice.dispatcher.errors import JobFailure

    order = program.Order(given.job_id, given.output_dir, *texts, bell=given.bell)
    if given.validate:
        try:
            program.plan(order, program.read(order))
        except JobFailure as failure:
            print(failure, file=sys.stderr)
            return 1
        return 0
    try:
        return 0 if program.run(order) else 1
    except OSError as error:
        print(f"cannot write to {given.output_dir}: {error}", file=sys.stderr)
        return 2


def _clean(arguments: Sequence[str]) -> int:
    """Clean up after a dispatcher that died; the exit status."""
    made = argparse.ArgumentParser(prog="pumice.dispatcher --clean")
    made.add_argument("folder", type=Path, metavar="FOLDER")
    folder: Path = made.parse_args(arguments).folder
    from pumice.dispatcher.cleaning import clean

    def say(records: list[str]) -> None:
        sys.stdout.writelines(f"- {record}\n" for record in records)
        sys.stdout.flush()

    try:
        return 0 if clean(folder, say) else 1
    except OSError as error:
        print(f"cannot clean up after the job in {folder}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
