"""Who changed what, from where: one entry for each change that a person or a token makes.

Promises: :func:`pumice.server.audit.record.record` writes the entry in the transaction of the
change, so that neither is without the other. Entries hold names, not keys of other tables, and
outlive what they tell of. No secret stands in them: it is named and its value left out.

People search them by who, kind, subject, act and time; each search is served by an index, a page
goes on from a number and nothing is counted, so that a million entries answer as fast as a hundred.
They are kept for ever, or as long as AUDIT_DAYS says.

What the server does by itself, such as a health check's verdict, is told by events, not here. Fails
as the database does.
"""
