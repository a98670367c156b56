"""Logs: lines of a job, live and sealed.

Promises: an acknowledged line is on the disk and has its number for ever; lines are read
by number without reading those before. While a job runs its lines are in a live store
(PostgreSQL: compressed chunks as rows; SQLite: a file, whose bytes are synced before the
transaction that counts them). At its end they become one sealed object: zstd frames with an
index, that ``zstd -d`` reads too.

May touch: its tables and ``MEDIA_ROOT/logs``.
"""
