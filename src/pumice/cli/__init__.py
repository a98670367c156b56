"""The command line: one file a command.

Promises: the forms of commands and options stay as the reference documents them; exit status 0
when done, 1 when the thing asked for failed, 2 for wrong usage or configuration. Errors go to
standard error, one line first. A command's module is imported only when the command is run.
"""
