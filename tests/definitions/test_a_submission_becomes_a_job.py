"""What the gate makes of a valid definition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pumice.definitions import jobs
from pumice.formats import yaml
from pumice.formats.errors import Path

Change = Callable[[dict[Path, Any]], str]


def test_a_small_job_has_the_defaults(job_with: Change) -> None:
    job = jobs.parse(job_with({("context",): ...}))
    assert (job.name, job.device_type, job.device, job.worker) == ("smoke", "qemu", None, None)
    assert (job.priority, job.visibility, job.tags) == (50, "public", ())
    assert (job.metadata, job.context, job.secrets) == ({}, {}, {})
    assert (job.job_timeout, job.queue_timeout) == (900, None)


def test_every_value_is_taken(job_with: Change) -> None:
    job = jobs.parse(
        job_with(
            {
                ("device",): "qemu-01",
                ("worker",): "host",
                ("priority",): "high",
                ("visibility",): {"group": ["kernel", "lab"]},
                ("tags",): ["virtio", "big"],
                ("secrets",): {"TOKEN": "x"},
                ("timeouts", "queue"): {"days": 2},
                ("environment",): {"A": {"B": 1}},
                ("reboot_to_fastboot",): False,
            }
        )
    )
    assert (job.device, job.worker, job.priority) == ("qemu-01", "host", 100)
    assert job.visibility == ("kernel", "lab")
    assert job.tags == ("virtio", "big")
    assert job.secrets == {"TOKEN": "x"}
    assert job.queue_timeout == 172_800
    assert job.context == {"arch": "amd64", "no_kvm": True}


@pytest.mark.parametrize(
    ("given", "meant"), [("low", 0), ("medium", 50), ("high", 100), (0, 0), (75, 75), (100, 100)]
)
def test_a_priority_is_a_word_or_a_number(job_with: Change, given: object, meant: int) -> None:
    assert jobs.parse(job_with({("priority",): given})).priority == meant


def test_metadata_become_texts(job_with: Change) -> None:
    metadata: dict[Any, Any] = {"a": True, "b": 3, 4: 1.5, "l": [1, False], "m": {"x": None}}
    job = jobs.parse(job_with({("metadata",): metadata}))
    assert job.metadata == {"a": "true", "b": "3", "4": "1.5", "l": ["1", "false"], "m": {"x": ""}}


def test_the_text_keeps_the_order_and_the_meaning(job_with: Change) -> None:
    text = job_with({})
    job = jobs.parse(text)
    assert list(yaml.load(job.text()).data) == list(job.data)
    assert jobs.parse(job.text()).data == job.data == yaml.load(text).data


def test_anchors_and_merge_keys_are_written_in_full() -> None:
    job = jobs.parse("""
job_name: merged
device_type: qemu
visibility: personal
timeouts: {job: &t {minutes: 5}, action: *t}
actions:
- boot: {<<: &b {method: qemu}, timeout: *t}
- boot: {<<: *b, prompts: '#'}
""")
    assert job.visibility == "personal"
    assert job.data["actions"][0]["boot"] == {"method": "qemu", "timeout": {"minutes": 5}}
    assert "&" not in job.text()
    assert "*" not in job.text()


def test_a_site_may_allow_more_context(job_with: Change) -> None:
    text = job_with({("context", "my_variable"): [1, "two", True]})
    assert jobs.parse(text, extra_context={"my_variable"}).context["my_variable"] == [
        1,
        "two",
        True,
    ]
    assert jobs.check(text, strict=True, extra_context={"my_variable"}) == []


def test_an_action_item_may_hold_two_actions(job_with: Change) -> None:
    boot = {"method": "qemu", "prompts": "/ #"}
    text = job_with({("actions", 0, "boot"): boot})
    assert list(jobs.parse(text).data["actions"][0]) == ["deploy", "boot"]
    assert jobs.check(text, strict=True) == []


def test_notifications_are_taken(job_with: Change) -> None:
    notify = {
        "criteria": {"status": "incomplete", "type": "regression"},
        "verbosity": "verbose",
        "recipients": [{"to": {"method": "email", "email": "a@example.com"}}],
        "callbacks": [{"url": "http://example.com/{ID}", "method": "POST", "dataset": "all"}],
        "compare": {"blacklist": ["name"], "query": {"entity": "testjob", "conditions": {}}},
    }
    text = job_with({("notify",): notify})
    assert jobs.parse(text).data["notify"] == notify
    assert jobs.check(text, strict=True) == []
