"""What is wrong with a dictionary: what it sets in vain, and what it does not say."""

from __future__ import annotations

import pytest

from pumice.devices import checks, configuration, library
from pumice.devices.rendering import SearchPath, render

CONSOLE = "{% set connection_command = 'telnet localhost 7001' %}\n"


class Texts:
    """Templates from a map."""

    def __init__(self, **texts: str) -> None:
        self._texts = {f"{name}.jinja2": text for name, text in texts.items()}

    def read(self, name: str) -> str | None:
        return self._texts.get(name)


def messages(text: str, **site: str) -> list[str]:
    return [problem.message for problem in checks.check(text, SearchPath(Texts(**site), library))]


def test_every_family_is_right_with_a_console() -> None:
    for name in library.families():
        if not name.startswith("base"):
            text = f"{{% extends '{name}.jinja2' %}}\n{CONSOLE}"
            assert messages(text) == [], name


@pytest.mark.parametrize(
    "lines",
    [
        "{% set pdu = 'pdu' %}{% set power_on_command = pdu ~ ' on' %}",
        "{% set sync_to_lava = {'worker': 'a'} %}",
        "{% set uboot_default_addresses = {} %}",
        "{% for port in [1] %}{% set n = port %}{% endfor %}",
        "{% macro on(port) %}{% set p = port %}{{ p }}{% endmacro %}",
    ],
)
def test_what_something_uses_is_known(lines: str) -> None:
    assert messages("{% extends 'beaglebone-black.jinja2' %}\n" + CONSOLE + lines) == []


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        ("{% if 1 %}\n{% set power_of_command = 'off' %}\n{% endif %}", 2),
        ("{% set power_on_command, power_of_command = 'on', 'off' %}", 1),
        ("{% set power_of_command %}off{% endset %}", 1),
    ],
)
def test_what_nothing_uses_is_named_with_its_line(lines: str, line: int) -> None:
    (problem,) = checks.unknown(lines + "\n{% extends 'beaglebone-black.jinja2' %}", library)
    assert problem.message.endswith("did you mean 'power_off_command'?")
    assert (problem.path, problem.line) == (("power_of_command",), line)


def test_what_templates_of_other_kinds_ask_for_is_known() -> None:
    own = "{% include 'power.jinja2' ignore missing %}{% from 'macros.jinja2' import on %}"
    dictionary = "{% extends 'own.jinja2' %}{% set a = 1 %}{% set b = 2 %}{% set c = 3 %}"
    found = checks.unknown(dictionary, Texts(own=own, power="{{ a }}", macros="{{ b }}"))
    assert [problem.path for problem in found] == [("c",)]


def test_nothing_is_unknown_where_a_template_s_name_is_computed() -> None:
    text = "{% extends kind ~ '.jinja2' %}{% set colour = 'red' %}"
    assert checks.unknown(text, library) == []


def test_a_name_that_the_site_allows_is_known() -> None:
    text = "{% extends 'qemu.jinja2' %}{% set colour = 'red' %}"
    assert len(checks.unknown(text, library)) == 1
    assert checks.unknown(text, library, extra=("colour",)) == []


def test_a_template_that_extends_itself_ends() -> None:
    assert checks.unknown("{% extends 'a.jinja2' %}", Texts(a="{% extends 'a.jinja2' %}")) == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("{% extends 'beaglebone-black.jinja2' %}", "connection_command is missing"),
        (
            "{% extends 'beaglebone-black.jinja2' %}{% set connection_list = ['a'] %}"
            "{% set connection_commands = {'a': 'telnet a'} %}",
            "no console has the tag primary",
        ),
        (
            "{% extends 'beaglebone-black.jinja2' %}{% set connection_list = ['a', 'b'] %}"
            "{% set connection_commands = {'a': 'telnet a'} %}",
            "no command opens this console: name one in connection_commands",
        ),
        ("{% extends 'nexus10.jinja2' %}", "connection_command is missing, and fastboot_serial"),
    ],
)
def test_what_a_board_cannot_do_without_is_missing(text: str, missing: str) -> None:
    (message,) = messages(text)
    assert message.startswith(missing)


@pytest.mark.parametrize(
    "text",
    [
        "{% extends 'qemu.jinja2' %}",
        "{% extends 'imx8mq-evk.jinja2' %}{% set fastboot_serial_number = 'a1' %}",
        "{% extends 'beaglebone-black.jinja2' %}{% set ssh_host = 'board' %}",
    ],
)
def test_a_board_that_is_reached_otherwise_needs_no_console(text: str) -> None:
    assert messages(text) == []


def test_an_unknown_variable_is_told_beside_what_keeps_a_dictionary_from_being_rendered() -> None:
    text = "{% extends 'qemu.jinja2' %}{% set memroy = 1 %}{% set spawn_maxread = 1 / 0 %}"
    assert len(messages(text)) == 2


def test_the_programs_of_all_commands_are_looked_for() -> None:
    text = (
        "{% extends 'beaglebone-black.jinja2' %}{% set connection_command = 'telnet a' %}"
        "{% set user_commands = {'usb': {'do': 'relay on', 'undo': 'relay off'}} %}"
        "{% set power_on_command = ['/bin/true', 'pdu \"on'] %}"
    )
    device = configuration.parse(render(text, library))
    found = checks.absent_programs(device, lambda program: program == "/bin/true")
    assert [(problem.path[1:], problem.message) for problem in found] == [
        (("connect",), "there is no program 'telnet' on this host"),
        (("power_on",), "the command cannot be read: No closing quotation"),
        (("users", "usb", "do"), "there is no program 'relay' on this host"),
        (("users", "usb", "undo"), "there is no program 'relay' on this host"),
    ]


def test_a_wrong_value_is_said_with_the_line_of_the_template_that_wrote_it() -> None:
    body = "{% block body %}\nactions:\n  boot: {{ x }}\n{% endblock %}{% set x = 5 %}"
    dictionary = "{% extends 'qemu.jinja2' %}\n" + body
    (problem,) = checks.check(dictionary, library, name="board.jinja2")
    assert "found the number 5, made by board.jinja2, line 4" in problem.message
    assert (problem.path, problem.line) == (("actions", "boot"), 4)
    site = Texts(own=dictionary)
    (problem,) = checks.check("{% extends 'own.jinja2' %}", SearchPath(site, library))
    assert "found the number 5, made by own.jinja2, line 4" in problem.message
    assert problem.line is None


def test_what_a_template_says_as_text_is_found_in_the_rendered_lines() -> None:
    text = "timeouts: {}\nconstants: {}\nparameters: 7\n"
    (problem,) = checks.check(text, library, name="board.jinja2")
    assert problem.message.endswith("in line 3 of what board.jinja2 renders to")
