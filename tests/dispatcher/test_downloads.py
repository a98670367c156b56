"""Downloads of the worker's files: checked, unpacked, at the same time."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
from collections.abc import Callable

import pytest
import zstandard

from pumice.testing.scripted_lab import ScriptedLab

CONTENT = b"the quick brown fox" * 10_000


def packed(lab: ScriptedLab, name: str, data: bytes) -> str:
    path = lab.folder / name
    path.write_bytes(data)
    return f"file://{path}"


def test_a_wrong_checksum_fails_the_job(lab: ScriptedLab) -> None:
    outcome = lab.run(lab.deploy(md5sum="0" * 32), lab.boot())
    assert not outcome.passed
    assert outcome.end["error_type"] == "Job"
    assert "md5sum for 'file://" in outcome.end["error_msg"]
    assert hashlib.md5(b"a ramdisk").hexdigest() in outcome.end["error_msg"]
    assert outcome.cases("lava")["file-download"] == "fail"


@pytest.mark.parametrize("kind", ["md5", "sha256", "sha512"])
def test_a_right_checksum_passes(lab: ScriptedLab, kind: str) -> None:
    digest = hashlib.new(kind, b"a ramdisk").hexdigest()
    outcome = lab.run(lab.deploy(**{f"{kind}sum": digest.upper()}))
    assert outcome.passed
    assert outcome.result("lava", "file-download")["extra"][f"{kind}sum"] == digest


def test_a_file_that_is_missing_fails_the_validation(lab: ScriptedLab) -> None:
    outcome = lab.run(lab.deploy(url=f"file://{lab.folder}/nothing"), lab.boot())
    assert outcome.end["error_type"] == "Job"
    assert "does not exist" in outcome.end["error_msg"]
    assert outcome.cases("lava") == {"validate": "fail", "job": "fail"}


@pytest.mark.parametrize(
    ("compression", "pack", "suffix"),
    [
        ("gz", gzip.compress, ".gz"),
        ("bz2", bz2.compress, ".bz2"),
        ("xz", lzma.compress, ".xz"),
        ("zstd", zstandard.compress, ".zst"),
    ],
)
def test_a_packed_file_is_unpacked_and_summed_as_it_was_sent(
    lab: ScriptedLab, compression: str, pack: Callable[[bytes], bytes], suffix: str
) -> None:
    data = pack(CONTENT)
    lab.folder.joinpath("expected").write_bytes(CONTENT)
    deploy = lab.deploy()
    deploy["deploy"]["images"]["disk"] = {
        "url": packed(lab, f"disk.img{suffix}", data),
        "compression": compression,
        "sha256sum": hashlib.sha256(data).hexdigest(),
    }
    unpacked = f"{lab.outcome.output}/files/download-1.4.1/disk.img"
    compare = lab.test(f"lava-test-case same --shell cmp {lab.folder}/expected {unpacked}")
    outcome = lab.run(deploy, lab.boot(), compare)
    assert outcome.cases("0_smoke") == {"same": "pass"}
    extra = [r["extra"] for r in outcome.results if r["case"] == "file-download"]
    assert {e["label"]: e["size"] for e in extra}["disk"] == len(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"plainly not packed", "is not gz data"),
        (gzip.compress(CONTENT)[:-20], "ends before its gz data does"),
    ],
)
def test_a_file_that_is_not_what_it_says_fails_the_job(
    lab: ScriptedLab, data: bytes, message: str
) -> None:
    deploy = lab.deploy()
    url = packed(lab, "disk.gz", data)
    deploy["deploy"]["images"]["disk"] = {"url": url, "compression": "gz"}
    outcome = lab.run(deploy)
    assert outcome.end["error_type"] == "Job"
    assert message in outcome.end["error_msg"]


def test_a_ramdisk_stays_packed(lab: ScriptedLab) -> None:
    data = gzip.compress(b"archive")
    url = packed(lab, "initrd.gz", data)
    outcome = lab.run(lab.deploy(url=url, compression="gz"), lab.boot())
    assert outcome.passed
    (command,) = [m for m in outcome.messages("info") if m.startswith("Boot command")]
    assert command.endswith("/initrd.gz")


def test_files_keep_the_order_of_the_job_on_the_command_line(lab: ScriptedLab) -> None:
    deploy = lab.deploy()
    for name in ("zeta", "alpha"):
        url = packed(lab, name, CONTENT if name == "zeta" else b"small")
        deploy["deploy"]["images"][name] = {"url": url, "image_arg": f"--say {name}"}
    outcome = lab.run(deploy, lab.boot())
    (command,) = [m for m in outcome.messages("info") if m.startswith("Boot command")]
    assert command.index("-initrd") < command.index("--say zeta") < command.index("--say alpha")
