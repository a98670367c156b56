"""Faults: what a caller reads when a call cannot be answered."""

from __future__ import annotations

BAD_REQUEST = 400
UNAUTHENTICATED = 401
FORBIDDEN = 403
NOT_FOUND = 404
NOT_A_CALL = -32600
NO_SUCH_METHOD = -32601
INVALID_PARAMETERS = -32602
INTERNAL = -32603
"""Negative codes are those of the fault interoperability specification, 20010516."""

CODES = {
    BAD_REQUEST: "an argument cannot be used; the text says why",
    UNAUTHENTICATED: "sign in with a user name and a token",
    FORBIDDEN: "the user may not do this",
    NOT_FOUND: "there is no such thing",
    NOT_A_CALL: "the body is XML but no method call",
    NO_SUCH_METHOD: "there is no such method",
    INVALID_PARAMETERS: "an entry of system.multicall is malformed",
    INTERNAL: "the body is not readable XML, the arguments do not fit, or the server failed",
}
"""Every code that a client can meet, and what it says."""

AUTHENTICATE = "Authentication with user and token required for this API."
_INTERNAL_TEXT = "Internal Server Error (contact server administrator for details): {}"


class Fault(Exception):
    """The call cannot be answered: ``code`` says why, and the text what to correct."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def internal(text: object) -> Fault:
    """The fault for arguments that do not fit and for failures, as LAVA words it."""
    return Fault(INTERNAL, _INTERNAL_TEXT.format(text))
