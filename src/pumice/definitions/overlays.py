"""The plan of the overlay: the part of a board's file system that the tests bring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from pumice.definitions import multinode, nodes
from pumice.definitions.blocks import (
    DEFAULT_RESULTS_DIR,
    Block,
    PlannedTest,
    as_list,
    as_map,
    at,
    whole,
)
from pumice.definitions.downloads import SCHEMES
from pumice.formats.errors import InvalidDocument
from pumice.plan.actions import COMMON, Action

_BUILD = "overlay.build"
_KEYS = "overlay.authorize"
_FROM = "overlay.repositories"

_SOURCES = {
    "inline": ("inline-repo-action", "inline", ""),
    "git": ("git-repo-action", "clone", f"{_FROM}:git_installed"),
    "url": ("url-repo-action", "unpack", "download.fetch:reachable"),
}
"""By ``from``: the action that gets a test definition, what performs and what checks it."""

_RESULTS_DIRS = {
    "android": "/data/local/tmp/lava-%s",
    "apertis": "/var/lib/lava-%s",
    "lede": "/tmp/lava-results-%s",  # noqa: S108 - on the board
}
"""By system: where its overlay lies, unless the device or the job says so."""

_SHELLS = {"android": "/system/bin/sh"}
_DEFAULT_SHELL = "/bin/sh"


def plan(block: Block) -> Action | None:
    """The action ``lava-overlay``, or None where the namespace runs no test definitions.

    Raises InvalidDocument.
    """
    return of_tests(block, block.tests, "lava-overlay") if block.tests else None


def of_tests(block: Block, own: Iterable[PlannedTest], name: str) -> Action:
    """The action of this name that makes an overlay of these tests. Raises InvalidDocument."""
    steps: list[Action] = []
    for test in own:
        steps += _test(block, test)
    return nodes.act(
        block,
        name,
        _authorize(block) if block.data.get("authorize") == "ssh" else None,
        _multinode(block),
        nodes.act(block, "test-definition", *steps),
        # It is packed where it is applied: clients count levels with this one.
        nodes.act(block, "compress-overlay"),
        runner=f"{_BUILD}:overlay",
        root=results_dir(block),
        shell=shell(block),
        system=system(block),
        target=_target(block),
        environment=_environment(block),
        secrets=dict(as_map(block.subject.job.get("secrets"))),
    )


def _authorize(block: Block) -> Action:
    """The action ``ssh-authorize``; a host that is reached by ssh takes the key already."""
    if block.data.get("to") == "ssh":
        return nodes.act(block, "ssh-authorize")
    key = at(block.subject.device, ("actions", "deploy", "methods", "ssh", "identity_file"))
    return nodes.act(
        block,
        "ssh-authorize",
        runner=f"{_KEYS}:put",
        check=f"{_KEYS}:installed",
        identity_file=str(key or ""),
    )


def _multinode(block: Block) -> Action:
    """The action ``lava-multinode-overlay``: only a job of several boards has roles."""
    if multinode.membership(block.subject.job) is None:
        return nodes.act(block, "lava-multinode-overlay")
    return nodes.act(
        block, "lava-multinode-overlay", runner=f"{_BUILD}:multinode", shell=shell(block)
    )


def results_dir(block: Block) -> str:
    """Where the overlay lies on the board."""
    pattern = block.subject.constant("posix", "lava_test_results_dir", default=DEFAULT_RESULTS_DIR)
    if pattern == DEFAULT_RESULTS_DIR:
        pattern = _RESULTS_DIRS.get(system(block), pattern)
    return str(pattern).replace("%s", block.subject.job_id)


def shell(block: Block) -> str:
    """The board's shell."""
    path = str(block.subject.constant("posix", "lava_test_sh_cmd", default=_DEFAULT_SHELL))
    return _SHELLS.get(system(block), path) if path == _DEFAULT_SHELL else path


def system(block: Block) -> str:
    """The system that the board runs, as ``os`` of the namespace's deploy action names it.

    A system's installer counts as the system itself; empty where the job does not say.
    """
    found = ""
    for item in as_list(block.subject.job.get("actions")):
        deploy = as_map(as_map(item).get("deploy"))
        if str(deploy.get("namespace") or COMMON) == block.namespace and deploy.get("os"):
            found = str(deploy["os"])
    return found.removesuffix("_installer")


def _test(block: Block, test: PlannedTest) -> tuple[Action, ...]:
    entry = test.entry
    source = entry.get("from")
    if not isinstance(source, str) or source not in _SOURCES:
        raise _wrong(
            test, f"test definitions come from {', '.join(_SOURCES)}, not {source!r}", "from"
        )
    name, function, check = _SOURCES[source]
    common: Mapping[str, Any] = {
        "run": test.run,
        "stage": test.stage,
        "path": entry.get("path"),
        "parameters": {**as_map(entry.get("parameters")), **as_map(entry.get("params"))},
    }
    return (
        nodes.act(
            block,
            name,
            runner=f"{_FROM}:{function}",
            check=check,
            repository=entry.get("repository"),
            expected=entry.get("expected"),
            **_fetched(test, source),
            **common,
        ),
        nodes.act(block, "test-overlay", runner=f"{_BUILD}:definition", **common),
        nodes.act(
            block,
            "test-install-overlay",
            runner=f"{_BUILD}:install",
            skip_install=as_list(entry.get("skip_install")),
            distribution=system(block),
            **common,
        ),
        nodes.act(
            block,
            "test-runscript-overlay",
            runner=f"{_BUILD}:run_script",
            signal=entry.get("lava-signal") or "stdout",
            delay=block.subject.delay("test"),
            **common,
        ),
    )


def _fetched(test: PlannedTest, source: str) -> dict[str, Any]:
    """What the entry says of how its repository is fetched. Raises InvalidDocument."""
    entry = test.entry
    if source == "git":
        revision = str(entry.get("revision") or "")
        return {
            "branch": str(entry.get("branch") or ""),
            "revision": revision,
            "shallow": bool(entry.get("shallow", not revision)),
            "recursive": bool(entry.get("recursive")),
            "history": bool(entry.get("history", True)),
        }
    if source == "inline":
        return {}
    url = str(entry.get("repository"))
    if urlsplit(url).scheme.lower() not in SCHEMES:
        raise _wrong(
            test, f"archives come from {', '.join(SCHEMES)} addresses, not {url!r}", "repository"
        )
    if entry.get("compression") == "zip":
        raise _wrong(test, "the archive of a test definition is a tar archive", "compression")
    return {
        "label": f"test {test.run}",
        "url": url,
        "headers": dict(as_map(entry.get("headers"))),
        "compression": entry.get("compression"),
        "archive": None,
        "use_cache": True,
        "sums": {},
        "strip": whole(entry.get("strip-components"), 0),
    }


def _wrong(test: PlannedTest, message: str, *path: str) -> InvalidDocument:
    return InvalidDocument.because(message, (*test.path, *path))


def _environment(block: Block) -> list[tuple[str, str]]:
    """The variables of the tests' environment, in the order in which they are exported."""
    subject = block.subject
    device = subject.device
    found: list[tuple[str, str]] = list(_flat(as_map(device.get("environment")), ""))
    for section, prefix in (
        ("device_info", "LAVA_DEVICE_INFO"),
        ("static_info", "LAVA_STATIC_INFO"),
        ("storage_info", "LAVA_STORAGE_INFO"),
    ):
        for number, entry in enumerate(as_list(device.get(section))):
            for key, value in as_map(entry).items():
                found.append((f"{prefix}_{number}_{key}", _text(value)))
    found += _flat(as_map(subject.job.get("environment")), "")
    tags = as_list(subject.job.get("tags"))
    found += [
        ("LAVA_JOB_ID", subject.job_id),
        ("LAVA_DISPATCHER_IP", subject.host.address),
        ("LAVA_JOB_TAGS", " ".join(map(str, tags))),
        ("LAVA_DISPATCHER_PREFIX", subject.host.prefix),
        ("LAVA_DEVICE_HOSTNAME", str(device.get("hostname") or "")),
        ("LAVA_DEVICE_TYPE", str(device.get("devicetype") or "")),
    ]
    return found


def _target(block: Block) -> dict[str, Any]:
    """What the device's configuration says of the board, for the helpers that print it."""
    device = block.subject.device
    interface = as_map(at(device, ("parameters", "interfaces", "target")))
    probes = [as_map(entry) for entry in as_list(device.get("static_info"))]
    storage = [as_map(entry) for entry in as_list(device.get("storage_info"))]
    return {
        "LAVA_TARGET_IP": _text(interface.get("ip")),
        "LAVA_TARGET_MAC": _text(interface.get("mac")),
        "LAVA_PROBE_IP": next((_text(p["probe_ip"]) for p in probes if "probe_ip" in p), ""),
        "LAVA_PROBE_CHANNEL": next(
            (_text(p["probe_channel"]) for p in probes if "probe_channel" in p), ""
        ),
        "LAVA_STORAGE": [(str(k), _text(v)) for entry in storage for k, v in entry.items()],
    }


def _flat(values: Mapping[Any, Any], prefix: str) -> list[tuple[str, str]]:
    """Nested maps with their keys joined by ``_``."""
    found: list[tuple[str, str]] = []
    for key, value in values.items():
        name = f"{prefix}{key}"
        inner = as_map(value)
        found += _flat(inner, f"{name}_") if inner else [(name, _text(value))]
    return found


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)
