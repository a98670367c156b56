"""From a job and a device to a plan."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from pumice.definitions.planning import plan
from pumice.devices import library
from pumice.devices.rendering import render
from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument, format_path
from pumice.plan.actions import Action
from pumice.plan.description import describe

JOB: dict[str, Any] = {
    "context": {"arch": "amd64"},
    "timeouts": {"job": {"minutes": 10}, "actions": {"login-action": {"seconds": 70}}},
    "actions": [
        {
            "deploy": {
                "to": "tmpfs",
                "images": {
                    "kernel": {"url": "http://server/kernel", "image_arg": "-kernel {kernel}"},
                    "ramdisk": {"url": "file:///ramdisk", "image_arg": "-initrd {ramdisk}"},
                },
            }
        },
        {"boot": {"method": "qemu", "prompts": "# ", "timeout": {"minutes": 5}}},
        {
            "test": {
                "definitions": [
                    {
                        "name": "smoke",
                        "from": "inline",
                        "path": "smoke.yaml",
                        "repository": {
                            "metadata": {"name": "smoke"},
                            "run": {"steps": ["true"]},
                        },
                    }
                ]
            }
        },
    ],
}


@pytest.fixture(scope="module")
def device() -> dict[str, Any]:
    """What the shipped device type renders to."""
    text = "{% extends 'qemu.jinja2' %}{% set no_kvm = true %}"
    return yaml.load(render(text, library, context={"arch": "amd64"})).data


@pytest.fixture
def job() -> dict[str, Any]:
    return copy.deepcopy(JOB)


def named(action: Action) -> Any:
    return (
        {action.name: [named(child) for child in action.children]}
        if action.children
        else action.name
    )


def problems(job: dict[str, Any], device: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidDocument) as caught:
        plan(job, device, job_id="1")
    return {format_path(problem.path): problem.message for problem in caught.value.problems}


def obstacles(job: dict[str, Any], device: dict[str, Any]) -> dict[str, str]:
    found = plan(job, device, job_id="1").obstacles
    return {format_path(problem.path): problem.message for problem in found}


def test_the_actions_have_the_names_that_timeouts_are_given_for(
    job: dict[str, Any], device: dict[str, Any]
) -> None:
    assert [named(action) for action in plan(job, device, job_id="7").actions] == [
        {
            "deployimages": [
                {
                    "lava-overlay": [
                        "lava-multinode-overlay",
                        {
                            "test-definition": [
                                "inline-repo-action",
                                "test-overlay",
                                "test-install-overlay",
                                "test-runscript-overlay",
                            ]
                        },
                        "compress-overlay",
                    ]
                },
                "deploy-device-env",
                {"download-retry": ["http-download"]},
                {"download-retry": ["file-download"]},
                "apply-overlay-guest",
            ]
        },
        {
            "boot-image-retry": [
                {"boot-qemu-image": ["execute-qemu"]},
                {"auto-login-action": ["login-action"]},
                "expect-shell-connection",
                "export-device-env",
            ]
        },
        {"lava-test-retry": ["lava-test-shell"]},
        {"finalize": ["power-off", "read-feedback"]},
    ]


def test_a_job_without_tests_needs_no_overlay(job: dict[str, Any], device: dict[str, Any]) -> None:
    del job["actions"][2]
    made = plan(job, device, job_id="7")
    assert "lava-overlay" not in {action.name for action in made.walk()}
    assert "expect-shell-connection" not in {action.name for action in made.walk()}


def test_timeouts_come_from_job_block_and_device(
    job: dict[str, Any], device: dict[str, Any]
) -> None:
    made = plan(job, device, job_id="7")
    timeouts = {action.name: action.timeout for action in made.walk()}
    assert made.timeout == 600
    assert timeouts["boot-image-retry"] == timeouts["boot-qemu-image"] == 300
    assert timeouts["login-action"] == 70
    assert timeouts["download-retry"] == timeouts["http-download"] == 900
    assert timeouts["lava-test-shell"] == 30, "its parent's, as a retried action's child"
    assert timeouts["power-off"] == 10


def test_levels_go_on_over_the_jobs_actions(job: dict[str, Any], device: dict[str, Any]) -> None:
    made = plan(job, device, job_id="7")
    assert [action.level for action in made.actions] == ["1", "2", "3", "4"]
    assert {a.name: a.level for a in made.walk()}["login-action"] == "2.2.1"


def test_the_description_is_plain_data_of_lavas_keys(
    job: dict[str, Any], device: dict[str, Any]
) -> None:
    described = describe(plan(job, device, job_id="7"))
    assert yaml.load(yaml.dump(described)).data == described
    download = described["pipeline"][0]["pipeline"][2]["pipeline"][0]
    assert download["url"] == "http://server/kernel"
    assert download["class"] == "pumice.dispatcher.download.fetch.download"


def test_runners_and_checks_can_be_loaded(job: dict[str, Any], device: dict[str, Any]) -> None:
    from pumice.dispatcher.run import load

    names = {
        name
        for action in plan(job, device, job_id="7").walk()
        for name in (action.runner, action.check)
        if name
    }
    assert len(names) > 10
    assert all(callable(load(name)) for name in names)


@pytest.mark.parametrize(
    ("context", "message"),
    [({}, "booting with qemu needs the architecture"), ({"arch": "z80"}, "does not offer")],
)
def test_the_architecture_must_be_one_of_the_devices(
    job: dict[str, Any], device: dict[str, Any], context: dict[str, str], message: str
) -> None:
    job["context"] = context
    found = problems(job, device)
    assert list(found) == ["context.arch"]
    assert message in found["context.arch"]


def test_what_this_version_cannot_run_is_refused_with_its_path(
    job: dict[str, Any], device: dict[str, Any]
) -> None:
    job["protocols"] = {"lava-xnbd": {"port": "auto"}}
    ((path, message),) = obstacles(job, device).items()
    assert path.startswith("protocols")
    assert message.startswith("this version of Pumice does not run")


@pytest.mark.parametrize(
    ("changes", "key", "message"),
    [
        ({"repository": "ftp://server/a.tar"}, "repository", "archives come from http"),
        ({"compression": "zip"}, "compression", "is a tar archive"),
    ],
)
def test_an_archive_of_tests_is_a_tar_archive_that_can_be_fetched(
    job: dict[str, Any], device: dict[str, Any], changes: dict[str, str], key: str, message: str
) -> None:
    definition = job["actions"][2]["test"]["definitions"][0]
    definition |= {"from": "url", "repository": "http://server/a.tar", **changes}
    assert message in problems(job, device)[f"actions[2].test.definitions[0].{key}"]


@pytest.mark.parametrize(
    ("system", "root", "shell"),
    [
        ("debian", "/lava-7", "/bin/sh"),
        ("android", "/data/local/tmp/lava-7", "/system/bin/sh"),
        ("apertis", "/var/lib/lava-7", "/bin/sh"),
        ("lede", "/tmp/lava-results-7", "/bin/sh"),
    ],
)
def test_the_overlay_lies_where_the_system_allows_it(
    job: dict[str, Any], device: dict[str, Any], system: str, root: str, shell: str
) -> None:
    job["actions"][0]["deploy"]["os"] = system
    made = plan(job, device, job_id="7")
    found = {a.name: a.parameters for a in made.walk() if "root" in a.parameters}
    assert {(values["root"], values["shell"]) for values in found.values()} == {(root, shell)}
    assert set(found) == {"lava-overlay", "lava-test-shell"}


def test_a_name_that_is_used_twice_is_refused(job: dict[str, Any], device: dict[str, Any]) -> None:
    job["actions"].append(job["actions"][2])
    found = problems(job, device)
    assert "'smoke' is used twice" in found["actions[3].test.definitions[0].name"]


def test_a_device_without_the_method_is_refused(
    job: dict[str, Any], device: dict[str, Any]
) -> None:
    other = copy.deepcopy(device)
    del other["actions"]["boot"]["methods"]["qemu"]
    assert "the device does not boot with 'qemu'" in problems(job, other)["actions[1].boot.method"]


@pytest.mark.parametrize("actions", [None, [], [{"boot": None}], [{"dance": {}}], ["text"]])
def test_actions_that_are_none_are_refused(
    job: dict[str, Any], device: dict[str, Any], actions: Any
) -> None:
    job["actions"] = actions
    assert all(path.startswith("actions") for path in problems(job, device))
