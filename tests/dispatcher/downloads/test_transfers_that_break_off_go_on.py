"""A transfer that breaks off or stalls goes on where it was, or begins again; nothing is lost."""

from __future__ import annotations

import gzip
import hashlib
import random
from typing import Any

import pytest

from pumice.testing.file_server import FileServer, Served
from pumice.testing.scripted_lab import Outcome, ScriptedLab

CONTENT = random.Random(5).randbytes(300_000)


def fetch(lab: ScriptedLab, server: FileServer, file: Served, **keys: Any) -> Outcome:
    """Run a job that downloads this file, and compares it in a test where that passes."""
    server.files["/file"] = file
    deploy = lab.deploy()
    deploy["deploy"]["images"]["disk"] = {"url": server.url("/file"), **keys}
    return lab.run(deploy)


def downloaded(outcome: Outcome) -> dict[str, Any]:
    return outcome.result("lava", "http-download")["extra"]


def assert_whole(outcome: Outcome, content: bytes = CONTENT) -> None:
    extra = downloaded(outcome)
    assert extra["size"] == len(content)
    assert extra["sha256sum"] == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("validator", ["etag", "date"])
@pytest.mark.parametrize("fault", ["break", "stall"])
def test_only_what_is_missing_is_asked_for(
    lab: ScriptedLab, server: FileServer, validator: str, fault: str
) -> None:
    file = Served(CONTENT, [(fault, 100_000), (fault, 200_000)], validator)
    assert_whole(fetch(lab, server, file))
    assert [asked.get("Range") for asked in file.asked] == [
        None,
        "bytes=100000-",
        "bytes=200000-",
    ]


def test_a_packed_file_is_unpacked_across_the_break(lab: ScriptedLab, server: FileServer) -> None:
    data = gzip.compress(CONTENT)
    file = Served(data, [("break", 150_001)])
    outcome = fetch(lab, server, file, compression="gz", sha256sum=hashlib.sha256(data).hexdigest())
    assert_whole(outcome, data)
    assert len(file.asked) == 2


@pytest.mark.parametrize("validator", ["weak", ""])
def test_a_file_that_may_have_changed_begins_again(
    lab: ScriptedLab, server: FileServer, validator: str
) -> None:
    file = Served(CONTENT, [("break", 100_000)], validator)
    assert_whole(fetch(lab, server, file))
    assert [asked.get("Range") for asked in file.asked] == [None, None]


def test_a_file_that_has_changed_is_taken_whole(lab: ScriptedLab, server: FileServer) -> None:
    other = random.Random(6).randbytes(200_000)
    file = Served(CONTENT, [("break", 100_000), ("change", other)])
    assert_whole(fetch(lab, server, file), other)
    assert file.asked[1]["Range"] == "bytes=100000-"


def test_a_server_that_fails_twice_is_asked_again(lab: ScriptedLab, server: FileServer) -> None:
    outcome = fetch(lab, server, Served(CONTENT, [500, 500]))
    assert_whole(outcome)
    assert len([m for m in outcome.messages("warning") if "(500)" in m]) == 2


def test_a_server_that_fails_while_the_file_comes_is_asked_again(
    lab: ScriptedLab, server: FileServer
) -> None:
    file = Served(CONTENT, [("break", 100_000), 503, 416])
    assert_whole(fetch(lab, server, file))
    assert [asked.get("Range") for asked in file.asked] == [
        None,
        "bytes=100000-",
        "bytes=100000-",
        None,
    ]


def test_a_server_that_brings_a_little_each_time_is_not_given_up(
    lab: ScriptedLab, server: FileServer
) -> None:
    file = Served(CONTENT, [("break", size) for size in range(20_000, 300_000, 20_000)])
    assert_whole(fetch(lab, server, file))
    assert len(file.asked) == 15


def test_a_server_that_never_sends_all_is_the_labs_failure(
    lab: ScriptedLab, server: FileServer
) -> None:
    outcome = fetch(lab, server, Served(CONTENT, length=400_000))
    assert outcome.end["error_type"] == "Infrastructure"
    assert "broke off after 300000 bytes" in outcome.end["error_msg"]


def test_a_server_that_stalls_for_good_is_the_labs_failure(
    lab: ScriptedLab, server: FileServer
) -> None:
    outcome = fetch(lab, server, Served(CONTENT, [("stall", 10)] * 9))
    assert outcome.end["error_type"] == "Infrastructure"
    assert "broke off after 10 bytes: " in outcome.end["error_msg"]
