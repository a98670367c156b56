"""Test definitions from tar archives: unpacked whole, and never out of their folder."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from pumice.dispatcher.errors import JobError
from pumice.dispatcher.overlay import archives
from pumice.testing.repositories import SMOKE, GitRepository
from pumice.testing.scripted_lab import Outcome, ScriptedLab


def run(lab: ScriptedLab, archive: Path, **changes: Any) -> Outcome:
    entry = {
        "from": "url",
        "repository": f"file://{archive}",
        "path": "tests/smoke.yaml",
        "name": "smoke",
        **changes,
    }
    return lab.run(lab.deploy(), lab.boot(), {"test": {"definitions": [entry]}})


@pytest.mark.parametrize(
    ("suffix", "compression"),
    [
        ("tar", None),
        ("tar.gz", "gz"),
        ("tar.gz", None),
        ("tar.xz", "xz"),
        ("tar.bz2", "bz2"),
        ("tar.zst", "zstd"),
    ],
)
def test_the_archive_is_on_the_board(
    lab: ScriptedLab, repository: GitRepository, suffix: str, compression: str | None
) -> None:
    plain = lab.folder / "tests.tar"
    subprocess.run(["tar", "-C", repository.path, "-cf", plain, "."], check=True)
    archive = lab.folder / f"tests.{suffix}"
    if archive != plain:
        archive.write_bytes(pack(plain.read_bytes(), archive.suffix))
    outcome = run(lab, archive, compression=compression)
    assert outcome.passed
    assert outcome.cases("0_smoke") == {"beside": "pass"}
    ended = outcome.result("lava", "0_smoke")
    assert ended["repository"] == f"file://{archive}"
    assert "commit_id" not in ended
    test = lab.root / "lava-1/0/tests/0_smoke"
    assert test.joinpath("testdef.yaml").read_text() == SMOKE
    assert "branch_vcs: url" in test.joinpath("testdef_metadata").read_text()


def pack(data: bytes, suffix: str) -> bytes:
    import bz2
    import gzip
    import lzma

    import zstandard

    packers = {
        ".gz": gzip.compress,
        ".xz": lzma.compress,
        ".bz2": bz2.compress,
        ".zst": zstandard.ZstdCompressor().compress,
    }
    return packers[suffix](data)


def test_leading_parts_of_paths_are_dropped(lab: ScriptedLab, repository: GitRepository) -> None:
    archive = lab.folder / "tests.tar"
    parent, name = repository.path.parent, repository.path.name
    subprocess.run(["tar", "-C", parent, "-cf", archive, f"./{name}"], check=True)
    outcome = run(lab, archive, **{"strip-components": 1})
    assert outcome.cases("0_smoke") == {"beside": "pass"}


def test_what_is_no_archive_is_the_jobs_error(lab: ScriptedLab) -> None:
    plain = lab.folder / "plain.tar"
    plain.write_text("no archive at all")
    outcome = run(lab, plain)
    assert outcome.end["error_type"] == "Job"
    assert "plain.tar is not a whole tar archive" in outcome.end["error_msg"]


def test_an_archive_that_is_not_there_is_found_before_the_job_begins(lab: ScriptedLab) -> None:
    outcome = run(lab, lab.folder / "gone.tar")
    assert outcome.end["error_type"] == "Job"
    assert outcome.cases("lava")["validate"] == "fail"


def test_a_definition_that_is_not_in_the_archive_is_named(
    lab: ScriptedLab, repository: GitRepository
) -> None:
    archive = lab.folder / "tests.tar"
    subprocess.run(["tar", "-C", repository.path, "-cf", archive, "."], check=True)
    outcome = run(lab, archive, path="tests/other.yaml")
    assert outcome.end["error_type"] == "Job"
    assert "the test definition tests/other.yaml cannot be read" in outcome.end["error_msg"]


# Archives that would harm the worker.


def archive_of(path: Path, *members: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w") as tar:
        for member in members:
            tar.addfile(member, io.BytesIO(b"x" * member.size))
    return path


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, target, 1 if kind == tarfile.REGTYPE else 0
    return info


@pytest.mark.parametrize(
    "members",
    [
        [member("../out")],
        [member("a/../../out")],
        [member("link", tarfile.SYMTYPE, "../.."), member("link/out")],
        [member("link", tarfile.SYMTYPE, "/etc")],
        [member("link", tarfile.LNKTYPE, "../../out")],
        [member("device", tarfile.CHRTYPE)],
        [member("pipe", tarfile.FIFOTYPE)],
    ],
    ids=["parent", "inside-parent", "through-link", "away", "hard-link", "device", "pipe"],
)
def test_nothing_leaves_the_folder(tmp_path: Path, members: list[tarfile.TarInfo]) -> None:
    archive = archive_of(tmp_path / "bad.tar", *members)
    with pytest.raises(JobError, match=r"bad\.tar"):
        archives.unpack(archive, tmp_path / "in/here")
    assert not tmp_path.joinpath("out").exists()
    assert not tmp_path.joinpath("in/out").exists()


def test_an_absolute_path_is_below_the_folder(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "a.tar", member("/etc/pumice-test"))
    archives.unpack(archive, tmp_path / "here")
    assert tmp_path.joinpath("here/etc/pumice-test").read_bytes() == b"x"


def test_links_keep_to_what_is_left_of_their_paths(tmp_path: Path) -> None:
    archive = archive_of(
        tmp_path / "a.tar",
        member("top/file"),
        member("top/hard", tarfile.LNKTYPE, "top/file"),
        member("top/soft", tarfile.SYMTYPE, "file"),
        member("lonely"),
    )
    archives.unpack(archive, tmp_path / "here", strip=1)
    here = tmp_path / "here"
    assert sorted(path.name for path in here.iterdir()) == ["file", "hard", "soft"]
    assert here.joinpath("hard").read_bytes() == b"x"
    assert here.joinpath("soft").readlink() == Path("file")


def test_an_archive_has_a_largest_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 2)
    archive = archive_of(tmp_path / "a.tar", member("a"), member("b"), member("c"))
    with pytest.raises(JobError, match="more than 2 files"):
        archives.unpack(archive, tmp_path / "here")


def test_an_archive_that_breaks_off_is_the_jobs_error(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "a.tar", member("a"), member("b"))
    archive.write_bytes(archive.read_bytes()[:512])
    with pytest.raises(JobError, match="not a whole tar archive"):
        archives.unpack(archive, tmp_path / "here")
