"""Jobs on an emulated board that Android's own client talks to."""

from __future__ import annotations

import pytest

from pumice.testing.fastboot_lab import FastbootLab
from pumice.testing.scripted_lab import ScriptedLab


@pytest.fixture
def lab(lab: ScriptedLab) -> FastbootLab:
    return FastbootLab(lab.folder)
