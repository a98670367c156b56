"""A browser, and the site as its web process serves it: streams, pages and events, all real."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
import uvicorn
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from pumice.server import daemon
from pumice.server.daemon import Stop
from pumice.server.ingest.append import append as append_lines
from pumice.server.jobs.models import Job
from pumice.server.jobs.submission import submit
from pumice.server.lab import workers
from pumice.server.lab.models import Device, DeviceType, Worker
from pumice.server.publisher import publish
from pumice.server.site.asgi import Application
from pumice.wire import loglines
from pumice.wire.loglines import LogLine
from pumice.wire.states import DeviceHealth, WorkerState

# Playwright's own loop runs in the thread of the tests, which also prepare the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

# A machine may be busy: how long a page takes decides nothing.
expect.set_options(timeout=30_000)

CHROMIUM = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

JOB = """\
job_name: {name}
device_type: qemu
visibility: {visibility}
priority: medium
timeouts: {{job: {{minutes: 5}}, action: {{minutes: 2}}, connection: {{minutes: 1}}}}
context: {{arch: amd64}}
actions:
- deploy:
    to: tmpfs
    images:
      kernel: {{url: "http://localhost/vmlinuz", image_arg: "-kernel {{kernel}}"}}
- boot: {{method: qemu, prompts: ["/ # "]}}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not longer than a file: while it runs, no test of the process can run a loop of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Serving:
    """The running site."""

    url: str
    server: uvicorn.Server

    def cut(self) -> None:
        """Cut every connection, as a network does."""
        for connection in list(self.server.server_state.connections):
            connection.loop.call_soon_threadsafe(connection.transport.abort)


@pytest.fixture
def serving(transactional_db: None) -> Iterator[Serving]:
    listening = socket.create_server(("127.0.0.1", 0))
    application = Application()
    server = uvicorn.Server(
        uvicorn.Config(application, lifespan="on", ws="none", log_config=None, access_log=False)
    )
    running = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    stop = Stop()
    publishing = threading.Thread(target=daemon.run, args=(publish.daemon(), stop))
    running.start()
    publishing.start()
    yield Serving(f"http://127.0.0.1:{listening.getsockname()[1]}", server)
    application.bus.end_streams()
    server.should_exit = True
    stop.set()
    running.join()
    publishing.join()
    listening.close()


@pytest.fixture
def site(serving: Serving) -> str:
    """The address of the running site."""
    return serving.url


@pytest.fixture
def context(browser: Browser, site: str) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page; at the end of the test its console must hold no error."""
    complaints: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    yield page
    page.close()
    assert complaints == []


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice", password="secret-of-alice")


@pytest.fixture
def sign_in(context: BrowserContext, site: str) -> Callable[[User], None]:
    """Sign a user in, as the form would."""

    def act(user: User) -> None:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])

    return act


@pytest.fixture
def lab(transactional_db: None) -> Iterator[Worker]:
    """Worker ``worker-1`` (online) with device ``qemu-01`` of type ``qemu``."""
    worker, _ = workers.add("worker-1", "In the cellar")
    worker.state = WorkerState.ONLINE
    worker.version = "2026.07"
    worker.save()
    kind = DeviceType.objects.create(name="qemu")
    Device.objects.create(
        hostname="qemu-01", device_type=kind, worker_host=worker, health=DeviceHealth.GOOD
    )
    folder = Path(settings.DEVICES_PATH)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "qemu-01.jinja2").write_text("{% extends 'qemu.jinja2' %}\n")
    yield worker
    shutil.rmtree(folder)


@pytest.fixture
def definition() -> str:
    """The text of a valid job whose name is ``by hand``."""
    return JOB.format(name="by hand", visibility="public")


@pytest.fixture
def new_job(lab: Worker, alice: User) -> Callable[..., Job]:
    """Submit a job as alice."""

    def act(name: str = "smoke", visibility: str = "public") -> Job:
        text = JOB.format(name=orjson.dumps(name).decode(), visibility=visibility)
        return submit(alice, text)

    return act


@pytest.fixture
def say() -> Callable[..., int]:
    """Append lines to a job's log as its worker would; the number of the line after them."""

    def act(job: Job, first: int, lines: list[tuple[str, object]]) -> int:
        stored = [
            loglines.encode(LogLine(f"2026-11-24T02:05:{n % 60:02}.250000+00:00", lvl, msg))
            for n, (lvl, msg) in enumerate(lines, first)
        ]
        append_lines(job.pk, first, [f"- {text}\n".encode() for text in stored])
        return first + len(lines)

    return act
