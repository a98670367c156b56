"""A lab whose board loads its files from a real TFTP server, before it starts like any other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pumice.testing.scripted_lab import ScriptedLab
from pumice.testing.tftp_lab import TftpLab


@pytest.fixture
def tftp(lab: ScriptedLab) -> Iterator[TftpLab]:
    found = TftpLab(lab.folder)
    with found.serving():
        yield found
    assert list(found.tftp.iterdir()) == [], "files are left in the TFTP server's folder"
