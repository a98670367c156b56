"""A board's console: its byte stream, cut into log lines and searched for patterns.

Promises: every line that the board prints is logged once, in order, with the time at which it
came; a pattern is found wherever the stream is cut; a flood of output delays no timeout and
needs no more memory than a window; nothing that a board prints (NUL, escape sequences, bytes
that are not UTF-8, lines without an end) stops it. :mod:`engine` is the console,
:mod:`transport` what it needs of a byte stream, :mod:`pty` the one that starts a program.

Fails with :class:`pumice.dispatcher.errors.ConnectionClosed` where the stream has ended, and
with :class:`pumice.dispatcher.errors.JobError` for a pattern that is wrong or takes too long.
"""
