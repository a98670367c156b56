"""What a document's errors look like: path, line, column, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Path = tuple[str | int, ...]
_LONGEST_KEY = 100


def format_path(path: Path) -> str:
    """Write a path as people read it: ``actions[1].boot.method``; empty for the whole document.

    A very long key is cut.
    """
    text = ""
    for part in path:
        if isinstance(part, str):
            key = part if len(part) <= _LONGEST_KEY else part[: _LONGEST_KEY - 3] + "..."
            text += f".{key}" if text else key
        else:  # an index, or one of the other keys that YAML allows: a date, null ...
            text += f"[{part}]"
    return text


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a document.

    ``line`` and ``column`` count from 1 and are None where the position is not known.
    ``message`` says what was found and what would be right, without the position.
    """

    message: str
    path: Path = ()
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        where: list[str] = []
        if self.path:
            where.append(format_path(self.path))
        if self.line is not None:
            where.append(f"line {self.line}" + (f", column {self.column}" if self.column else ""))
        return f"{self.message} ({'; '.join(where)})" if where else self.message


class InvalidDocument(ValueError):
    """The document is invalid: correct each of the problems listed, then try again."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        if not self.problems:
            raise ValueError("InvalidDocument needs at least one problem")
        super().__init__("; ".join(str(problem) for problem in self.problems))

    @classmethod
    def because(
        cls, message: str, path: Path = (), line: int | None = None, column: int | None = None
    ) -> InvalidDocument:
        """Make the error from its only problem."""
        return cls([Problem(message, path, line, column)])
