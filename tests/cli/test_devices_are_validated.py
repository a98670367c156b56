"""``pumice validate`` of device dictionaries: unknown variables, missing ones, absent programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pumice.cli.main import main

BOARD = """\
{% extends 'beaglebone-black.jinja2' %}
{% set sync_to_lava = {'device_type': 'beaglebone-black'} %}
{% set connection_command = 'telnet localhost 7001' %}
"""
JOB = """\
job_name: smoke
device_type: qemu
visibility: public
timeouts: {job: {minutes: 5}}
context: {arch: amd64}
actions:
- deploy: {to: tmpfs, images: {kernel: {url: "http://example.com/k"}}}
- boot: {method: qemu, prompts: "# "}
"""


def validate(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["validate", *map(str, arguments)])


@pytest.fixture
def device(tmp_path: Path) -> Path:
    file = tmp_path / "devices" / "board-01.jinja2"
    file.parent.mkdir()
    file.write_text(BOARD)
    return file


@pytest.fixture
def job(tmp_path: Path) -> Path:
    file = tmp_path / "job.yaml"
    file.write_text(JOB)
    return file


def add(file: Path, *lines: str) -> None:
    file.write_text(file.read_text() + "\n".join(lines) + "\n")


def test_a_misspelt_variable_is_a_problem_at_its_line(device: Path) -> None:
    assert validate(device, "--as", "device").exit_code == 0
    add(device, "{% set hard_reset_comand = '/bin/true' %}")
    done = validate(device, "--as", "device")
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        f"{device} is not a valid device",
        "  unknown variable 'hard_reset_comand': did you mean 'hard_reset_command'?"
        " (hard_reset_comand; line 4)",
    ]


def test_a_variable_that_the_site_s_own_type_uses_is_known(device: Path) -> None:
    types = device.parent.parent / "device-types"
    types.mkdir()
    own = "{% extends 'beaglebone-black.jinja2' %}\n{% set power_on_command = pdu ~ ' on' %}\n"
    types.joinpath("own.jinja2").write_text(own)
    device.write_text(BOARD.replace("beaglebone-black.jinja2", "own.jinja2"))
    add(device, "{% set pdu = '/bin/true' %}", "{% set colour = 'red' %}")
    done = validate(device)
    assert done.exit_code == 1
    assert "unknown variable 'colour': no template of own asks for it" in done.stderr
    assert "'pdu'" not in done.stderr


def test_what_the_settings_of_a_dictionary_s_lab_say_is_known(device: Path) -> None:
    types = device.parent.parent / "types"
    types.mkdir()
    types.joinpath("own.jinja2").write_text("{% extends 'beaglebone-black.jinja2' %}\n")
    device.write_text(BOARD.replace("beaglebone-black.jinja2", "own.jinja2"))
    add(device, "{% set colour = 'red' %}")
    assert validate(device).exit_code == 1
    settings = device.parent.parent / "settings.yaml"
    settings.write_text(f"EXTRA_CONTEXT_VARIABLES: [colour]\nDEVICE_TYPES_PATHS: ['{types}']\n")
    done = validate(device)
    assert (done.exit_code, done.stderr) == (0, "")
    settings.write_text("EXTRA_CONTEXT_VARIBLES: [colour]\n")
    assert validate(device).exit_code == 2


def test_a_board_with_a_bootloader_needs_a_console(device: Path) -> None:
    device.write_text("{% extends 'beaglebone-black.jinja2' %}\n")
    done = validate(device)
    assert done.exit_code == 1
    assert "connection_command is missing: boots with grub" in done.stderr


def test_programs_are_looked_for_on_the_worker_only(device: Path) -> None:
    add(device, "{% set power_on_command = '/nowhere/pdu on 4' %}")
    device.write_text(device.read_text().replace("telnet localhost", "true"))
    assert validate(device).exit_code == 0
    done = validate(device, "--worker")
    assert done.exit_code == 1
    assert done.stderr.splitlines()[1:] == [
        "  there is no program '/nowhere/pdu' on this host (commands.power_on)"
    ]


def test_a_device_is_checked_without_a_job(device: Path) -> None:
    assert validate("--device", device).stdout == f"{device} is a valid device\n"


def test_the_device_of_a_job_is_checked_too(job: Path, device: Path) -> None:
    device.write_text("{% extends 'qemu.jinja2' %}\n{% set memroy = 1024 %}\n")
    done = validate(job, "--device", device)
    assert done.exit_code == 1
    assert done.stdout == f"{job} is a valid job\n"
    assert "did you mean 'memory'?" in done.stderr


def test_both_are_reported_as_json(job: Path, device: Path) -> None:
    device.write_text("{% extends 'nowhere.jinja2' %}\n")
    done = validate(job, "--device", device, "--json")
    assert done.exit_code == 1
    answer = json.loads(done.stdout)
    assert answer["valid"]
    assert (answer["device"]["kind"], answer["device"]["valid"]) == ("device", False)
    (problem,) = answer["device"]["problems"]
    assert "nowhere.jinja2" in problem["message"]


def test_the_examples_are_valid() -> None:
    examples = sorted(Path(__file__).parents[2].joinpath("examples/devices").glob("*.jinja2"))
    assert examples
    for file in examples:
        assert validate(file).exit_code == 0, file
