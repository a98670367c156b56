"""What a serial line carries beside text is taken out before anybody reads or searches it.

NUL bytes and terminal escape sequences go; bytes that are not UTF-8 become U+FFFD. Carriage
returns stay: patterns that people write may name them.
"""

from __future__ import annotations

import codecs
import re

_ESCAPE = re.compile(
    rb"\x1b(?:"
    rb"\[[0-?]{0,64}[ -/]{0,8}[@-~]"  # control sequences: colours, cursor movement
    rb"|\][^\x07\x1b\r\n]{0,512}(?:\x07|\x1b\\)"  # operating system commands: window titles
    rb"|[PX^_][^\x1b\r\n]{0,512}\x1b\\"  # device control and application strings
    rb"|[ -/]{1,8}[0-~]"  # character sets
    rb"|[0-OQ-WYZ\\`-~]"  # two characters
    rb"|)"  # an escape that begins no sequence goes alone; what follows it is text
)
_BEGUN = re.compile(
    rb"\x1b(?:"
    rb"\[[0-?]{0,64}[ -/]{0,8}"
    rb"|[\]PX^_][^\x07\x1b\r\n]{0,512}\x1b?"
    rb"|[ -/]{0,8}"
    rb")\Z"
)


class Cleaner:
    """Cleans a stream piece by piece; a sequence cut between two pieces is held back."""

    def __init__(self) -> None:
        self._held = b""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, data: bytes) -> bytes:
        """The clean text (valid UTF-8) of this piece, and of what was held back before it."""
        if self._held:
            data = self._held + data
            self._held = b""
        if b"\x00" in data:
            data = data.replace(b"\x00", b"")
        if b"\x1b" in data:
            data = self._without_escapes(data)
        if data.isascii() and not self._decoder.getstate()[0]:
            return data
        return self._decoder.decode(data).encode("utf-8", "replace")

    def end(self) -> bytes:
        """What is still held back, when nothing follows."""
        rest = self._held.replace(b"\x1b", b"")
        self._held = b""
        return self._decoder.decode(rest, final=True).encode("utf-8", "replace")

    def _without_escapes(self, data: bytes) -> bytes:
        begun = _BEGUN.search(data)
        if begun is not None:
            self._held = data[begun.start() :]
            data = data[: begun.start()]
        return _ESCAPE.sub(b"", data)
