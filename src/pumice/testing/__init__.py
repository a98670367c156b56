"""Test doubles that are part of the product: the other side of an interface, in one process.

Promises: each double speaks its interface as the real thing does, keeps what it was told for a
test to look at, and can be made to fail in the ways in which the real thing fails.

``worker_server``: the server's worker doors. ``dispatcher``: a dispatcher without a board, as
a program. ``ssh_host``: OpenSSH's own server with keys of its own. ``qemu_boards``: real QEMUs
that a job's connection starts, with ``qemu_power`` as their switch. Nothing of Pumice but the
command line imports them.

``leftovers`` is no double: it lists what jobs leave on the host that they run on. Nor is
``cost``: it says what memory and processor time a dispatcher takes.

May touch: ports and files that it is given. Fails like the real thing, and with AssertionError
or TimeoutError where a test waits for what never comes.
"""
