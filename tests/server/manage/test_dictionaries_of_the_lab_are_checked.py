"""``pumice manage devices check``: a line a device, and exit status 1 where one is wrong."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings

from pumice.server.lab.models import Device, Worker
from pumice.wire.states import DeviceHealth


def check(*arguments: str) -> tuple[list[str], str]:
    """The lines that the command prints, and the message with which it fails."""
    out = StringIO()
    try:
        call_command("devices", "check", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue().splitlines(), str(error)
    return out.getvalue().splitlines(), ""


def write(hostname: str, text: str) -> None:
    Path(settings.DEVICES_PATH).joinpath(f"{hostname}.jinja2").write_text(text)


def test_all_devices_are_checked(lab: Worker) -> None:
    assert check("-a") == (["qemu-01: valid", "qemu-02: valid"], "")
    assert check("--all") == check("-a")


def test_named_devices_are_checked_in_their_order(lab: Worker) -> None:
    assert check("qemu-02", "qemu-01") == (["qemu-02: valid", "qemu-01: valid"], "")


def test_what_is_wrong_stands_in_the_device_s_line(lab: Worker) -> None:
    write("qemu-02", "{% extends 'qemu.jinja2' %}\n{% set memroy = 1 %}\n{% set colour = 'red' %}")
    lines, failure = check("-a")
    assert lines == [
        "qemu-01: valid",
        "qemu-02: unknown variable 'memroy': did you mean 'memory'? (memroy; line 2); "
        "unknown variable 'colour': no template of qemu asks for it (colour; line 3)",
    ]
    assert failure == "devices with problems: 1"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{% extends 'nowhere.jinja2' %}", "there is no template 'nowhere.jinja2'"),
        ("{% extends 'beaglebone-black.jinja2' %}", "connection_command is missing"),
        ("{% set", "qemu-01.jinja2, line 1"),
    ],
)
def test_a_dictionary_that_gives_no_working_device_is_wrong(
    lab: Worker, text: str, reason: str
) -> None:
    write("qemu-01", text)
    (line,), failure = check("qemu-01")
    assert reason in line
    assert failure


def test_a_device_without_a_dictionary_is_wrong(lab: Worker) -> None:
    Path(settings.DEVICES_PATH).joinpath("qemu-01.jinja2").unlink()
    assert check("qemu-01")[0] == ["qemu-01: there is no dictionary"]


def test_a_name_without_a_device_is_wrong(lab: Worker) -> None:
    lines, failure = check("qemu-09")
    assert lines == ["qemu-09: there is no such device"]
    assert failure


def test_retired_devices_are_left_out_of_all(lab: Worker) -> None:
    Device.objects.filter(hostname="qemu-02").update(health=DeviceHealth.RETIRED)
    write("qemu-02", "{% set")
    assert check("-a") == (["qemu-01: valid"], "")
    assert check("qemu-02")[1]


def test_variables_that_the_site_adds_to_contexts_are_known(lab: Worker) -> None:
    write("qemu-01", "{% extends 'qemu.jinja2' %}\n{% set colour = 'red' %}\n")
    assert check("qemu-01")[1]
    with override_settings(EXTRA_CONTEXT_VARIABLES=("colour",)):
        assert check("qemu-01") == (["qemu-01: valid"], "")


@pytest.mark.parametrize("arguments", [(), ("-a", "qemu-01")])
def test_either_all_or_names_are_needed(lab: Worker, arguments: tuple[str, ...]) -> None:
    lines, failure = check(*arguments)
    assert lines == []
    assert failure.startswith("Error: ")
