"""The language between server, worker and dispatcher, and what clients see of it.

Log lines, result records, the job's spool, the payload of a job, the names of states, and
the bodies of events. Everything is a value or a pure function; nothing here opens a
connection. ``spool`` reads and appends to a binary file object that it is given.

Source of the formats: LAVA's worker protocol and log format, as observed from outside.
"""
