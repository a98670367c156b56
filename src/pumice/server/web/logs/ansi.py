"""Text with terminal escapes, as safe HTML.

Colours and weights (SGR, ECMA-48 §8.3.117) become classes; every other escape sequence and control
character is dropped. Extended colours become the nearest of the sixteen basic ones, so that a
board cannot choose a colour that the page has not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

_NEEDS_WORK = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_TOKEN = re.compile(
    r"(?:\x1b\[|\x9b)(?P<arguments>[0-9;:?<=>!]{0,64})[ -/]{0,8}(?P<final>[@-~])"
    r"|\x1b[\]PX^_][^\x07\x1b\x9c]{0,4096}(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]{0,8}[0-~]"
    r"|(?P<newline>\r\n|\r)"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
_BASIC = (
    (0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0),
    (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170),
    (85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85),
    (85, 85, 255), (255, 85, 255), (85, 255, 255), (255, 255, 255),
)  # fmt: skip
_FLAGS = {1: "bold", 2: "faint", 3: "italic", 4: "underline", 7: "reverse", 9: "strike"}
_ENDS = {
    22: ("bold", "faint"),
    23: ("italic",),
    24: ("underline",),
    27: ("reverse",),
    29: ("strike",),
}


@dataclass(slots=True)
class _Style:
    foreground: int | None = None
    background: int | None = None
    flags: tuple[str, ...] = ()

    @property
    def classes(self) -> str:
        names = [f"ansi-{flag}" for flag in self.flags]
        if self.foreground is not None:
            names.append(f"ansi-f{self.foreground}")
        if self.background is not None:
            names.append(f"ansi-b{self.background}")
        return " ".join(names)


def to_html(text: str) -> str:
    """The text escaped for HTML, its colours as ``<span class="ansi-…">``.

    A lone carriage return becomes a new line, as a progress bar's states follow one another.
    """
    if not _NEEDS_WORK.search(text):
        return escape(text)
    parts: list[str] = []
    style = _Style()
    place = 0
    for token in _TOKEN.finditer(text):
        _add(parts, style, text[place : token.start()])
        place = token.end()
        if token["newline"]:
            if place < len(text):
                parts.append("\n")
        elif token["final"] == "m":
            _apply(style, token["arguments"])
    _add(parts, style, text[place:])
    return "".join(parts)


def to_text(text: str) -> str:
    """The text without escape sequences and control characters."""
    return _TOKEN.sub(lambda token: "\n" if token["newline"] else "", text)


def _add(parts: list[str], style: _Style, text: str) -> None:
    if not text:
        return
    classes = style.classes
    parts.append(f'<span class="{classes}">{escape(text)}</span>' if classes else escape(text))


def _apply(style: _Style, arguments: str) -> None:
    if not re.fullmatch(r"[0-9;:]*", arguments):
        return
    codes = [min(int(code or 0), 999) for code in arguments.replace(":", ";").split(";")]
    while codes:
        code = codes.pop(0)
        if code == 0:
            style.foreground = style.background = None
            style.flags = ()
        elif code in _FLAGS:
            style.flags = tuple(dict.fromkeys((*style.flags, _FLAGS[code])))
        elif code in _ENDS:
            style.flags = tuple(flag for flag in style.flags if flag not in _ENDS[code])
        elif code in (38, 48):
            _extended(style, code, codes)
        else:
            _basic(style, code)


def _basic(style: _Style, code: int) -> None:
    if 30 <= code <= 37:
        style.foreground = code - 30
    elif 90 <= code <= 97:
        style.foreground = code - 90 + 8
    elif code == 39:
        style.foreground = None
    elif 40 <= code <= 47:
        style.background = code - 40
    elif 100 <= code <= 107:
        style.background = code - 100 + 8
    elif code == 49:
        style.background = None


def _extended(style: _Style, code: int, codes: list[int]) -> None:
    """``38;5;N`` or ``38;2;R;G;B``; the arguments are taken off the list."""
    kind = codes.pop(0) if codes else 0
    if kind == 5 and codes:
        colour = _of_256(codes.pop(0))
    elif kind == 2 and len(codes) >= 3:
        colour = _nearest((codes[0], codes[1], codes[2]))
        del codes[:3]
    else:
        codes.clear()
        return
    if code == 38:
        style.foreground = colour
    else:
        style.background = colour


def _of_256(number: int) -> int:
    if number < 16:
        return number
    if number < 232:
        number -= 16
        red, green, blue = number // 36, number // 6 % 6, number % 6
        return _nearest((red * 51, green * 51, blue * 51))
    level = 8 + 10 * (min(number, 255) - 232)
    return _nearest((level, level, level))


def _nearest(colour: tuple[int, int, int]) -> int:
    def distance(index: int) -> int:
        return sum((a - b) ** 2 for a, b in zip(_BASIC[index], colour, strict=True))

    return min(range(16), key=distance)
