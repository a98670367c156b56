"""The plan of downloads, for every method that fetches files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from pumice.definitions import nodes
from pumice.definitions.blocks import Block
from pumice.definitions.keys import Download, Overlay
from pumice.plan.actions import Action

SCHEMES = {
    "http": "http-download",
    "https": "http-download",
    "file": "file-download",
    "scp": "scp-download",
    "rclone": "rclone-download",
    "downloads": "pre-downloaded",
}
"""The schemes of addresses that can be fetched, and the action that does it."""

_FORMATS = {
    "cpio.newc": "overlay.cpio",
    "ext4": "overlay.into_ext4",
    "tar": "overlay.into_tar",
}
"""What puts overlays over a file, by its format."""


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
    if keys.overlays and keys.format is None:
        raise block.wrong(
            f"overlays need the file's 'format': {', '.join(_FORMATS)}", *path, "overlays"
        )
    if keys.partition is not None and keys.overlays and keys.format != "ext4":
        raise block.wrong(
            "only an image with 'format: ext4' has partitions that overlays can be put into",
            *path,
            "partition",
        )
    if overlays and keys.format is not None:
        nested.append(_append(block, label, keys, overlays))
    return _retry(block, label, keys, path, after=tuple(nested), place=place)


def _append(block: Block, label: str, keys: Download, overlays: list[dict[str, Any]]) -> Action:
    return nodes.act(
        block,
        "append-overlays",
        runner=f"{_FORMATS[keys.format or '']}:append",
        check=f"{_FORMATS['ext4']}:installed" if keys.format == "ext4" else "",
        label=label,
        overlays=overlays,
        sparse=keys.sparse,
        partition=keys.partition,
    )


def _retry(
    block: Block,
    label: str,
    keys: Download | Overlay,
    path: tuple[str | int, ...],
    *,
    after: tuple[Action, ...] = (),
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
    fetch = nodes.act(
        block,
        SCHEMES[scheme],
        runner="download.fetch:download",
        check="download.fetch:reachable",
        place=place,
        **_parameters(label, keys),
    )
    return nodes.retried(block, "download-retry", replace(fetch, url=keys.url), *after)


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
