"""Jobs without a machine, for the dispatchers' benchmarks: a large download, a flood of output."""

from __future__ import annotations

import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pumice.formats import yaml

LINE = "[   12.345678] pci 0000:00:03.0: reg 0x10: [io  0xc000-0xc01f] size 0x20 alignment"
_BOARD = """\
import sys
print("Linux version 6.1.0")
for _ in range({count}):
    sys.stdout.write("{line}\\n")
print("board:~# ", end="", flush=True)
sys.stdin.read()
"""


def command(output: Path, definition: Path, device: Path, dispatcher: Path | None) -> list[str]:
    """The dispatcher's command line for these files."""
    words = [sys.executable, "-m", "pumice.dispatcher", "--job-id", "1", "--device", str(device)]
    if dispatcher is not None:
        words += ["--dispatcher", str(dispatcher)]
    return [*words, "--output-dir", str(output), str(definition)]


def download(folder: Path, url: str) -> list[str]:
    """Fetches a file; the command line of its dispatcher, whose output is below `folder`."""
    return _job(folder, {"deploy": {"to": "downloads", "images": {"file": {"url": url}}}})


def flood(folder: Path, count: int) -> list[str]:
    """A board that prints :data:`LINE` so many times, as fast as it is read."""
    program = folder / "board.py"
    program.write_text(_BOARD.format(count=count, line=LINE))
    boot = {"boot": {"method": "minimal", "reset": False, "prompts": ["board:~# "]}}
    return _job(folder, boot, connect=f"{sys.executable} {program}")


@contextmanager
def server(size: int) -> Generator[str]:
    """The address of a file of so many bytes, on a server that runs meanwhile."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(size))
            self.end_headers()

        def do_GET(self) -> None:
            self.do_HEAD()
            block = bytes(1 << 20)
            for start in range(0, size, len(block)):
                self.wfile.write(block[: size - start])

        def log_message(self, format: str, *args: object) -> None:
            return

    serving = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{serving.server_address[1]}/file"
    serving.shutdown()
    serving.server_close()


def _job(folder: Path, action: dict[str, Any], **commands: str) -> list[str]:
    """The job of one action, on a device with these commands."""
    methods: dict[str, Any] = {"deploy": {"downloads": {}}, "boot": {"minimal": {}}}
    device = {
        "device_type": "plain",
        "commands": commands,
        "actions": {kind: {"methods": found} for kind, found in methods.items()},
    }
    job = {
        "job_name": "plain",
        "visibility": "public",
        "timeouts": {"job": {"minutes": 10}, "action": {"minutes": 10}},
        "actions": [action],
    }
    definition, configuration = folder / "job.yaml", folder / "device.yaml"
    definition.write_text(yaml.dump(job))
    configuration.write_text(yaml.dump(device))
    return command(folder / "output", definition, configuration, None)
