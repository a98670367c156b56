"""The plan of downloads, for every method that fetches files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from pumice.definitions.blocks import Block
from pumice.definitions.keys import Download, Overlay
from pumice.plan.actions import Action
from pumice.wire.states import ErrorType

SCHEMES = {
    "http": "http-download",
    "https": "http-download",
    "file": "file-download",
    "scp": "scp-download",
    "rclone": "rclone-download",
    "downloads": "pre-downloaded",
}
"""The schemes of addresses that can be fetched, and the action that does it."""

_FETCH = "pumice.dispatcher.download.fetch"


def plan(
    block: Block,
    label: str,
    keys: Download,
    path: tuple[str | int, ...],
    *,
    place: str | None = None,
) -> Action:
    """The action ``download-retry`` for one file; it ends in the namespace's images by label.

    ``path`` is the file's place in the block. With ``place`` the file is put there, below the
    folder of the namespace's downloads, else into a folder of its own. Raises InvalidDocument.
    """
    if keys.overlay_backend == "guestfs":
        block.cannot(
            "this version of Pumice changes file systems by e2fsprogs, not by guestfs",
            *path,
            "overlay_backend",
        )
    overlays: list[dict[str, Any]] = []
    nested: list[Action] = []
    for name, overlay in keys.overlays.items():
        if isinstance(overlay, bool):
            if overlay and name != "lava":
                raise block.wrong(
                    "only the overlay 'lava' is switched on by true", *path, "overlays", name
                )
            if overlay and block.tests:
                overlays.append({"lava": True})
            continue
        nested_label = f"{label}.{name}"
        nested.append(_retry(block, nested_label, overlay, (*path, "overlays", name)))
        overlays.append({"label": nested_label, "format": overlay.format, "path": overlay.path})
    if (overlays or keys.overlays) and keys.format != "cpio.newc":
        block.cannot(
            f"this version of Pumice puts overlays only over 'format: cpio.newc', "
            f"not {keys.format or 'a file without a format'!r}",
            *path,
            "format",
        )
    return _retry(block, label, keys, path, nested=tuple(nested), overlays=overlays, place=place)


def _retry(
    block: Block,
    label: str,
    keys: Download | Overlay,
    path: tuple[str | int, ...],
    *,
    nested: tuple[Action, ...] = (),
    overlays: list[dict[str, Any]] | None = None,
    place: str | None = None,
) -> Action:
    scheme = urlsplit(keys.url).scheme.lower()
    if scheme not in SCHEMES:
        raise block.wrong(
            f"files are downloaded from {', '.join(SCHEMES)} addresses, "
            f"not {scheme or 'an address without a scheme'!r}",
            *path,
            "url",
        )
    name = SCHEMES[scheme]
    fetch = Action(
        name=name,
        description="download the file, check it and unpack it",
        summary=name.replace("-", " "),
        runner=f"{_FETCH}:download",
        check=f"{_FETCH}:reachable",
        namespace=block.namespace,
        parameters={**_parameters(label, keys), "place": place},
        timeout_error=ErrorType.INFRASTRUCTURE,
        url=keys.url,
    )
    children = (fetch, *nested)
    if overlays:
        children += (
            Action(
                name="append-overlays",
                description="append the overlays to the downloaded file",
                summary="append overlays",
                runner="pumice.dispatcher.overlay.cpio:append",
                namespace=block.namespace,
                parameters={"label": label, "overlays": overlays},
            ),
        )
    return Action(
        name="download-retry",
        description="download a file, again where that fails",
        summary="download with retries",
        namespace=block.namespace,
        children=children,
        retry=block.retry(),
        timeout_error=ErrorType.INFRASTRUCTURE,
    )


def _parameters(label: str, keys: Download | Overlay) -> Mapping[str, Any]:
    return {
        "label": label,
        "url": keys.url,
        "headers": dict(keys.headers),
        "compression": keys.compression,
        "archive": getattr(keys, "archive", None),
        "use_cache": getattr(keys, "use_cache", True),
        "sums": {
            kind: value.lower()
            for kind in ("md5", "sha256", "sha512")
            if (value := str(getattr(keys, f"{kind}sum")))
        },
    }
