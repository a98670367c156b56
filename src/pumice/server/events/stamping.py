"""Give committed events their place in the order that readers follow."""

from __future__ import annotations

from django.db import connection, transaction

from pumice.server.database.wake import wake

BATCH = 1_000

_STAMP = """
UPDATE events_event SET seq = numbered.place
FROM (
    SELECT id,
           (SELECT COALESCE(MAX(seq), 0) FROM events_event) + ROW_NUMBER() OVER (ORDER BY id)
               AS place
    FROM events_event WHERE seq IS NULL ORDER BY id LIMIT %s
) AS numbered
WHERE events_event.id = numbered.id
"""

_ANY = "SELECT 1 FROM events_event WHERE seq IS NULL LIMIT 1"


def stamp() -> bool:
    """Stamp up to 1,000 committed events; whether there may be more. Only the leader calls it."""
    with connection.cursor() as cursor:
        cursor.execute(_ANY)
        if cursor.fetchone() is None:
            return False
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STAMP, [BATCH])
        count = cursor.rowcount
        wake("events")
    return count >= BATCH
