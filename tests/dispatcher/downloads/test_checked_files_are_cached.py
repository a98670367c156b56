"""Files with a checksum are kept in a folder that all jobs of a worker share."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from pumice.dispatcher.download import caching
from pumice.dispatcher.journal import Journal
from pumice.dispatcher.report import Report
from pumice.testing.file_server import FileServer, Served
from pumice.testing.scripted_lab import Outcome, ScriptedLab
from pumice.wire.spool import Spool

CONTENT = b"the quick brown fox" * 10_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
SHA512 = hashlib.sha512(CONTENT).hexdigest()


@pytest.fixture
def cache(lab: ScriptedLab) -> Path:
    folder = lab.folder / "cache"
    lab.dispatcher = f"{{download_cache_directory: {folder}, download_cache_size: 500k}}"
    return folder


def fetch(lab: ScriptedLab, server: FileServer, path: str = "/file", **keys: Any) -> Outcome:
    server.files.setdefault(path, Served(CONTENT))
    deploy = lab.deploy()
    deploy["deploy"]["images"]["disk"] = {"url": server.url(path), **keys}
    outcome = lab.run(deploy)
    assert outcome.passed, outcome.end
    return outcome


def test_a_second_job_takes_the_file_from_the_cache(
    lab: ScriptedLab, server: FileServer, cache: Path
) -> None:
    fetch(lab, server, sha256sum=SHA256)
    assert [path.name for path in cache.iterdir()] == [f"sha256-{SHA256}"]
    assert cache.joinpath(f"sha256-{SHA256}").read_bytes() == CONTENT
    lab.job_id = "2"
    extra = fetch(lab, server, "/other", sha256sum=SHA256).results
    (found,) = [r["extra"] for r in extra if r["case"] == "http-download"][1:]
    assert (found["size"], found["sha256sum"], found["cached"]) == (len(CONTENT), SHA256, True)
    assert len(server.files["/file"].asked) == 1
    assert server.files["/other"].asked == []


@pytest.mark.parametrize(
    "keys", [{}, {"md5sum": hashlib.md5(CONTENT).hexdigest()}, {"sha256sum": SHA256}]
)
def test_without_a_safe_checksum_or_with_use_cache_false_nothing_is_cached(
    lab: ScriptedLab, server: FileServer, cache: Path, keys: dict[str, Any]
) -> None:
    for _ in range(2):
        fetch(lab, server, **keys, use_cache="sha256sum" not in keys)
    assert len(server.files["/file"].asked) == 2
    assert not cache.exists()


def test_a_file_with_another_checksum_is_not_cached(
    lab: ScriptedLab, server: FileServer, cache: Path
) -> None:
    server.files["/file"] = Served(CONTENT)
    outcome = lab.run(lab.deploy(url=server.url("/file"), sha512sum="0" * 128))
    assert outcome.end["error_type"] == "Job"
    assert list(cache.iterdir()) == []


def test_a_damaged_file_is_downloaded_again(
    lab: ScriptedLab, server: FileServer, cache: Path
) -> None:
    cache.mkdir()
    cache.joinpath(f"sha512-{SHA512}").write_bytes(b"not that")
    outcome = fetch(lab, server, sha512sum=SHA512)
    assert [m for m in outcome.messages("warning") if "damaged" in m]
    assert cache.joinpath(f"sha512-{SHA512}").read_bytes() == CONTENT


def test_what_was_not_used_for_longest_goes_when_the_cache_is_full(
    lab: ScriptedLab, server: FileServer, cache: Path
) -> None:
    cache.mkdir()
    old = {name: cache / name for name in ("sha256-a", "sha256-b", ".new-killed", ".new-running")}
    for age, path in enumerate(reversed(old.values())):
        path.write_bytes(b"x" * 200_000)
        os.utime(path, (age, age))
    os.utime(old[".new-running"])
    fetch(lab, server, sha256sum=SHA256)
    assert {path.name for path in cache.iterdir()} == {
        f"sha256-{SHA256}",
        "sha256-a",
        ".new-running",
    }


def test_a_file_that_is_larger_than_the_cache_is_not_kept(
    lab: ScriptedLab, server: FileServer, cache: Path
) -> None:
    lab.dispatcher = f"{{download_cache_directory: {cache}, download_cache_size: 1000}}"
    fetch(lab, server, sha256sum=SHA256)
    assert list(cache.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_only_a_warning(
    lab: ScriptedLab, server: FileServer, cache: Path
) -> None:
    cache.write_text("a file where the folder should be")
    outcome = fetch(lab, server, sha256sum=SHA256)
    assert [m for m in outcome.messages("warning") if "the file is not cached" in m]


@pytest.mark.parametrize("text", ["download_cache_size: much", "download_cache_directory: here"])
def test_a_wrong_setting_of_the_cache_is_the_labs_mistake(
    lab: ScriptedLab, server: FileServer, text: str
) -> None:
    server.files["/file"] = Served(CONTENT)
    lab.dispatcher = f"download_cache_directory: /nowhere\n{text}".removeprefix(
        "download_cache_directory: /nowhere\n" if "directory" in text else ""
    )
    outcome = lab.run(lab.deploy(url=server.url("/file"), sha256sum=SHA256))
    assert outcome.end["error_type"] == "Configuration"
    assert "download_cache_size" in outcome.end["error_msg"]


def test_two_jobs_may_keep_the_same_file_at_the_same_time(tmp_path: Path) -> None:
    cache = caching.Cache(tmp_path / "cache", limit=1 << 20)
    with Spool(tmp_path / "logs.yaml") as spool:
        report = Report(spool)
        journal = Journal(tmp_path)
        first, second = (
            caching.Newcomer(cache, f"sha256-{SHA256}", report, journal) for _ in range(2)
        )
        first.take(CONTENT[:1000])
        second.take(CONTENT)
        assert cache.path(f"sha256-{SHA256}") is None
        second.keep()
        first.take(CONTENT[1000:])
        first.keep()
        journal.close()
    path = cache.path(f"sha256-{SHA256}")
    assert path is not None
    assert path.read_bytes() == CONTENT
    assert len(list(cache.folder.iterdir())) == 1
