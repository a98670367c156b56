"""A spool keeps every record, in order, whatever its writer and reader suffer."""

from __future__ import annotations

from pathlib import Path

from pumice.wire.spool import Spool, SpoolReader


def test_a_reader_gets_what_was_appended_and_can_start_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "logs.yaml"
    with Spool(path) as spool:
        spool.append([f'{{"n": {n}}}' for n in range(5)])
        assert spool.position == 5
    assert SpoolReader(path).read(10, 10_000) == [f'- {{"n": {n}}}'.encode() for n in range(5)]
    assert SpoolReader(path, 3).read(10, 10_000) == [b'- {"n": 3}', b'- {"n": 4}']


def test_reading_again_before_advancing_gives_the_same(tmp_path: Path) -> None:
    path = tmp_path / "logs.yaml"
    with Spool(path) as spool:
        spool.append(["a", "b", "c"])
    reader = SpoolReader(path)
    first = reader.read(2, 10_000)
    assert reader.read(2, 10_000) == first == [b"- a", b"- b"]
    reader.advance(first)
    assert reader.read(2, 10_000) == [b"- c"]
    assert reader.position == 2


def test_a_torn_last_line_is_not_read_and_is_cut_by_the_next_writer(tmp_path: Path) -> None:
    path = tmp_path / "logs.yaml"
    path.write_bytes(b"- one\n- tw")
    assert SpoolReader(path).read(10, 10_000) == [b"- one"]
    with Spool(path) as spool:
        assert spool.position == 1
        spool.append(["two"])
    assert path.read_bytes() == b"- one\n- two\n"


def test_batches_end_before_their_size_but_hold_one_record_at_least(tmp_path: Path) -> None:
    path = tmp_path / "logs.yaml"
    with Spool(path) as spool:
        spool.append(["x" * 100, "y" * 100])
    reader = SpoolReader(path)
    assert len(reader.read(10, 50)) == 1
    assert len(reader.read(10, 150)) == 1
    assert len(reader.read(10, 500)) == 2


def test_a_spool_that_does_not_exist_yet_is_empty(tmp_path: Path) -> None:
    assert SpoolReader(tmp_path / "none.yaml").read(10, 100) == []
