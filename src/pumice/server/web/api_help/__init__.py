"""/api/help/: what programs can ask, and how.

Promises: every registered XML-RPC method is there, with its arguments, result, permission and
help, under an anchor of its name; the examples name this site's own address. Open to
everyone, and without a read of the database.
"""
