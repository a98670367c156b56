"""/admin/: Django's administration of what the lab has, for its administrators.

Promises: whatever is changed here is changed by the act that other doors call, so that the record
of changes, events and waiting jobs follow, and what an act refuses is refused with its reason. No
state is edited by hand: health and the end of jobs are actions that ask for a reason. Secrets are
not shown. Nothing can be deleted where ALLOW_ADMIN_DELETE is false. Lists hide what the other pages
hide, and cost no more with more rows: none counts a large table, and a related thing is chosen by
searching for it.

May touch: nothing of its own.
"""
