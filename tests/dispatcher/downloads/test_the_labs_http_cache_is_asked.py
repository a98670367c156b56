"""The http cache of dispatcher.yaml: which addresses go through it, and what else is asked."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from pumice.dispatcher.download.caching import addresses
from pumice.dispatcher.errors import ConfigurationError
from pumice.formats import yaml
from pumice.testing.file_server import FileServer, Served
from pumice.testing.scripted_lab import ScriptedLab

URL = "https://example.com/kernel?a=1"
FORM = "http://cache/fetch?url=%s"
CACHED = "http://cache/fetch?url=https%3A%2F%2Fexample.com%2Fkernel%3Fa%3D1"


@pytest.mark.parametrize(
    ("lab", "expected"),
    [
        ({}, [URL]),
        ({"http_url_format_string": FORM}, [CACHED]),
        ({"http_url_format_string": FORM, "http_cache_include_rules": ["/none/"]}, [URL]),
        ({"http_url_format_string": FORM, "http_cache_include_rules": [r"^https://ex"]}, [CACHED]),
        ({"http_url_format_string": FORM, "http_cache_exclude_rules": "kernel"}, [URL]),
        (
            {"http_url_format_string": FORM, "http_cache_fallback_origin_url": True},
            [CACHED, URL],
        ),
    ],
)
def test_the_rules_say_what_is_asked(lab: dict[str, Any], expected: list[str]) -> None:
    assert addresses(URL, lab) == expected


@pytest.mark.parametrize(
    ("lab", "message"),
    [
        ({"http_url_format_string": "http://cache/"}, "one %s"),
        ({"http_cache_include_rules": ["("]}, "'http_cache_include_rules' is wrong"),
    ],
)
def test_wrong_rules_are_the_labs_mistake(lab: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        addresses(URL, lab)


@pytest.fixture
def behind(lab: ScriptedLab, server: FileServer) -> Served:
    """A file that only the cache has; its address itself is on a port where nobody listens."""
    url = "http://127.0.0.1:1/file"
    lab.dispatcher = yaml.dump({"http_url_format_string": server.url("/cache?url=%s")})
    path = f"/cache?url={quote(url, safe='')}"
    server.files[path] = Served(b"from the cache")
    return server.files[path]


def test_the_cache_answers_in_place_of_the_server(lab: ScriptedLab, behind: Served) -> None:
    outcome = lab.run(lab.deploy(url="http://127.0.0.1:1/file", headers={"X-Token": "abc"}))
    assert outcome.passed
    assert [asked["X-Token"] for asked in behind.asked] == ["abc"]


def test_use_cache_false_asks_the_server_itself(lab: ScriptedLab, behind: Served) -> None:
    outcome = lab.run(lab.deploy(url="http://127.0.0.1:1/file", use_cache=False))
    assert outcome.end["error_type"] == "Infrastructure"
    assert behind.asked == []


@pytest.mark.parametrize("fault", [404, 503, ("break", 3)])
def test_a_cache_that_fails_is_left_for_the_server_itself(
    lab: ScriptedLab, server: FileServer, fault: int | tuple[str, int]
) -> None:
    settings: dict[str, Any] = {
        "http_url_format_string": server.url("/cache?url=%s"),
        "http_cache_fallback_origin_url": True,
    }
    lab.dispatcher = yaml.dump(settings)
    path = f"/cache?url={quote(server.url('/file'), safe='')}"
    server.files |= {path: Served(b"a ramdisk", [fault]), "/file": Served(b"a ramdisk")}
    outcome = lab.run(lab.deploy(url=server.url("/file")))
    assert outcome.passed
    assert outcome.result("lava", "http-download")["extra"]["size"] == len(b"a ramdisk")
    assert [m for m in outcome.messages("warning") if m.endswith("the server is asked instead")]
    assert len(server.files["/file"].asked) == 1
