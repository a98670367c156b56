"""Roots come from anywhere: what is put into one never leaves it, whatever its links say."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from pumice.dispatcher.errors import JobError
from pumice.dispatcher.overlay.links import inside, resolved


def root(*, file: str = "etc/hostname", **links: str) -> bytes:
    """An archive with a file, and with these symbolic links at its top."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, target in {file: "", **links}.items():
            info = tarfile.TarInfo(name)
            if target:
                info.type, info.linkname = tarfile.SYMTYPE, target
            tar.addfile(info, io.BytesIO())
    return out.getvalue()


def test_the_overlay_stays_below_a_root_whose_links_point_elsewhere(tftp: Any) -> None:
    outside = tftp.folder / "outside"
    outside.mkdir()
    # The overlay's place on the scripted board is below /tmp.
    top = tftp.root.parts[1]
    outcome = tftp.smoke("true", nfsrootfs=tftp.file("root.tar", root(**{top: str(outside)})))
    assert "putting the overlay into the nfsrootfs" in outcome.messages("info")
    assert list(outside.iterdir()) == []


def test_modules_stay_below_a_root_whose_links_point_elsewhere(tftp: Any) -> None:
    outside = tftp.folder / "outside"
    outside.mkdir()
    outcome = tftp.smoke(
        "true",
        nfsrootfs=tftp.file("root.tar", root(lib=str(outside))),
        modules=tftp.file("modules.tar", root(file="lib/modules/net.ko")),
        ramdisk={**tftp.file("ramdisk.cpio", b""), "install_modules": False},
    )
    assert "putting the kernel's modules into the nfsrootfs" in outcome.messages("info")
    assert list(outside.iterdir()) == []


def test_a_prefix_that_is_not_there_fails_the_job(tftp: Any) -> None:
    source = {**tftp.file("root.tar", root()), "prefix": "none/"}
    outcome = tftp.smoke("true", nfsrootfs=source)
    assert outcome.end["error_type"] == "Job"
    assert outcome.end["error_msg"] == "the root file system has no folder 'none/'"


def test_what_is_no_archive_is_the_jobs_mistake(tftp: Any) -> None:
    outcome = tftp.smoke("true", nfsrootfs=tftp.file("root.tar", b"x" * 20000))
    assert outcome.end["error_type"] == "Job"
    assert "tar" in outcome.end["error_msg"]


LINKS = {"lib": "usr/lib", "usr/lib/up": "../../etc", "far": "/etc", "out": "../../.."}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("lib/modules", "usr/lib/modules"),
        ("/lib/up/x", "etc/x"),
        ("far/passwd", "etc/passwd"),
        ("out/etc/passwd", "etc/passwd"),
        ("../../x", "x"),
        ("none/./x", "none/x"),
    ],
)
def test_paths_lead_through_the_links_of_the_root(path: str, place: str) -> None:
    assert resolved(path, LINKS.get) == place


def test_the_last_link_is_followed_only_where_that_is_wanted(tmp_path: Path) -> None:
    tmp_path.joinpath("lib").symlink_to("/usr/lib")
    assert inside(tmp_path, "lib") == tmp_path / "usr/lib"
    assert inside(tmp_path, "lib", last=False) == tmp_path / "lib"


def test_links_in_a_circle_fail_the_job() -> None:
    with pytest.raises(JobError, match="too many symbolic links"):
        resolved("a/x", {"a": "b", "b": "a"}.get)
