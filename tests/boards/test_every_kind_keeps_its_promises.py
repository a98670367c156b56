"""Every kind of virtual board is what the lab expects of a kind."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from pumice.boards import kinds, standin
from pumice.boards.board import FAULTS, Board, Kind
from pumice.definitions import jobs, planning
from pumice.devices import checks, library
from pumice.devices.rendering import render
from pumice.formats import yaml

EXAMPLES = Path(__file__).parents[2] / "examples" / "jobs"
KINDS = kinds.every()
WORDS = {"reset": "hard_reset", "off": "power_off", "on": "power_on"}


@pytest.fixture(params=KINDS, name="kind")
def each_kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


def board(kind: Kind, folder: Path, fault: str | None = None) -> Board:
    ports = tuple(range(20001, 20001 + kind.ports))
    return Board(name="bench-1", lab=folder, images=folder / "images", ports=ports, fault=fault)


def job_of(kind: Kind) -> dict[str, Any]:
    return yaml.load((EXAMPLES / kind.job).read_text()).data


def device_of(kind: Kind, folder: Path, fault: str | None = None) -> dict[str, Any]:
    context = {"scheduled_device_name": "bench-1", **job_of(kind).get("context", {})}
    text = kind.dictionary(board(kind, folder, fault))
    return yaml.load(render(text, library, context=context)).data


def test_it_says_what_it_is(kind: Kind) -> None:
    assert kind.sentence[0].isupper()
    assert kind.sentence.endswith(".")
    assert kind.device_type in {name.removesuffix(".jinja2") for name in library.names()}
    assert kind.faults <= set(FAULTS)


def test_its_dictionary_is_one_of_its_type(kind: Kind, tmp_path: Path) -> None:
    text = kind.dictionary(board(kind, tmp_path))
    assert checks.check(text, library) == []
    assert text.startswith(f"{{% extends '{kind.device_type}.jinja2' %}}\n")


def test_its_example_plans_without_obstacles(kind: Kind, tmp_path: Path) -> None:
    text = (EXAMPLES / kind.job).read_text()
    assert jobs.check(text, strict=True) == []
    assert job_of(kind)["device_type"] == kind.device_type
    made = planning.plan(job_of(kind), device_of(kind, tmp_path), job_id="1")
    assert made.obstacles == ()


def test_a_machine_with_a_serial_line_has_a_labs_commands(kind: Kind, tmp_path: Path) -> None:
    machine = kind.machine(board(kind, tmp_path))
    if machine is None:
        assert kind.ports == 0
        return
    assert all(isinstance(word, str) for word in machine.command)
    if not machine.serial:
        return
    commands = device_of(kind, tmp_path)["commands"]
    assert commands["connect"] == "telnet -E 127.0.0.1 20001"
    for word, name in WORDS.items():
        assert commands[name].endswith(f"-m pumice.boards.power {tmp_path} bench-1 {word}")


def test_a_faulty_board_that_a_job_starts_is_a_program_that_stands_in(
    kind: Kind, tmp_path: Path
) -> None:
    faulty = board(kind, tmp_path, "silent")
    if "silent" not in kind.faults or kind.device_type != "qemu":
        assert kind.device_type != "qemu"
        return
    standin.install(faulty.folder, "silent")
    boot = device_of(kind, tmp_path, "silent")["actions"]["boot"]["methods"]["qemu"]
    program = Path(boot["parameters"]["command"])
    assert program.parent == standin.folder(faulty.folder)
    assert program.stat().st_mode & stat.S_IXUSR
