"""A firmware's menu on the console: lines with an item's number and its label.

Choosing is typing the number of a label; a question is answered by typing the answer. What a
device's configuration says of its menu, and of the way through it, is LAVA's ``uefi-menu``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pumice.dispatcher.console.engine import Console
from pumice.dispatcher.console.patterns import Patterns
from pumice.dispatcher.errors import InfrastructureError, JobError
from pumice.dispatcher.session.placeholders import filled
from pumice.dispatcher.session.shell import console_of
from pumice.dispatcher.step import Step


async def select(step: Step) -> None:
    """Go through the device's entries: choose or type, then wait for what the next step asks.

    Raises InfrastructureError where a menu does not have the item, JobError where an entry
    needs a file that the job did not deploy.
    """
    given, console = step.parameters, console_of(step)
    shown = await _read(console, given, given["prompt"])
    for entry in given["entries"]:
        text = _answer(step, entry, shown)
        if text is not None:
            await console.send(f"{text}{given['end']}", given["delay"])
        if entry["wait"]:
            shown = await _read(console, given, entry["wait"])
    step.extra = {}


async def _read(console: Console, given: Mapping[str, Any], until: str) -> dict[str, str]:
    """The menu up to the prompt that ends it: the number of each label."""
    if not until:
        return {}
    before, after = (re.escape(str(text)) for text in given["markup"])
    item = rf"{before}\s*(?P<number>[{given['item_class']}]+)\s*{after}"
    line = rf"{item}{re.escape(given['separator'])}\s*(?P<label>[^\r\n]*)[\r\n]"
    patterns = Patterns([until, line])
    shown: dict[str, str] = {}
    try:
        while (found := await console.expect(patterns)).index != 0:
            label = (found.named["label"] or "").strip()
            shown.setdefault(label, found.named["number"] or "")
    finally:
        patterns.close()
    return shown


def _answer(step: Step, entry: Mapping[str, Any], shown: Mapping[str, str]) -> str | None:
    """What is typed for an entry; None where it only waits."""
    if entry["items"]:
        labels = [_filled(step, label) for label in (*entry["items"], entry["fallback"]) if label]
        return _number(labels, shown)
    return None if entry["enter"] is None else _filled(step, str(entry["enter"]))


def _number(labels: Sequence[str], shown: Mapping[str, str]) -> str:
    """The number of the first label that the menu has; a longer line may begin with it."""
    for label in labels:
        if label in shown:
            return shown[label]
        longer = re.compile(rf"{re.escape(label)}(?!\w)")
        for line, number in shown.items():
            if longer.match(line):
                return number
    raise InfrastructureError(
        f"the menu has no {' nor '.join(map(repr, labels))}: it shows {', '.join(shown) or 'none'}"
    )


def _filled(step: Step, text: str) -> str:
    """The text with its placeholders. Raises JobError where one has no value."""
    found = filled([text], step.state.substitutions)
    if not found:
        raise JobError(f"the menu's entry {text!r} needs a file that no deploy action gave")
    return found[0]
