"""Signing in at an OpenID Connect provider, at the addresses that LAVA's sites have registered.

Promises: who a person is stands in the signed id token. Its signature is checked always: by the
provider's keys where their address is known, else by the client's secret; and so are its audience,
its end and, where it is known, its issuer. What the provider tells beside is believed only if it is
about the same person.

An application that django-allauth finds; loaded only where AUTH_OIDC is set. What goes wrong
becomes the page of :mod:`pumice.server.web.accounts.outside`.
"""
