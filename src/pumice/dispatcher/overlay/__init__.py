"""The overlay: what a job adds to a board's file system, made without root.

Promises: the tree ``/lava-<id>`` holds the helpers, the environment, the secrets and the tests
as LAVA's ABI lays them out; it becomes a disk image or an archive by programs that need no
privileges, and the same tree gives the same image.

Repositories and archives of tests are hostile: nothing of them is run on the worker, nothing is
read or written outside their folder, links stay links, and sizes have limits. What is wrong in
them is a JobError that names the file; what the network does is an InfrastructureError.

Source: LAVA's documented layout; the helpers in ``board`` are our own, for any POSIX shell.
"""
