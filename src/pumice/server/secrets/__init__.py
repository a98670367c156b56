"""Secrets: sealed, digested or derived, always under the site's key.

Promises: no secret stands in the database in clear. What must be given out again is sealed
(AES-GCM); what is only compared is digested (HMAC-SHA256: the secrets are random, so a slow hash
would add nothing); what the protocol needs but nobody chooses is derived.

Fails with :class:`pumice.server.secrets.sealing.CannotUnseal` when the site's key has changed.
"""
