"""Seal, digest and derive under the site's key."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12
_ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class CannotUnseal(Exception):
    """The secret was sealed under another site key: restore the old DIR/secret.key."""


@cache
def _key(purpose: str) -> bytes:
    return hmac.digest(bytes.fromhex(settings.SECRET_KEY), purpose.encode(), hashlib.sha256)


def seal(purpose: str, text: str) -> str:
    """Encrypt a text so that only :func:`unseal` with the same purpose reads it."""
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_key("seal " + purpose)).encrypt(nonce, text.encode(), None)
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(purpose: str, sealed: str) -> str:
    """The text that was sealed. Raises CannotUnseal."""
    try:
        data = base64.urlsafe_b64decode(sealed)
        text = AESGCM(_key("seal " + purpose)).decrypt(data[:_NONCE], data[_NONCE:], None)
    except (ValueError, InvalidTag) as error:
        raise CannotUnseal(str(CannotUnseal.__doc__)) from error
    return text.decode()


def digest(purpose: str, secret: str) -> str:
    """64 hexadecimal digits by which a secret is looked up."""
    return hmac.digest(_key("digest " + purpose), secret.encode(), hashlib.sha256).hex()


def derive(purpose: str, *parts: object) -> str:
    """32 letters and digits that follow from the site's key, the purpose and the parts."""
    message = "\0".join(map(str, parts)).encode()
    stream = hmac.digest(_key("derive " + purpose), message, hashlib.sha256)
    number = int.from_bytes(stream, "big")
    characters: list[str] = []
    for _ in range(32):
        number, index = divmod(number, len(_ALPHABET))
        characters.append(_ALPHABET[index])
    return "".join(characters)


def same(one: str, other: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def random_text(length: int, alphabet: str = _ALPHABET) -> str:
    """A new random secret of so many characters."""
    return "".join(secrets.choice(alphabet) for _ in range(length))
