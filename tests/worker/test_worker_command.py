"""``pumice worker``: its options, and what it says of wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pumice.cli.worker import worker
from pumice.worker import main as entry
from pumice.worker.config import WorkerConfig


@pytest.fixture
def configs(monkeypatch: pytest.MonkeyPatch) -> list[WorkerConfig]:
    """The configurations with which a worker would have been run."""
    seen: list[WorkerConfig] = []

    def note(config: WorkerConfig) -> int:
        seen.append(config)
        return 0

    monkeypatch.setattr(entry, "main", note)
    return seen


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(worker, list(arguments))
    return result.exit_code, result.output


def test_every_option_reaches_the_worker(configs: list[WorkerConfig], tmp_path: Path) -> None:
    status, _ = run(
        *("--url", "http://lab/", "--name", "bench-1", "--worker-dir", str(tmp_path)),
        *("--token-file", str(tmp_path / "t"), "--token", "abc", "--ping-interval", "5"),
        *("--ws-url", "ws://lab/ws/", "--coordinator", "lab:3080"),
    )
    assert status == 0
    [config] = configs
    assert (config.url, config.name, config.token) == ("http://lab/", "bench-1", "abc")
    assert (config.worker_dir, config.token_file) == (tmp_path, tmp_path / "t")
    assert (config.ping_interval, config.coordinator) == (5.0, "lab:3080")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--url"),
        (("--url", "lab"), "must begin with http:// or https://"),
        (("--url", "http://lab/", "--ping-interval", "0"), "--ping-interval"),
        (("--url", "http://lab/", "--coordinator", "lab"), "'lab' is not HOST:PORT"),
    ],
)
def test_a_wrong_option_is_named_and_nothing_runs(
    configs: list[WorkerConfig], arguments: tuple[str, ...], said: str
) -> None:
    status, output = run(*arguments)
    assert status == 2
    assert said in output
    assert configs == []


def test_a_folder_that_cannot_be_made_is_a_wrong_configuration(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    status, _ = run("--url", "http://lab/", "--worker-dir", str(tmp_path / "file" / "worker"))
    assert status == 2


@pytest.mark.parametrize(
    ("url", "coordinator"),
    [("http://lab:8000/x/", "lab:3079"), ("https://[2001:db8::1]/", "[2001:db8::1]:3079")],
)
def test_jobs_meet_on_the_servers_host_unless_lavas_file_names_another(
    tmp_path: Path, url: str, coordinator: str
) -> None:
    file = tmp_path / "lava-coordinator.conf"
    assert entry.usual_coordinator(url, file) == coordinator
    file.write_text("{}")
    assert entry.usual_coordinator(url, file) == ""
