"""Every part of a document has a line and a column."""

from __future__ import annotations

import pytest

from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument, Path, Problem

TEXT = """\
job: smoke
actions:
- deploy:
    to: tmpfs
    images: {kernel: {url: x}}
- boot: [a, b]
base: &base
  inner: 1
copy: *base
merged:
  <<: *base
  own: 2
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (1, 1)),
        (("job",), (1, 1)),
        (("actions", 0), (3, 3)),
        (("actions", 0, "deploy", "to"), (4, 5)),
        (("actions", 0, "deploy", "images", "kernel", "url"), (5, 23)),
        (("actions", 1, "boot", 1), (6, 13)),
        (("copy", "inner"), (8, 3)),
        (("merged", "inner"), (8, 3)),
        (("merged", "own"), (12, 3)),
    ],
)
def test_a_path_has_a_line_and_a_column(path: Path, place: tuple[int, int]) -> None:
    assert yaml.load(TEXT).where(path) == place


def test_a_path_out_of_the_document_means_its_nearest_parent() -> None:
    document = yaml.load(TEXT)
    assert document.where(("actions", 0, "deploy", "os")) == (3, 3)
    assert document.where(("actions", 7)) == (2, 1)
    assert document.where(("job", "x")) == (1, 1)


def test_an_empty_document_has_no_places() -> None:
    assert yaml.load("").where(()) is None


def test_problems_get_their_places() -> None:
    problems = yaml.located([Problem("wrong", ("base", "inner"))], yaml.load(TEXT))
    assert str(problems[0]) == "wrong (base.inner; line 8, column 3)"


@pytest.mark.parametrize(
    ("text", "line", "column", "what"),
    [
        ("a: 'never ends", 1, 15, "quoted scalar"),
        ("a: b\n  c: d\n", 2, 4, "mapping values are not allowed"),
        ("a:\n\t- b", 2, 1, "indent with spaces"),
        ("a: 1\nb: 2\na: 3", 3, 1, "the key 'a' stands twice in this map, first on line 1"),
        ("a: !!python/object:os.system x", 1, 4, "is not known"),
        ("--- a\n--- b\n", 2, 1, "a second document"),
        ("- *unset", 1, 3, "not set before"),
        ("a: 2026-99-99", 1, 4, "not a valid timestamp"),
        ("? [a, b]\n: c", 1, 3, "cannot be a key"),
        ("a: &x 1\nb: &x 2", 2, 4, "set twice"),
        ("<<: 5", 1, 5, "takes a map"),
    ],
)
def test_what_is_wrong_with_a_text_has_its_place(
    text: str, line: int, column: int, what: str
) -> None:
    with pytest.raises(InvalidDocument) as caught:
        yaml.load(text)
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (line, column)
    assert what in problem.message


def test_a_byte_that_is_not_utf_8_has_its_place() -> None:
    with pytest.raises(InvalidDocument, match=r"not UTF-8: byte 0xff .*line 2, column 4"):
        yaml.load(b"a: b\nc: \xff")


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x7f", "\x9b", "\ufffe", "\ud800"])
def test_a_character_that_yaml_forbids_has_its_place(character: str) -> None:
    with pytest.raises(InvalidDocument, match=r"not allowed in YAML \(line 2, column 4\)"):
        yaml.load(f"a: b\nc: {character}")
