"""How much memory a dispatcher takes at most, as the kernel counts it (VmHWM).

In a job on QEMU, in one over U-Boot and TFTP, while it downloads 2 GB over HTTP, and while a
board prints 100 MB without end. Only the dispatcher's own process counts.

Run: ``python -m bench.dispatcher_memory [--json FILE]``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bench import sample_jobs
from pumice.formats import yaml
from pumice.testing.memory import peak

AIM_MB = 60
DOWNLOAD = 2_000_000_000
FLOOD = 100_000_000
_BOARD = """\
import sys
print("Linux version 6.1.0")
line = "[   12.345678] pci 0000:00:03.0: reg 0x10: [io  0xc000-0xc01f] size 0x20 alignment\\n"
for _ in range(%d // (len(line) + 1)):
    sys.stdout.write(line)
print("board:~# ", end="", flush=True)
sys.stdin.read()
"""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(DOWNLOAD))
        self.end_headers()

    def do_GET(self) -> None:
        self.do_HEAD()
        block = bytes(1 << 20)
        for start in range(0, DOWNLOAD, len(block)):
            self.wfile.write(block[: DOWNLOAD - start])

    def log_message(self, format: str, *args: Any) -> None:
        return


@contextmanager
def server() -> Generator[str]:
    """The address of a large file."""
    serving = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{serving.server_address[1]}/file"
    serving.shutdown()
    serving.server_close()


def megabytes(definition: Path, device: Path, dispatcher: Path | None = None) -> float:
    """What the dispatcher of this job took."""
    with tempfile.TemporaryDirectory(prefix="pumice-bench-") as folder:
        words = [sys.executable, "-m", "pumice.dispatcher", "--job-id", "1"]
        words += ["--output-dir", folder, "--device", str(device)]
        if dispatcher is not None:
            words += ["--dispatcher", str(dispatcher)]
        return peak([*words, str(definition)])


def _small(folder: Path, *actions: dict[str, Any], **commands: str) -> float:
    """The same of a job with these actions, on a device with these commands."""
    timeouts = {"job": {"minutes": 10}, "action": {"minutes": 10}}
    job: dict[str, Any] = {"job_name": "memory", "visibility": "public", "timeouts": timeouts}
    job["actions"] = list(actions)
    methods: dict[str, Any] = {"deploy": {"downloads": {}}, "boot": {"minimal": {}}}
    actions_of = {kind: {"methods": found} for kind, found in methods.items()}
    device = {"device_type": "memory", "commands": commands, "actions": actions_of}
    definition, configuration = folder / "job.yaml", folder / "device.yaml"
    definition.write_text(yaml.dump(job))
    configuration.write_text(yaml.dump(device))
    return megabytes(definition, configuration)


def download(folder: Path) -> float:
    """A file that is larger than what a process may take."""
    with server() as url:
        return _small(folder, {"deploy": {"to": "downloads", "images": {"file": {"url": url}}}})


def flood(folder: Path) -> float:
    """A board that prints faster than its lines can be kept."""
    program = folder / "board.py"
    program.write_text(_BOARD % FLOOD)
    boot = {"boot": {"method": "minimal", "reset": False, "prompts": ["board:~# "]}}
    return _small(folder, boot, connect=f"{sys.executable} {program}")


def main() -> int:
    """Measure, and print a table and JSON; exit status 1 where it is more than the aim."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="pumice-bench-") as name:
        folder = Path(name)
        tftp = folder / "tftp"
        tftp.mkdir()
        for sample in (sample_jobs.qemu(folder), sample_jobs.u_boot(folder, tftp)):
            figures[sample.name] = megabytes(sample.definition, sample.device, sample.dispatcher)
        figures["download of 2 GB"] = download(folder)
        figures["100 MB of output"] = flood(folder)
    for what, value in figures.items():
        print(f"{what:24}{value:8.1f} MB")
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1))
    return int(max(figures.values()) > AIM_MB)


if __name__ == "__main__":
    sys.exit(main())
