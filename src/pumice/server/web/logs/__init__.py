"""Logs on pages: lines as safe HTML, ranges of them, and downloads.

Promises: whatever a board prints, what comes out is escaped text in elements of our own; a range
never holds more than :data:`pumice.server.web.logs.ranges.CHUNK` lines twice over in memory.
"""
