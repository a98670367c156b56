"""Accounts: users, groups, tokens, and who is asking.

Promises: a token's secret is shown once; it is looked up by its digest under the site's key, and
kept sealed beside it for callbacks that name it by its description. Its last use is written
at most once a minute. Users and groups are Django's own. What a person may do with an object
is decided by the rules of :mod:`pumice.server.accounts.grants`, which the rooms below apply to
their models; permissions have LAVA's names on the wire (:mod:`pumice.server.accounts.names`).

Too many failed attempts with tokens or passwords are refused
(:mod:`pumice.server.accounts.attempts`). What one signs in with beside the lab's own passwords is
loaded only where it is set up: a directory (:mod:`pumice.server.accounts.ldap`), other sites
(:mod:`pumice.server.web.accounts`).

Fails with :class:`pumice.server.accounts.authentication.BadCredentials`, which carries the HTTP
status that LAVA's clients expect.
"""
