"""system: what the server is, and what it can be asked."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings

from pumice.server.accounts.authentication import Requester
from pumice.server.api.xmlrpc import dispatch, registry
from pumice.server.api.xmlrpc.faults import INVALID_PARAMETERS, Fault
from pumice.server.api.xmlrpc.permissions import ANYONE, EACH_BY_ITS_OWN
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Anything, Name

API_VERSION = 2
MAX_CALLS = 1_000
"""Calls in one system.multicall."""

MAX_ANSWERS = 64 * 1024 * 1024
"""Bytes of text and data after which it makes no further call: a small request cannot ask for
an answer of any size."""

_CAPABILITIES = {
    "introspect": {
        "specUrl": "http://xmlrpc-c.sourceforge.net/xmlrpc-c/introspection.html",
        "specVersion": 1,
    },
    "faults_interop": {
        "specUrl": "http://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php",
        "specVersion": 20010516,
    },
    "auth_token": {
        "specUrl": "https://blueprints.launchpad.net/linaro-django-xmlrpc/"
        "+spec/other-o-linaro-xml-rpc-auth-tokens",
        "specVersion": 20110516,
    },
}


@method("system.listMethods", permission=ANYONE)
def list_methods(user: Requester) -> list[str]:
    """List the names of all methods.

    Returns
      An array of names with their sections, sorted, such as scheduler.jobs.show.

    Example
      system.listMethods()
    """
    return [known.full_name for known in registry.listed()]


@method("system.methodHelp", permission=ANYONE)
def method_help(user: Requester, method_name: Name) -> str:
    """Show the help of a method.

    Arguments
      method_name: the method's name with its section.

    Returns
      The help as text; empty for a method that does not exist.

    Example
      system.methodHelp("scheduler.jobs.show")
    """
    known = registry.find(str(method_name))
    return known.help if known else ""


@method("system.methodSignature", permission=ANYONE)
def method_signature(user: Requester, method_name: Name) -> list[str] | str:
    """Show what types a method returns and takes.

    Arguments
      method_name: the method's name with its section.

    Returns
      An array of type names: the result's first, then one for each argument, optional ones
      included. An empty text for a method that does not exist.

    Example
      system.methodSignature("scheduler.jobs.show")
    """
    known = registry.find(str(method_name))
    if known is None:
        return ""
    return [known.signature.returns, *(p.types for p in known.signature.parameters)]


@method("system.multicall", permission=EACH_BY_ITS_OWN)
def multicall(user: Requester, calls: Anything) -> list[Any]:
    """Make several calls in one request.

    The calls are made in order, as the same user; one that fails does not stop the others. When
    the answers have 64 MiB together, the calls that are left are faults.

    Arguments
      calls: an array of structs, each with methodName and params (an array); 1000 at most,
        counting those within a system.multicall.

    Returns
      An array with one entry a call: an array that holds the call's result, or a struct with
      faultCode and faultString.

    Faults
      -32602: calls is not an array, or has too many entries.

    Example
      system.multicall([{"methodName": "system.version", "params": []}])
    """
    if not isinstance(calls, list):
        raise _malformed("expected a list of methods to call")
    entries = cast("list[object]", calls)
    if _number(entries) > MAX_CALLS:
        raise _malformed(f"takes at most {MAX_CALLS} calls")
    answers: list[Any] = []
    size = 0
    for entry in entries:
        answers.append(_answer(user, entry) if size < MAX_ANSWERS else _fault(_TOO_MUCH))
        size += _size(answers[-1])
    return answers


def _number(entries: list[object]) -> int:
    """How many calls there are, those within calls counted."""
    number = len(entries)
    for entry in entries:
        match entry:
            case {"methodName": "system.multicall", "params": [list() as inner, *_]}:
                number += _number(cast("list[object]", inner))
            case _:
                pass
    return number


def _size(value: object) -> int:
    """About how many bytes the value takes: what counts is its texts and data."""
    if isinstance(value, (str, bytes)):
        return len(value)
    if isinstance(value, dict):
        return sum(map(_size, cast("dict[str, object]", value).values()))
    if isinstance(value, (list, tuple)):
        return sum(map(_size, cast("list[object]", value)))
    return 8


def _answer(user: Requester, entry: object) -> list[object] | dict[str, object]:
    try:
        name, arguments = _read(entry)
        return [dispatch.call(user, name, arguments)]
    except Fault as fault:
        return _fault(fault)


def _fault(fault: Fault) -> dict[str, object]:
    return {"faultCode": fault.code, "faultString": fault.text}


def _read(entry: object) -> tuple[str, list[object]]:
    if not isinstance(entry, dict):
        raise _malformed("expected struct")
    fields = dict(cast("dict[str, object]", entry))
    if "methodName" not in fields:
        raise _malformed("methodName not specified")
    name = fields.pop("methodName")
    if not isinstance(name, str):
        raise _malformed("methodName must be a string")
    if "params" not in fields:
        raise _malformed("params not specified")
    arguments = fields.pop("params")
    if not isinstance(arguments, list):
        raise _malformed("params must be an array")
    if fields:
        raise _malformed(f"specified additional arguments {sorted(fields)}")
    return name, cast("list[object]", arguments)


def _malformed(what: str) -> Fault:
    return Fault(INVALID_PARAMETERS, f"system.multicall {what}")


_TOO_MUCH = _malformed("has no room for more answers: make this call by itself")


@method("system.getCapabilities", permission=ANYONE)
def get_capabilities(user: Requester) -> dict[str, Any]:
    """Show which conventions of XML-RPC the server follows.

    Returns
      A struct with one entry a convention, each a struct of specUrl and specVersion.

    Example
      system.getCapabilities()
    """
    return _CAPABILITIES


@method("system.whoami", permission=ANYONE)
def whoami(user: Requester) -> str | None:
    """Show as whom the server knows the caller.

    Returns
      The user's name; nil without a token.

    Example
      system.whoami()
    """
    return user.get_username() if user.is_authenticated else None


@method("system.version", permission=ANYONE)
def version(user: Requester) -> str:
    """Show the version of LAVA with which the server is compatible.

    Returns
      Year and month, such as 2026.07. Clients gate their features on it.

    Example
      system.version()
    """
    return settings.LAVA_COMPATIBLE_VERSION


@method("system.api_version", permission=ANYONE)
def api_version(user: Requester) -> int:
    """Show the version of this API.

    Returns
      2.

    Example
      system.api_version()
    """
    return API_VERSION


@method("system.master_config", permission=ANYONE)
def master_config(user: Requester) -> dict[str, Any]:
    """Show the settings that clients need.

    Returns
      A struct of EVENT_TOPIC (the first part of every event's topic), EVENT_SOCKET (where
      events are published), EVENT_NOTIFICATION (whether they are) and LOG_SIZE_LIMIT
      (megabytes).

    Example
      system.master_config()
    """
    return {
        "EVENT_TOPIC": settings.EVENT_TOPIC,
        "EVENT_SOCKET": settings.EVENT_SOCKET,
        "EVENT_NOTIFICATION": settings.EVENT_NOTIFICATION,
        "LOG_SIZE_LIMIT": settings.LOG_SIZE_LIMIT,
    }
