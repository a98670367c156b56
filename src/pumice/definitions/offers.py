"""Which methods a device offers, and the error for one that it does not."""

from __future__ import annotations

from pumice.definitions.blocks import Block, as_map, at

_EVERYWHERE = {
    "deploy": frozenset({"downloads", "download"}),
    "boot": frozenset({"bootloader", "new_connection", "kexec", "recovery"}),
}
"""Methods that ask nothing of a device's list: they need other parts of its configuration."""

_LISTED_AS = {
    "deploy": {"tmpfs": "image", "iso-installer": "image"},
    "boot": {"monitor": "qemu", "qemu-iso": "qemu"},
}
"""What a device's list calls a method of another name."""

_WORDS = {"deploy": ("deploy to", "to"), "boot": ("boot with", "method")}


def check(block: Block, name: str) -> None:
    """Raise InvalidDocument, with what there is, where the device does not list the method."""
    kind = block.kind
    if kind not in _WORDS or name in _EVERYWHERE[kind]:
        return
    listed = _LISTED_AS[kind].get(name, name)
    place = "boot" if (kind, name) == ("deploy", "uuu") else kind
    offered = as_map(at(block.subject.device, ("actions", place, "methods")))
    if listed in offered:
        return
    verb, key = _WORDS[kind]
    raise block.wrong(
        f"the device does not {verb} {name!r}: its configuration offers {_names(block)}", key
    )


def _names(block: Block) -> str:
    """The methods that the device offers, by the names that jobs have for them."""
    kind = block.kind
    offered = as_map(at(block.subject.device, ("actions", kind, "methods")))
    names = {str(name) for name in offered}
    if "image" in names and kind == "deploy":
        names = (names - {"image"}) | {"tmpfs"}
    return ", ".join(sorted(names)) or "nothing"


def check_name(block: Block, name: str, key: str) -> None:
    """Raise InvalidDocument where a key names a boot method that the device does not list."""
    offered = as_map(at(block.subject.device, ("actions", "boot", "methods")))
    if name not in offered:
        raise block.wrong(
            f"the device has no bootloader {name!r}: its configuration offers {_names(block)}", key
        )
