"""Answer one call: find the method, check the caller and the arguments, run it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.db import Error as DatabaseError

from pumice.server.accounts.authentication import Requester
from pumice.server.api.xmlrpc import registry
from pumice.server.api.xmlrpc.faults import NO_SUCH_METHOD, Fault, internal

log = logging.getLogger("pumice.xmlrpc")


def call(user: Requester, name: str, arguments: Sequence[object]) -> object:
    """The result of a method. Raises Fault, and nothing else."""
    if name == "close":
        return None  # what the standard library's proxy calls when it is used as a function
    method = registry.find(name)
    if method is None:
        raise Fault(NO_SUCH_METHOD, f"No such method: '{name}'")
    method.permission.check(user)
    bound = method.signature.bind(method.name, arguments)
    try:
        return method.function(user, *bound)
    except Fault:
        raise
    except DatabaseError as error:
        log.exception("call failed", extra={"method": name})
        raise internal("the database refused") from error
    except Exception as error:
        log.exception("call failed", extra={"method": name})
        raise internal(error) from error
