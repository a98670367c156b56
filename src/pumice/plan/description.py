"""The plan as clients read it: the data of ``description.yaml``."""

from __future__ import annotations

from typing import Any

from pumice.formats.addresses import shown
from pumice.plan.actions import Action, Plan


def describe(plan: Plan) -> dict[str, Any]:
    """``{"pipeline": [...]}``: a map for each action, its children under ``pipeline``.

    Source: the keys of LAVA's description.yaml, as its clients read them; ``timeout`` is in
    seconds and ``level`` a text.
    """
    return {"pipeline": [_describe(action) for action in plan.actions]}


def _describe(action: Action) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "class": action.runner.replace(":", ".") or "actions",
        "name": action.name,
        "level": action.level,
        "max_retries": action.attempts,
        "description": action.description,
        "summary": action.summary or action.name,
        "timeout": action.timeout,
    }
    if action.url:
        entry["url"] = shown(action.url)
    if action.children:
        entry["pipeline"] = [_describe(child) for child in action.children]
    return entry
