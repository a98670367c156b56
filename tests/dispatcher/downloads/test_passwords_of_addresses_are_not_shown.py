"""A password in an address stays out of the log, also where the download fails."""

from __future__ import annotations

from typing import Any

import pytest

from pumice.formats import yaml
from pumice.testing.file_server import FileServer, Served
from pumice.testing.scripted_lab import ScriptedLab


@pytest.mark.parametrize("faults", [[], [503], [("break", 4)], [404], [503] * 9])
@pytest.mark.parametrize("cached", [False, True])
def test_the_password_is_sent_and_not_shown(
    lab: ScriptedLab, server: FileServer, faults: list[Any], cached: bool
) -> None:
    url = server.url("/file").replace("http://", "http://me:hidden@")
    file = server.files["/file"] = Served(b"a ramdisk", list(faults))
    if cached:
        settings = {
            "http_url_format_string": server.url("/cache?url=%s"),
            "http_cache_fallback_origin_url": True,
        }
        lab.dispatcher = yaml.dump(settings)
    outcome = lab.run(lab.deploy(url=url))
    assert file.asked[0]["Authorization"].startswith("Basic ")
    assert "hidden" not in outcome.text
    assert "me:***@127.0.0.1" in outcome.text


@pytest.mark.parametrize("scheme", ["http", "scp"])
def test_what_is_no_address_is_shown_without_it(lab: ScriptedLab, scheme: str) -> None:
    outcome = lab.run(lab.deploy(url=f"{scheme}://me:hidden@host:port/file"))
    assert outcome.end["error_type"] == "Job"
    assert "hidden" not in outcome.text
