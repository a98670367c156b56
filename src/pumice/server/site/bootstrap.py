"""A lab's first start: an administrator, a token, a worker, virtual boards."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument
from pumice.server.accounts import tokens
from pumice.server.lab import configuration, workers
from pumice.server.lab.models import Device, DeviceType, Worker
from pumice.server.secrets import sealing
from pumice.wire.states import DeviceHealth

ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class VirtualBoard:
    """A virtual board to be added: its name, device type and dictionary."""

    hostname: str
    device_type: str
    dictionary: str


def is_new() -> bool:
    """Whether the lab has no user yet."""
    return not User.objects.exists()


def create_admin(directory: Path, url: str) -> None:
    """Make the administrator with a random password and a token, and write DIR/admin.json."""
    password = sealing.random_text(20)
    with transaction.atomic():
        user = User.objects.create_superuser(ADMIN, None, password)
        _, token = tokens.create(user, "made at the lab's first start")
        answer = {"url": url, "username": ADMIN, "password": password, "token": token}
        write_private(directory / "admin.json", json.dumps(answer, indent=2) + "\n")


def update_url(directory: Path, url: str) -> None:
    """Write the address at which the lab answers now into DIR/admin.json, where there is one."""
    path = directory / "admin.json"
    if not path.exists():
        return
    answer = json.loads(path.read_text())
    if answer.get("url") != url:
        write_private(path, json.dumps({**answer, "url": url}, indent=2) + "\n")


def ensure_worker(hostname: str, token_file: Path) -> None:
    """See that this worker exists, and that its token stands in the file."""
    worker = Worker.objects.filter(pk=hostname).first()
    if worker is None:
        _, token = workers.add(hostname, "The lab's own worker")
    else:
        token = workers.token_of(worker)
    if not token_file.exists() or token_file.read_text().strip() != token:
        token_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(token_file, token + "\n")


def has_board(hostname: str) -> bool:
    """Whether there is a device of this name."""
    return Device.objects.filter(pk=hostname).exists()


def set_worker(worker: str, needed: Mapping[str, str]) -> list[str]:
    """Write a worker's dispatcher.yaml, unless it has one; the keys that it sets otherwise."""
    text = configuration.dispatcher_configuration(worker)
    if text is None:
        path = Path(settings.DISPATCHER_CONFIG_PATH) / worker / "dispatcher.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.dump(dict(needed)))
        return []
    try:
        found = yaml.load(text).data
    except InvalidDocument:
        return list(needed)
    there = found if isinstance(found, dict) else {}
    return [key for key, value in needed.items() if there.get(key) != value]


def add_board(board: VirtualBoard, worker: str) -> bool:
    """Add a virtual board with health Good to a worker; False where its name is taken."""
    with transaction.atomic():
        DeviceType.objects.get_or_create(pk=board.device_type)
        _, created = Device.objects.get_or_create(
            pk=board.hostname,
            defaults={
                "device_type_id": board.device_type,
                "worker_host_id": worker,
                "health": DeviceHealth.GOOD,
                "description": "A virtual board",
            },
        )
    path = Path(settings.DEVICES_PATH) / f"{board.hostname}.jinja2"
    if created or not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(board.dictionary)
    return created


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
