"""The overlay: what a job adds to a board's file system, made without root.

Promises: the tree ``/lava-<id>`` holds the helpers, the environment, the secrets and the tests
as LAVA's ABI lays them out; it becomes a disk image or an archive by programs that need no
privileges, and the same tree gives the same image.

Source: LAVA's documented layout; the helpers in ``board`` are our own, for any POSIX shell.
"""
