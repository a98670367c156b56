"""Where a coordinator answers: as it is told, or where it can."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from pumice.supervisor import coordinator
from pumice.wire.coordinator import PORT

from .conftest import Running


@pytest.fixture(autouse=True)
def _usual_port_is_taken() -> object:
    """Nobody can have it during these tests, whether it is ours or another program's."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            holder.bind(("127.0.0.1", PORT))
            holder.listen()
        yield


def _port(listening: socket.socket) -> int:
    return int(listening.getsockname()[1])


def test_where_the_usual_port_is_taken_another_is_used_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with coordinator.listen(tmp_path, "127.0.0.1") as listening:
        port = _port(listening)
    assert port != PORT
    assert f"port {PORT} was taken, it is at 127.0.0.1:{port}" in caplog.text


def test_the_port_of_the_last_start_is_taken_again(tmp_path: Path) -> None:
    with coordinator.listen(tmp_path, "127.0.0.1") as listening:
        first = _port(listening)
    with coordinator.listen(tmp_path, "127.0.0.1") as listening:
        assert _port(listening) == first
    with (
        socket.create_server(("127.0.0.1", first)),
        coordinator.listen(tmp_path, "127.0.0.1") as listening,
    ):
        assert _port(listening) not in (first, PORT)


def test_a_port_that_the_user_names_and_that_is_taken_is_refused(
    coordinator: Running, tmp_path: Path
) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pumice", "coordinator", "--dir", str(tmp_path / "other")),
            *("--listen", f"127.0.0.1:{coordinator.port}"),
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1:{coordinator.port}" in done.stderr
