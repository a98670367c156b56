"""What live pages are told: who listens, what they may see, and how it is written.

Everything here that reads the database runs in a thread (``Bus.call``); the streams themselves
are in :mod:`pumice.server.web.streams`.
"""
