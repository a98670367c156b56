"""From which address a request comes, and how."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The client's address, or what the proxy on this host says it is; "" where nobody says.

    Which address of ``X-Forwarded-For`` counts is the setting HTTP_X_FORWARDED_FOR_INDEX. From
    anywhere but this host the header is not believed.
    """
    peer: str = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR")
    if not forwarded or not _is_loopback(peer):
        return peer
    addresses = [address.strip() for address in forwarded.split(",")]
    try:
        return addresses[settings.HTTP_X_FORWARDED_FOR_INDEX]
    except IndexError:
        return ""


def scheme(environ: Mapping[str, Any]) -> str:
    """``https`` or ``http``: what a WSGI request's client used, as the proxy on this host says."""
    said = environ.get("HTTP_X_FORWARDED_PROTO")
    if said in ("http", "https") and _is_loopback(environ.get("REMOTE_ADDR", "")):
        return said
    return environ["wsgi.url_scheme"]


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
