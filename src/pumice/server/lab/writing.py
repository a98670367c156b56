"""Write the configuration files of the lab's folder: dictionaries, templates, workers' files.

A file is replaced whole or not at all. An empty text, or None, deletes it. Each change is recorded,
with the old text and the new. All raise OSError where the file cannot be written, and CannotChange
where the name can be none of a file.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from pumice.server.audit.record import record
from pumice.server.lab.naming import check_name


def write_dictionary(by: User | None, hostname: str, text: str | None) -> None:
    """Replace a device's dictionary."""
    _write(by, "device", hostname, Path(settings.DEVICES_PATH), f"{hostname}.jinja2", text)


def write_template(by: User | None, device_type: str, text: str | None) -> None:
    """Replace the site's own template of a device type; without one the shipped counts again."""
    folder = Path(settings.DEVICE_TYPES_PATHS[0])
    _write(by, "device type", device_type, folder, f"{device_type}.jinja2", text)


def write_health_check(by: User | None, device_type: str, text: str | None) -> None:
    """Replace the health check of a device type."""
    folder = Path(settings.HEALTH_CHECKS_PATH)
    _write(by, "device type", device_type, folder, f"{device_type}.yaml", text)


def write_worker_file(by: User | None, worker: str, name: str, text: str | None) -> None:
    """Replace a worker's ``dispatcher.yaml``, ``env.yaml`` or ``env-dut.yaml``."""
    folder = Path(settings.DISPATCHER_CONFIG_PATH) / check_name(worker, "worker", 200)
    _write(by, "worker", worker, folder, name, text)


def _write(
    by: User | None, kind: str, subject: str, folder: Path, name: str, text: str | None
) -> None:
    path = folder / check_name(name, "file", 255)
    old = path.read_text() if path.is_file() else None
    new = text or None
    if old == new:
        return
    # What is recorded is taken back where the file cannot be written.
    with transaction.atomic():
        record(by, "change", kind, subject, {name: (old, new)})
        if new is None:
            path.unlink(missing_ok=True)
        else:
            _replace(path, new)


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("x") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
