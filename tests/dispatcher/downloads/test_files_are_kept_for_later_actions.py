"""``to: downloads`` keeps files in a folder of the job, where later actions find them."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from pumice.testing.file_server import FileServer, Served
from pumice.testing.scripted_lab import ScriptedLab

FOLDER = "files/downloads/common"


@pytest.fixture
def kernel(server: FileServer) -> dict[str, Any]:
    """A file of a job: packed, so that its name loses a suffix."""
    server.files["/one/kernel.gz"] = Served(gzip.compress(b"a kernel"))
    return {"url": server.url("/one/kernel.gz"), "compression": "gz"}


def downloads(images: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {"deploy": {"to": "downloads", "images": images, **keys}}


@pytest.mark.parametrize(("uniquify", "place"), [(False, "kernel"), (True, "first/kernel")])
def test_a_test_of_the_same_job_finds_the_file(
    lab: ScriptedLab, kernel: dict[str, Any], uniquify: bool, place: str
) -> None:
    lab.folder.joinpath("expected").write_bytes(b"a kernel")
    found = f"{lab.outcome.output}/{FOLDER}/{place}"
    outcome = lab.run(
        downloads({"first": kernel}, uniquify=uniquify),
        lab.deploy(),
        lab.boot(),
        lab.test(f"lava-test-case same --shell cmp {lab.folder}/expected {found}"),
    )
    assert outcome.cases("0_smoke") == {"same": "pass"}


def test_a_later_deploy_takes_it_by_its_name(lab: ScriptedLab, kernel: dict[str, Any]) -> None:
    outcome = lab.run(
        downloads({"first": kernel}),
        lab.deploy(url="downloads://kernel"),
        lab.boot(),
        lab.test("true"),
    )
    assert outcome.passed
    extra = outcome.result("lava", "pre-downloaded")["extra"]
    assert (extra["label"], extra["size"]) == ("ramdisk", len(b"a kernel"))


def test_a_file_can_be_downloaded_to_where_it_is(lab: ScriptedLab, kernel: dict[str, Any]) -> None:
    again = downloads({"again": {"url": "downloads://kernel"}})
    outcome = lab.run(downloads({"first": kernel}), again, again)
    assert outcome.passed
    sizes = [r["extra"]["size"] for r in outcome.results if r["case"] == "pre-downloaded"]
    assert sizes == [len(b"a kernel")] * 2


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("downloads://nothing", "No such file or directory"),
        ("downloads://../../output.yaml", "names no file of the job's downloads"),
        ("downloads://a/%2E%2E/%2E%2E/b", "names no file of the job's downloads"),
        ("downloads://", "names no file of the job's downloads"),
    ],
)
def test_a_name_that_is_not_there_fails_the_job(lab: ScriptedLab, url: str, message: str) -> None:
    outcome = lab.run(lab.deploy(url=url))
    assert outcome.end["error_type"] == "Job"
    assert message in outcome.end["error_msg"]


def test_two_files_of_one_name_fail_the_job(
    lab: ScriptedLab, server: FileServer, kernel: dict[str, Any]
) -> None:
    server.files["/two/kernel"] = Served(b"another kernel")
    images = {"first": kernel, "second": {"url": server.url("/two/kernel")}}
    outcome = lab.run(downloads(images))
    assert outcome.end["error_type"] == "Job"
    assert "two files would be named 'kernel': 'uniquify: true'" in outcome.end["error_msg"]


@pytest.mark.parametrize("label", ["..", "a/../b"])
def test_a_label_that_leads_out_of_the_folder_fails_the_job(
    lab: ScriptedLab, kernel: dict[str, Any], label: str
) -> None:
    outcome = lab.run(downloads({label: kernel}, uniquify=True))
    assert outcome.end["error_type"] == "Job"
    assert "a folder is named as the file's label" in outcome.end["error_msg"]


def test_a_namespace_of_any_name_stays_inside_the_jobs_folder(
    lab: ScriptedLab, kernel: dict[str, Any]
) -> None:
    outcome = lab.run(downloads({"first": kernel}, namespace="../../../escaped"))
    assert outcome.passed
    assert not lab.folder.parent.joinpath("escaped").exists()
    assert [m for m in outcome.messages("debug") if m.startswith("saving as")] == [
        f"saving as {lab.outcome.output}/files/downloads/%2E%2E%2F%2E%2E%2F%2E%2E%2Fescaped/kernel"
    ]
