"""XML-RPC at /RPC2, as LAVA's clients know it.

Promises: a method is a function that :mod:`.registry` knows by its dotted name, with its help,
types and permission; a new section is a new module in ``methods``, found by listing. Methods
hold no rules: they read their arguments, call one function of the rooms above, and shape its
answer. Every answer can be read as XML, whatever text the database holds. No request, however
malformed, raises; none costs more queries because a table has more rows.

May touch: what the rooms above offer. Keeps no state between requests.

Fails with :class:`.faults.Fault`, which the caller reads as code and text; anything else that a
method raises is logged and answered as fault -32603.
"""
