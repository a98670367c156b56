"""The outbox: every change of a job, device or worker writes its event with it.

Promises: an event is committed with its change or not at all. Once stamped it has a ``seq``; seqs
follow the commits without a gap and never change, so a reader that remembers the last one
it saw misses nothing. Ids are taken before the commit and order nothing.

May touch: its own table. ``bus`` reads for the whole process, once, and hands to subscribers.
Fails with Django's database errors; the bus keeps trying.
"""
