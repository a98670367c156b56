"""A job's context, as an argument in YAML."""

from __future__ import annotations

from typing import Any, cast

from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument
from pumice.server.api.xmlrpc.faults import BAD_REQUEST, Fault


def context_of(text: str | None, refusal: str) -> dict[str, Any] | None:
    """The map in the text, or None without one.

    Raises Fault 400: ``refusal`` with the text and what is wrong with it filled in.
    """
    if not text:
        return None
    try:
        data = yaml.load(text).data
    except InvalidDocument as error:
        raise Fault(BAD_REQUEST, refusal.format(text, error)) from error
    if not isinstance(data, dict):
        raise Fault(BAD_REQUEST, refusal.format(text, "it is no map"))
    return cast("dict[str, Any]", data)
