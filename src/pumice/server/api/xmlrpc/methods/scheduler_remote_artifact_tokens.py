"""scheduler.remote_artifact_tokens: values that one's jobs name, and that only workers get."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.models import User

from pumice.server.accounts import artifacts
from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.errors import CannotChange
from pumice.server.accounts.models import Scope
from pumice.server.api.xmlrpc.faults import NOT_FOUND, Fault
from pumice.server.api.xmlrpc.lookups import refused
from pumice.server.api.xmlrpc.permissions import Permission
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Name

OWN = Permission(True, "Every user, with a token, for their own.", Scope.ADMIN)


@method("scheduler.remote_artifact_tokens.list", permission=OWN)
def list_tokens(user: Requester) -> list[dict[str, str]]:
    """List one's own remote artifact tokens, by name.

    Returns
      An array of structs: name, token.

    Example
      scheduler.remote_artifact_tokens.list()
    """
    values = artifacts.values(cast("User", user))
    return [{"name": name, "token": token} for name, token in values.items()]


@method("scheduler.remote_artifact_tokens.show", permission=OWN)
def show(user: Requester, name: Name) -> str:
    """Show one of one's own remote artifact tokens.

    Arguments
      name: its name.

    Returns
      The token.

    Faults
      404: the caller has none of the name.

    Example
      scheduler.remote_artifact_tokens.show("artifactory")
    """
    token = artifacts.values(cast("User", user)).get(str(name))
    if token is None:
        raise _missing(name)
    return token


@method("scheduler.remote_artifact_tokens.add", permission=OWN)
def add(user: Requester, name: str, token: str) -> None:
    """Keep a token under a name; jobs write the name where the worker shall use the token.

    Arguments
      name: its name, of at most 100 characters.
      token: the token, of at most 200 characters.

    Faults
      400: the caller has one of the name, or one of them is too long.

    Example
      scheduler.remote_artifact_tokens.add("artifactory", "s3cr3t")
    """
    try:
        artifacts.add(cast("User", user), name, token)
    except CannotChange as error:
        raise refused("token already exists?" if error.taken else error) from error


@method("scheduler.remote_artifact_tokens.delete", permission=OWN)
def delete(user: Requester, name: Name) -> None:
    """Forget one of one's own remote artifact tokens.

    Arguments
      name: its name.

    Faults
      404: the caller has none of the name.

    Example
      scheduler.remote_artifact_tokens.delete("artifactory")
    """
    if not artifacts.delete(cast("User", user), str(name)):
        raise _missing(name)


def _missing(name: object) -> Fault:
    return Fault(NOT_FOUND, f"Token '{name}' was not found.")
