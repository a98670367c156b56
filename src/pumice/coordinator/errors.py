"""Why a coordinator cannot go on."""

from __future__ import annotations


class JournalUnusable(Exception):
    """The journal cannot be opened or read: stop the coordinator that has it, make its folder
    writable, or move the file away, which ends the groups in it."""
