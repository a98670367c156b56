"""The command line's door: ``pumice manage COMMAND``, one module a command.

Promises: commands, sub-commands and arguments have LAVA's names. What was asked for is printed on
standard output, with control characters of stored texts escaped; the exit status is 0 where it
was done, 1 where it was refused (Django's ``CommandError``), 2 for wrong usage. Every change is
in the audit log, as the command line's.

May touch: whatever the acts of the rooms below touch; there are no rules here. ``devices control``
starts programs, ``site update`` writes a settings file.
"""
