"""A real git repository on this host, with a test in it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

SMOKE = """\
metadata:
  format: Lava-Test Test Definition 1.0
  name: smoke
params:
  WORD: default
install:
  deps:
run:
  steps:
    - lava-test-case beside --shell ./beside.sh $WORD
"""


class GitRepository:
    """A git repository with a test and a file beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")
        self.write("tests/smoke.yaml", SMOKE)
        self.write("beside.sh", '#!/bin/sh\ntest "$1" = default\n', 0o755)
        self.commit("the first")

    def git(self, *arguments: str) -> str:
        account = ["-c", "user.name=A Tester", "-c", "user.email=tester@example.com"]
        allowed = ["-c", "protocol.file.allow=always"]
        command = ["git", "-C", str(self.path), *account, *allowed, *arguments]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def write(self, name: str, text: str, mode: int = 0o644) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def commit(self, message: str) -> str:
        """Commit everything; return the commit's name."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def entry(self, **changes: Any) -> dict[str, Any]:
        """An entry of a job's definitions."""
        return {
            "from": "git",
            "repository": str(self.path),
            "path": "tests/smoke.yaml",
            "name": "smoke",
            **changes,
        }
