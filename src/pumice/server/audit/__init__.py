"""Who changed what, from where: one entry for each change that a person or a token makes.

Promises: :func:`pumice.server.audit.record.record` writes the entry in the transaction of the
change, so that neither is without the other. Entries hold names, not keys of other tables, and
outlive what they tell of. No secret stands in them: it is named and its value left out.

What the server does by itself, such as a health check's verdict, is told by events, not here. Fails
as the database does.
"""
