"""The coordinator: lets the jobs of a MultiNode group wait for each other and exchange messages.

Promises: it speaks what :mod:`pumice.wire.coordinator` describes, to LAVA's dispatchers and to
ours. Whatever it has answered ``ack`` is on the disk: when it is killed and started again, all
groups go on where they stood. No request ends it; one that is wrong is answered ``nack`` with
the reason. A group that nobody has asked about for the time of retention is forgotten.

May touch: its journal, an SQLite file that belongs to it alone, and the listening socket that
it is given. It knows nothing of server, worker and jobs. Whoever reaches its port can speak for
any group whose name they know: it belongs on a network that only the lab's hosts can reach.

Fails: a journal that cannot be opened or read ends it, with exit status 2. While the journal
cannot be written (a full disk), requests are answered ``wait``, so that clients ask again.

``group`` is the state of one group and what is answered from it, ``groups`` all of them, both
pure; ``journal`` keeps them; ``desk`` decides what ``door`` takes in; ``main`` runs it all.
"""
