"""A job that a QEMU device runs, and ways to change it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from pumice.formats import yaml
from pumice.formats.errors import Path

JOB: dict[str, Any] = yaml.load("""
job_name: smoke
device_type: qemu
visibility: public
timeouts:
  job: {minutes: 15}
  action: {minutes: 5}
context: {arch: amd64, no_kvm: true}
actions:
- deploy:
    timeout: {minutes: 5}
    to: tmpfs
    images:
      kernel:
        url: http://example.com/vmlinuz
        image_arg: '-kernel {kernel} --append "console=ttyS0"'
- boot:
    method: qemu
    prompts: ['/ #']
    auto_login: {login_prompt: 'login:', username: root}
- test:
    definitions:
    - from: inline
      name: smoke
      path: inline/smoke.yaml
      repository:
        metadata: {format: Lava-Test Test Definition 1.0, name: smoke}
        run: {steps: [lava-test-case works --shell true]}
""").data

Change = Callable[[dict[Path, Any]], str]


def changed(changes: dict[Path, Any]) -> str:
    """The job's text with the values at some paths replaced, added, or (``...``) removed."""
    job = copy.deepcopy(JOB)
    for path, value in changes.items():
        here: Any = job
        for part in path[:-1]:
            here = here[part]
        if value is ...:
            del here[path[-1]]
        else:
            here[path[-1]] = copy.deepcopy(value)
    return yaml.dump(job)


@pytest.fixture
def job_with() -> Change:
    """Make the text of a job that differs from a valid one at some paths."""
    return changed
