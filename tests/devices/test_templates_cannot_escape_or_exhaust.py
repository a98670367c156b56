"""Templates that try to leave the sandbox, to loop for ever or to fill the memory."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from pumice.devices.rendering import render
from pumice.formats.errors import InvalidDocument

DOUBLING = (
    "{{% set ns = namespace(x={start}) %}}"
    "{{% for i in range(99) %}}{{% set ns.x = {step} %}}{{% endfor %}}{{{{ {use} }}}}"
)

COSTLY = {
    "a long range": "{% for a in range(99999) %}{% endfor %}",
    "nested loops": "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
    "a list that grows while it is read": (
        "{% set l = [1] %}{% for i in l %}{% set _ = l.append(1) %}{% endfor %}"
    ),
    "a macro that calls itself twice": (
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}"
    ),
    "a macro without end": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "a loop without end": ("{% for x in [[1]] recursive %}{{ loop([[1], [2]]) }}{% endfor %}"),
    "a template that includes itself": "{% include 'again.jinja2' %}",
    "a template that extends itself": "{% extends 'again.jinja2' %}",
    "a template that imports itself": "{% import 'again.jinja2' as x %}",
    "a repeated text": "{{ 'x' * 10**9 }}",
    "a repeated list": "{{ [1] * 10**9 }}",
    "a repeated safe text": "{{ ('x' | safe) * 10**9 }}",
    "a large power": "{{ 10 ** 10 ** 10 ** 10 ** 10 }}",
    "a large product": "{% set n = ('9' * 900) | int %}{{ n * n * n }}",
    "doubling by ~": DOUBLING.format(start="'a'", step="ns.x ~ ns.x", use="1"),
    "doubling by +": DOUBLING.format(start="'a'", step="ns.x + ns.x", use="1"),
    "doubling lists": DOUBLING.format(start="['a']", step="[ns.x, ns.x]", use="ns.x"),
    "doubling keys": DOUBLING.format(start="('a',)", step="(ns.x, ns.x)", use="{ns.x: 1}"),
    "doubling lookups": DOUBLING.format(start="('a',)", step="(ns.x, ns.x)", use="{}[ns.x]"),
    "comparing doubled lists": DOUBLING.format(
        start="['a']", step="[ns.x, ns.x]", use="ns.x == [ns.x, 1]"
    ),
    "extending by itself": (
        "{% set l = [1] %}{% for i in range(99) %}{% set _ = l.extend(l) %}{% endfor %}"
    ),
    "a list in itself": "{% set a = [] %}{% set _ = a.append(a) %}{{ a }}",
    "a wide filter": "{{ 'x' | center(10**9) }}",
    "a wide method": "{{ 'x'.ljust(10**9) }}",
    "a wide safe method": "{{ ('x' | safe).center(10**9) }}",
    "a wide %": "{{ '%1000000000d' % 1 }}",
    "a computed width": "{{ '%*d' % (10**9, 1) }}",
    "a wide format": "{{ '{:1000000000}'.format(1) }}",
    "a computed format": "{{ '{:{}}'.format(1, 10**9) }}",
    "a wide format filter": "{{ '%1000000000d' | format(1) }}",
    "a growing replace": "{{ ('x' * 60000).replace('', 'y' * 60000) }}",
    "a growing replace filter": "{{ ('x' * 60000) | replace('', 'y' * 60000) }}",
    "a growing join": "{{ ('y' * 60000).join(['x'] * 10000) }}",
    "a growing join filter": "{{ (['x'] * 10000) | join('y' * 60000) }}",
    "many bytes": "{{ (1).to_bytes(10**9, 'big') }}",
    "a large batch": "{{ [1] | batch(10**9, 'x') | list }}",
    "a large slice": "{{ [1] | slice(10**9) | list }}",
    "a deep indentation": "{{ {'a': 1} | tojson(indent=10**9) }}",
    "a large indent": "{{ ('a\\n' * 60000) | indent(1000) }}",
    "a large wrap": "{{ 'a b' | wordwrap(1, wrapstring='x' * 100000) }}",
    "a precise number": "{{ 1.5 | round(10**9) }}",
    "a text in a loop": "{% set x %}{% for i in range(9999) %}"
    + "y" * 9999
    + "{% endfor %}{% endset %}",
    "much output": "{% for i in range(9999) %}" + "y" * 9999 + "{% endfor %}",
    "many comparisons": (
        "{% set t = 'x' * 100000 %}{% for i in range(9999) %}{{ t == t ~ 'y' }}{% endfor %}"
    ),
    "a long template": "x" * 100_000,
    "a template of many parts": "{{ a }}" * 9_000,
    "a deep expression": "{{" + "(" * 20_000 + ")" * 20_000 + "}}",
    "a deep nest": "{% if a %}" * 900 + "{% endif %}" * 900,
}


@pytest.mark.parametrize("text", COSTLY.values(), ids=COSTLY.keys())
def test_a_costly_template_is_refused_soon(files: Callable[..., Any], text: str) -> None:
    started = time.process_time()
    with pytest.raises(InvalidDocument, match=r"again\.jinja2"):
        render(text, files(again=text), name="again.jinja2")
    assert time.process_time() - started < 2.0


@pytest.mark.parametrize("text", COSTLY.values(), ids=COSTLY.keys())
def test_a_costly_template_takes_little_memory(files: Callable[..., Any], text: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(InvalidDocument):
            render(text, files(again=text), name="again.jinja2")
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "expression",
    [
        "''.__class__.__mro__",
        "().__class__.__bases__[0]",
        "cycler.__init__.__globals__",
        "self._TemplateReference__context.x",
        "'{0.__class__.__mro__}'.format(1)",
        "[].append.__self__.x",
        "(1 | attr('__class__')).x",
        "([1] | map(attribute='__class__') | first).x",
        "lipsum()",
        "namespace.__init__.__globals__",
        "'x'.translate({120: 'y'})",
    ],
)
def test_the_sandbox_holds(files: Callable[..., Any], expression: str) -> None:
    with pytest.raises(InvalidDocument, match=r"d\.jinja2, line 1"):
        render("{{ " + expression + " }}", files(), name="d.jinja2")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "a/b.jinja2", "..", "", "a\\b.jinja2", "a\nb"]
)
def test_a_name_never_leads_out_of_the_templates(name: str) -> None:
    asked: list[str] = []

    class Spy:
        def read(self, name: str) -> str | None:
            asked.append(name)
            return "found: true"

    with pytest.raises(InvalidDocument, match="there is no template"):
        render("{% extends " + repr(name) + " %}", Spy())
    assert asked == []


def test_what_is_imported_is_not_shared_between_renders(files: Callable[..., Any]) -> None:
    source = files(
        shared="{% set seen = [] %}{% macro add() %}{% set _ = seen.append(1) %}{% endmacro %}"
    )
    text = "{% import 'shared.jinja2' as s %}{{ s.add() }}{{ s.seen | length }}"
    assert [render(text, source).strip() for _ in range(3)] == ["1", "1", "1"]
