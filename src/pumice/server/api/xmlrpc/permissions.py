"""Who may call a method: one constant for each rule, shown on the help page as it is checked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Permission:
    """A rule. ``login`` is checked before the call; what ``sentence`` adds, by the method."""

    login: bool
    sentence: str


ANYONE = Permission(False, "Anyone.")
LISTS_VISIBLE = Permission(False, "Anyone; only what the caller may see is listed.")
MAY_VIEW = Permission(False, "Whoever may see what the method shows.")
SIGNED_IN = Permission(True, "Every user, with a token.")
MAY_VIEW_SIGNED_IN = Permission(True, "Users, with a token, who may see the job.")
MAY_CANCEL = Permission(True, "The job's submitter, and users who may change jobs.")
