"""The lab's part of ``pumice manage``: one module a command, with the names and arguments that
LAVA's have.

Promises: a command's result is on standard output, and its exit status is 0 where what was asked
for is done, 1 where it is not (Django's ``CommandError``), 2 for wrong usage.
"""
