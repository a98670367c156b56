"""The front end's files: named by their content, kept for ever, sent compressed."""

from __future__ import annotations

import gzip
import re

import pytest
from django.test import Client

from pumice.server.web import assets


@pytest.mark.parametrize("name", ["site.css", "site.js", "theme.js", "favicon.svg"])
def test_a_built_file_may_be_kept_for_ever(client: Client, db: None, name: str) -> None:
    url = assets.url(name)
    stem, extension = name.split(".")
    assert re.fullmatch(rf"/static/built/{stem}\.[0-9a-f]{{12}}\.{extension}", url)
    answer = client.get(url)
    answer.close()


@pytest.mark.parametrize("name", ["site.css", "site.js"])
def test_large_files_are_sent_compressed_to_who_takes_it(
    client: Client, db: None, name: str
) -> None:
    plain = client.get(assets.url(name))
    squeezed = client.get(assets.url(name), headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in plain
    assert squeezed["Content-Encoding"] == "gzip"
    body = b"".join(plain.streaming_content)
    assert gzip.decompress(b"".join(squeezed.streaming_content)) == body
    plain.close()
    squeezed.close()


def test_what_is_not_built_is_not_found(client: Client, db: None) -> None:
    assert client.get("/static/built/site.000000000000.css").status_code == 404
