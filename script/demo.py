"""The demo: a lab, a job, its log as it comes, its results. ``script/demo`` runs this."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import time
import urllib.request
import xmlrpc.client
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import click
import yaml

from pumice.boards import images

ROOT = Path(__file__).resolve().parent.parent
JOB = ROOT / "examples/jobs/qemu-smoke.yaml"
DOCUMENTED_IMAGES = "/var/cache/pumice/boards"
COLOURS = {"input": "cyan", "results": "green", "error": "red", "warning": "yellow"}


@click.command()
@click.option("--once", is_flag=True, help="Stop when the job has ended.")
@click.option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=ROOT / "demo-lab",
    help="The lab's folder.  [default: demo-lab in the checkout]",
)
@click.option("--listen", default="127.0.0.1:8000", show_default=True, help="HOST:PORT")
def main(once: bool, directory: Path, listen: str) -> None:
    """Start a lab with an emulated board, run examples/jobs/qemu-smoke.yaml on it, and show its
    log as it comes, its results and its page. Exit status 0: the job is Complete."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    command = [sys.executable, "-m", "pumice", "up", "--dir", str(directory), "--listen", listen]
    definition = definition_with_images()
    lab = subprocess.Popen([*command, "--level", "WARNING"], stdout=subprocess.PIPE, text=True)
    try:
        wait_until_ready(lab)
        admin: dict[str, str] = json.loads((directory / "admin.json").read_text())
        complete = run_job(admin, definition, lab)
        if not once:
            click.echo(f"\nThe lab runs on; sign in as {admin['username']} with the password in")
            click.echo(f"{directory / 'admin.json'}. Ctrl-C stops it.")
            lab.wait()
        sys.exit(0 if complete else 1)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except (OSError, xmlrpc.client.Error) as error:
        stop(f"the lab does not answer as it should: {error}")
    finally:
        lab.terminate()
        lab.wait()


def definition_with_images() -> str:
    """The demo job, with the images where they are on this machine."""
    folder = images.default_folder()
    try:
        images.make(folder)
    except OSError as error:
        stop(f"the demo board's images could not be made: {error}")
    return JOB.read_text().replace(DOCUMENTED_IMAGES, str(folder))


def wait_until_ready(lab: subprocess.Popen[str]) -> None:
    for line in lab.stdout or ():
        click.echo(line, nl=False)
        if line.startswith("Administrator:"):
            return
    stop("the lab did not start")


def run_job(admin: dict[str, str], definition: str, lab: subprocess.Popen[str]) -> bool:
    """Submit a job and show all of it; whether it is Complete."""
    scheme, _, host = admin["url"].partition("://")
    address = f"{scheme}://{admin['username']}:{admin['token']}@{host}/RPC2"
    rpc: Any = xmlrpc.client.ServerProxy(address, allow_none=True)
    job: int = rpc.scheduler.jobs.submit(definition)
    page = f"{admin['url']}/scheduler/job/{job}"
    click.echo(f"Job {job}: {page}\n")
    line = 0
    for _ in news(f"{page}/live", lab):
        line += show_log(rpc, job, line)
    show_log(rpc, job, line)
    shown = rpc.scheduler.jobs.show(job)
    show_results(yaml.safe_load(rpc.results.get_testjob_results_yaml(job)))
    click.secho(f"\nJob {job} is {shown['state']}: {shown['health']}", bold=True)
    click.echo(page)
    return bool(shown["health"] == "Complete")


def news(address: str, lab: subprocess.Popen[str]) -> Iterator[None]:
    """Once at first, then whenever the job's stream of events says something, until it ends."""
    while True:
        try:
            with urllib.request.urlopen(address) as stream:  # noqa: S310 - the lab's own address
                for text in stream:
                    if text.startswith(b"event:"):
                        yield
                    if text.strip() == b"event: end":
                        return
        except (OSError, http.client.HTTPException) as error:
            click.echo(f"demo: the lab's stream broke ({error}); connecting again", err=True)
        if lab.poll() is not None:
            stop("the lab has ended")
        time.sleep(1)


def show_log(rpc: Any, job: int, start: int) -> int:
    """Print the lines of the log from a number on; how many there were."""
    _, data = rpc.scheduler.jobs.logs(job, start)
    lines: list[dict[str, Any]] = yaml.load(data.data, Loader=yaml.CSafeLoader) or []
    for line in lines:
        when = datetime.fromisoformat(line["dt"]).strftime("%H:%M:%S")
        message = line["msg"]
        if isinstance(message, dict):
            message = " ".join(f"{key}={value}" for key, value in message.items())
        level: str = line["lvl"]
        click.secho(f"{when} {level:<8} {message}", fg=COLOURS.get(level), dim=level == "debug")
    return len(lines)


def show_results(cases: list[dict[str, Any]]) -> None:
    rows = [("Suite", "Case", "Result", "Measurement")]
    for case in cases:
        measured = ""
        if case["measurement"] not in (None, "", "None"):
            measured = f"{float(case['measurement']):g} {case['unit']}"
        rows.append((case["suite"], case["name"], case["result"], measured))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    click.echo()
    for row in rows:
        cells = (text.ljust(width) for text, width in zip(row, widths, strict=True))
        click.secho("  ".join(cells).rstrip(), fg="red" if row[2] == "fail" else None)


def stop(message: str) -> NoReturn:
    click.echo(f"demo: {message}", err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
