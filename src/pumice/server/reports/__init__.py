"""Queries over jobs, suites and cases: asked once, or saved by a person for others too.

Promises: a condition names a table, a field and an operator of a closed list, and a value by the
name that people know; nothing of it reaches the database in another way than as a value. Every
result is one that its reader may see, whoever saved the query, and every answer is limited, in its
size and in the time that the database may work for it. A query is live, and asked anew each time,
or cached: then its results are kept when somebody refreshes it, and at most one refresh of a query
runs at a time.

May touch: the tables of queries; it reads jobs and results, and writes none of them.

Fails with the errors of :mod:`.errors`, whose messages say what to correct, and as the database
does.
"""
