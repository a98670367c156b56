"""A site's own types stand on the shipped ones, or on nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pumice.devices.rendering import render
from pumice.formats import yaml

Files = Callable[..., Any]
BOARD = "{% extends 'my-board.jinja2' %}{% set connection_command = 'telnet localhost 7001' %}"


def configuration(templates: Any, text: str = BOARD, **context: Any) -> dict[str, Any]:
    return yaml.load(render(text, templates, context=context)).data


def test_a_site_s_board_sets_a_family_s_variables(files: Files) -> None:
    board = """{% extends 'base-uboot.jinja2' %}
    {% set bootz_kernel_addr = '0x82000000' %}
    {% set console_device = console_device | default('ttyS7') %}
    """
    found = configuration(files(**{"my-board": board}))
    assert found["parameters"]["bootz"]["kernel"] == "0x82000000"
    commands = found["actions"]["boot"]["methods"]["u-boot"]["ramdisk"]["commands"]
    assert "setenv bootargs 'console=ttyS7,115200n8 root=/dev/ram0  ip=dhcp'" in commands


def test_a_job_s_context_reaches_a_site_s_board(files: Files) -> None:
    board = """{% extends 'base-uboot.jinja2' %}
    {% set console_device = console_device | default('ttyS7') %}
    """
    found = configuration(files(**{"my-board": board}), console_device="ttyUSB0")
    commands = found["actions"]["boot"]["methods"]["u-boot"]["ramdisk"]["commands"]
    assert "setenv bootargs 'console=ttyUSB0,115200n8 root=/dev/ram0  ip=dhcp'" in commands


def test_a_site_s_file_comes_before_the_shipped_one_of_its_name(files: Files) -> None:
    board = "{% extends 'base-grub.jinja2' %}{% set bootloader_prompt = 'mine>' %}"
    templates = files(**{"x86-celeron": board})
    found = configuration(templates, "{% extends 'x86-celeron.jinja2' %}")
    assert found["actions"]["boot"]["methods"]["grub"]["parameters"]["bootloader_prompt"] == "mine>"


def test_a_site_s_template_may_replace_the_body_of_a_family(files: Files) -> None:
    board = """{% extends 'base.jinja2' %}
{% block body %}
actions:
  deploy:
    methods:
      tftp:
  boot:
    connections:
      serial:
    methods:
      u-boot:
        ramdisk:
          commands:
          - setenv serverip {SERVER_IP}
          - {{ own_command | default("boot") }}
{% endblock body -%}
"""
    found = configuration(files(**{"my-board": board}))
    commands = found["actions"]["boot"]["methods"]["u-boot"]["ramdisk"]["commands"]
    assert commands == ["setenv serverip {SERVER_IP}", "boot"]


def test_templates_that_extend_nothing_shipped_render_alike(files: Files) -> None:
    own = """hostname: {{ scheduled_device_name }}
{% include 'common.jinja2' %}

{% block body %}{% endblock %}
"""
    board = """{% extends 'own.jinja2' %}
{% block body %}
commands:
  connect: {{ connection_command | default('none') }}
  hard_reset: {{ hard_reset | shlex_quote | yaml_quote }}
{% endblock %}
"""
    common = "kind: {{ 'arm64' | qemu_guest_fs_interface }}\n"
    templates = files(**{"own": own, "my-board": board, "common": common})
    text = BOARD + "{% set hard_reset = 'a b' %}"
    assert configuration(templates, text, scheduled_device_name="one") == {
        "hostname": "one",
        "kind": "virtio",
        "commands": {"connect": "telnet localhost 7001", "hard_reset": "'a b'"},
    }
