"""Every method of the format is checked, with all of its keys, whether this version runs it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pumice.definitions import jobs, methods
from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument

BLOCKS: dict[methods.Kind, list[dict[str, Any]]] = yaml.load(
    Path(__file__).with_name("data").joinpath("blocks.yaml").read_bytes()
).data
CHOICE = {"deploy": "to", "boot": "method"}
KINDS: tuple[methods.Kind, ...] = ("deploy", "boot", "test")


def name_of(kind: str, block: dict[str, Any]) -> str:
    if kind == "test":
        return "docker" if "docker" in block else next(iter(block))
    return str(block[CHOICE[kind]])


EACH = [(kind, name_of(kind, block), block) for kind in KINDS for block in BLOCKS[kind]]


def job_of(kind: str, block: dict[str, Any]) -> dict[str, Any]:
    """A job that has the block as its only action."""
    return {
        "job_name": "one block",
        "device_type": "board",
        "visibility": "public",
        "timeouts": {"job": {"hours": 1}},
        "actions": [{kind: block}],
    }


@pytest.mark.parametrize(("kind", "name", "block"), EACH, ids=[f"{k}-{n}" for k, n, _ in EACH])
def test_a_block_with_all_keys_is_valid(
    kind: methods.Kind, name: str, block: dict[str, Any]
) -> None:
    text = yaml.dump(job_of(kind, block))
    assert jobs.check(text, strict=True) == []
    assert jobs.check(text) == []
    if name not in methods.names(kind):
        with pytest.raises(InvalidDocument, match=f"does not run the .*'{name}': it runs"):
            jobs.parse(text)


@pytest.mark.parametrize(("kind", "name", "block"), EACH, ids=[f"{k}-{n}" for k, n, _ in EACH])
def test_a_misspelt_key_is_found(kind: methods.Kind, name: str, block: dict[str, Any]) -> None:
    text = yaml.dump(job_of(kind, {**block, "failure_rety": 1}))
    (problem,) = jobs.check(text, strict=True)
    assert problem.message == "unknown key 'failure_rety': did you mean 'failure_retry'?"
    assert problem.path == ("actions", 0, kind, "failure_rety")
    assert jobs.check(text) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_list_of_blocks_has_every_method(kind: methods.Kind) -> None:
    assert {name for found, name, _ in EACH if found == kind} == set(methods.KNOWN[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_a_module_is_named_as_its_method(kind: methods.Kind) -> None:
    for name in methods.KNOWN[kind]:
        method = methods.known(kind, name)
        assert method is not None
        assert name == method.NAME


def test_a_misspelt_method_brings_the_nearest_name() -> None:
    text = yaml.dump(job_of("boot", {"method": "deptcharge"}))
    (problem,) = jobs.check(text)
    assert "(did you mean 'depthcharge'?)" in problem.message
    assert problem.path == ("actions", 0, "boot", "method")


WRONG: list[tuple[methods.Kind, dict[str, Any], str]] = [
    ("deploy", {"to": "tftp", "nfsrootfs": {"url": "u", "prefix": "/a"}}, "a relative path"),
    (
        "deploy",
        {"to": "tftp", "nfsrootfs": {"url": "u"}, "persistent_nfs": {"address": "a:/b"}},
        "'nfsrootfs' and 'persistent_nfs' exclude each other",
    ),
    ("deploy", {"to": "tftp", "kernel": {"url": "u", "type": "zimag"}}, "did you mean 'zimage'?"),
    ("deploy", {"to": "nfs", "images": {"a": {"url": "u"}}}, "a file named 'nfsrootfs'"),
    ("deploy", {"to": "usb", "device": "a"}, "one of 'image' and 'images' is needed"),
    ("deploy", {"to": "uuu", "images": {"a": {"url": "u"}}}, "a file named 'boot'"),
    ("deploy", {"to": "avh", "images": {}}, "either 'fw_package' or"),
    ("deploy", {"to": "mps", "images": {"other": {"url": "u"}}}, "the images are named"),
    ("deploy", {"to": "docker", "image": 5}, "a map is needed, found the number 5"),
    ("boot", {"method": "u-boot"}, "the key 'commands' is missing"),
    ("boot", {"method": "qemu-iso"}, "the key 'media' is missing"),
    ("boot", {"method": "recovery", "commands": "exti"}, "did you mean 'exit'?"),
    (
        "boot",
        {
            "method": "fvp",
            "image": "i",
            "arguments": [],
            "docker": {"name": "n"},
            "console_string": "port",
        },
        "a group named PORT",
    ),
    ("test", {"interactive": [{"name": "a", "prompts": ["b"], "script": [{}]}]}, "one of command"),
    ("test", {"monitors": [{"name": "a"}]}, "the key 'start' is missing"),
    ("test", {"services": [{"name": "a", "from": "gti"}]}, "'git' or 'url' is needed"),
]


@pytest.mark.parametrize(("kind", "block", "message"), WRONG, ids=[text for *_, text in WRONG])
def test_what_is_wrong_in_a_block_is_said(kind: str, block: dict[str, Any], message: str) -> None:
    problems = jobs.check(yaml.dump(job_of(kind, block)))
    assert any(message in problem.message for problem in problems), problems
    assert all(problem.path[:3] == ("actions", 0, kind) for problem in problems)
    assert all(problem.line for problem in problems)
