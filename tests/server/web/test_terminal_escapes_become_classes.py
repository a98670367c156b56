"""Colours of a terminal as HTML, and nothing else of it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pumice.server.web.logs.ansi import to_html, to_text

ESCAPES = st.sampled_from(
    ["\x1b[", "\x1b]8;;", "\x1b", "\x9b", "31m", "38;2;1;2;3m", "48;5;200m", "0m", "\x07", "<b>",
     "&amp;", "\r", "\n", ";", "m", "\x1b[31m", "\x1bP", "\x1b\\", "\u202e", '"']
)  # fmt: skip
SPAN = re.compile(r'<span class="ansi-[a-z0-9]+( ansi-[a-z0-9]+)*">|</span>')


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "plain"),
        ("a < b & c > d \"'", "a &lt; b &amp; c &gt; d &quot;&#x27;"),
        ("\x1b[31mred\x1b[0m not", '<span class="ansi-f1">red</span> not'),
        ("\x1b[1;92;44mx\x1b[m", '<span class="ansi-bold ansi-f10 ansi-b4">x</span>'),
        ("\x1b[1ma\x1b[22mb", '<span class="ansi-bold">a</span>b'),
        ("\x1b[38;5;196mx", '<span class="ansi-f1">x</span>'),
        ("\x1b[38;2;255;255;255mx\x1b[39my", '<span class="ansi-f15">x</span>y'),
        ("\x1b[38;5mx", "x"),
        ("\x1b[2J\x1b[10;20Hmoved\x1b[K", "moved"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("bell\x07 null\x00 del\x7f", "bell null del"),
        ("10 %\r20 %\r\n", "10 %\n20 %"),
        ("tab\tstays\nas does this", "tab\tstays\nas does this"),
        ("turned \u202eround", "turned round"),
        ("cut off \x1b[", "cut off "),
    ],
)
def test_examples(text: str, html: str) -> None:
    assert to_html(text) == html


@given(st.lists(st.one_of(ESCAPES, st.text(max_size=5)), max_size=30).map("".join))
def test_whatever_comes_only_our_own_spans_go_out(text: str) -> None:
    html = to_html(text)
    bare = SPAN.sub("", html)
    assert not set(bare) & set("<>\"'")
    assert "\x1b" not in html
    assert html.count("<span") == html.count("</span>")
    assert unescape(bare).rstrip("\n") == to_text(text).rstrip("\n")
