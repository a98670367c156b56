"""Accounts: users, groups, tokens, and who is asking.

Promises: a token's secret is shown once; it is looked up by its digest under the site's key, and
kept sealed beside it for callbacks that name it by its description. Its last use is written
at most once a minute. Users and groups are Django's own.

Fails with :class:`pumice.server.accounts.authentication.BadCredentials`, which carries the HTTP
status that LAVA's clients expect.
"""
