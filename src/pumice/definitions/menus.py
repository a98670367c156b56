"""The plan of choosing entries of a UEFI menu, as the device's configuration lists them."""

from __future__ import annotations

from typing import Any

from pumice.definitions import bootloaders, parts
from pumice.definitions.blocks import Block, as_list, as_map
from pumice.plan.actions import Action

METHOD = "uefi-menu"
"""The boot method whose configuration has the menus."""

_KEYS = ("items", "fallback", "enter", "wait")
_ENDS = {"dos": "\r\n", "unix": "\n"}


def select(block: Block, name: str, menu: str, method: str) -> Action:
    """The action that goes through the entries of ``menu``, for a bootloader's ``method``.

    Raises InvalidDocument where the device has no such menu, or an entry cannot be read.
    """
    listed = parts.parameters_of(block, METHOD).get(menu)
    if listed is None:
        raise block.wrong(f"the device's UEFI menu has no entries {menu!r}", "method")
    own = bootloaders.own(block, METHOD)
    markup = parts.texts(own.get("item_markup")) or ["[", "]"]
    if len(markup) != 2:
        raise block.wrong("the device's item_markup must be what is before and after a number")
    separator = parts.parameters_of(block, method).get("line_separator") or own.get(
        "line_separator", "dos"
    )
    if separator not in _ENDS:
        raise block.wrong(f"the device's line_separator {separator!r} is neither dos nor unix")
    delay = own.get("character_delay")
    return parts.act(
        block,
        name,
        runner="session.menus:select",
        entries=[_entry(block, menu, entry) for entry in as_list(listed)],
        prompt=str(own.get("bootloader_prompt") or ""),
        markup=markup,
        item_class=str(own.get("item_class") or "0-9"),
        separator=str(own.get("separator", " ")),
        end=_ENDS[separator],
        delay=delay if isinstance(delay, int) else block.subject.delay("boot"),
    )


def _entry(block: Block, menu: str, entry: object) -> dict[str, Any]:
    """One ``select`` of a menu. Raises InvalidDocument."""
    chosen = as_map(as_map(entry).get("select"))
    unknown = [str(key) for key in chosen if key not in _KEYS]
    if not chosen or unknown:
        raise block.wrong(
            f"the device's menu {menu!r} has an entry that cannot be read: {entry!r}; a 'select' "
            f"has {', '.join(_KEYS)}",
            "method",
        )
    return {
        "items": parts.texts(chosen.get("items")),
        "fallback": str(chosen.get("fallback") or ""),
        "enter": None if chosen.get("enter") is None else str(chosen["enter"]),
        "wait": str(chosen.get("wait") or ""),
    }
