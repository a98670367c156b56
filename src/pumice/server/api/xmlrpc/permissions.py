"""Who may call a method: one constant for each rule, shown on the help page as it is checked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pumice.server.accounts import names, tokens
from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.models import Scope
from pumice.server.api.xmlrpc.faults import (
    AUTHENTICATE,
    FORBIDDEN,
    UNAUTHENTICATED,
    Fault,
)


@dataclass(frozen=True, slots=True)
class Permission:
    """A rule, whose ``sentence`` people read.

    Checked before the call: ``login``; ``needed``, a permission by its name on the wire; ``staff``;
    and that the caller's token has the ``scope``. What else the sentence says, the method checks.
    ``delegates``: the method calls others, by their own rules.
    """

    login: bool
    sentence: str
    scope: Scope = Scope.READ
    needed: str | None = None
    staff: bool = False
    delegates: bool = False

    @property
    def only_reads(self) -> bool:
        """Whether no call changes anything, nor shows a secret."""
        return self.scope == Scope.READ and not self.delegates

    def check(self, user: Requester) -> None:
        """Raise Fault where the user may not call."""
        if self.login and not user.is_authenticated:
            raise Fault(UNAUTHENTICATED, AUTHENTICATE)
        if self.needed is not None and not user.has_perm(_ours(self.needed)):
            raise Fault(
                FORBIDDEN, f"User '{user.get_username()}' is missing permission {self.needed}."
            )
        if self.staff and not user.is_staff:
            raise Fault(FORBIDDEN, "forbidden")
        if tokens.scope(user) < self.scope:
            has, needs = tokens.scope(user).label, self.scope.label
            raise Fault(
                FORBIDDEN, f"The token's scope is '{has}', and this needs one of '{needs}'."
            )


def shows_secrets(user: Requester) -> bool:
    """Whether the caller's token is good for being shown what is secret: one for everything."""
    return tokens.scope(user) >= Scope.ADMIN


def holders(needed: str, and_whom: str = "") -> Permission:
    """The rule for those who have a permission, given by its name on the wire.

    ``and_whom`` says what the method itself checks in addition.
    """
    _ours(needed)
    sentence = f"Users, with a token, who have {needed}{and_whom and ' ' + and_whom}."
    verb = needed.rpartition(".")[2].partition("_")[0]
    scope = Scope.READ if verb == "view" else Scope.ADMIN
    return Permission(True, sentence, scope, needed)


@cache
def _ours(needed: str) -> str:
    app, codename = needed.split(".")
    named = names.by_wire(app, codename.rpartition("_")[2])
    ours = named and named.our_codename(codename)
    if named is None or ours is None:
        raise ValueError(f"there is no permission {needed}")
    return f"{named.ours[0]}.{ours}"


ANYONE = Permission(False, "Anyone.")
EACH_BY_ITS_OWN = Permission(False, "Anyone; each call is checked by itself.", delegates=True)
LISTS_VISIBLE = Permission(False, "Anyone; only what the caller may see is listed.")
MAY_VIEW = Permission(False, "Whoever may see what the method shows.")
SIGNED_IN = Permission(True, "Every user, with a token.")
SUBMITS = Permission(True, "Every user, with a token.", Scope.SUBMIT)
MAY_VIEW_SIGNED_IN = Permission(True, "Users, with a token, who may see the job.")
MAY_USE_QUERY = Permission(
    True, "Users, with a token, who own the query or are in its group; superusers."
)
MAY_REFRESH = Permission(True, MAY_USE_QUERY.sentence, Scope.SUBMIT)
SUPERUSERS = Permission(True, "Superusers, with a token.", Scope.ADMIN)
MAY_CANCEL = Permission(True, "The job's submitter, and users who may change jobs.", Scope.SUBMIT)
MAY_CHANGE = Permission(False, "Users who may change what the method changes.", Scope.ADMIN)
STAFF = Permission(True, "Staff, with a token.", Scope.ADMIN, staff=True)
STAFF_READS = Permission(True, "Staff, with a token.", staff=True)
