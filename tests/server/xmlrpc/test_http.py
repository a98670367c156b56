"""What /RPC2 answers over HTTP: addresses, headers, and everything that is no call."""

from __future__ import annotations

import xmlrpc.client
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Rpc

VERSION = xmlrpc.client.dumps((), "system.version").encode()


@pytest.mark.parametrize("path", ["/RPC2", "/RPC2/", "//RPC2", "//RPC2/"])
def test_each_spelling_of_the_address_answers_without_a_redirect(rpc: Rpc, path: str) -> None:
    answer = rpc.request(VERSION, path)
    assert answer.status == 200
    assert xmlrpc.client.loads(answer.body) == (("2026.07",), None)


def test_an_address_below_is_not_found(rpc: Rpc) -> None:
    assert rpc.request(VERSION, "/RPC2/x").status == 404


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "OPTIONS"])
def test_what_is_not_posted_leads_to_the_help(rpc: Rpc, method: str) -> None:
    answer = rpc.request(b"", method=method)
    assert (answer.status, answer.headers["Location"]) == (302, "/api/help/")


def test_an_empty_body_leads_to_the_help(rpc: Rpc) -> None:
    answer = rpc.request(b"")
    assert (answer.status, answer.headers["Location"]) == (302, "/api/help/")


def test_the_content_type_of_a_request_does_not_matter(rpc: Rpc) -> None:
    assert rpc.request(VERSION, CONTENT_TYPE="application/x-www-form-urlencoded").status == 200


def test_a_body_of_the_largest_size_is_read(rpc: Rpc) -> None:
    filled = VERSION + b" " * (2_621_440 - len(VERSION))
    assert rpc.request(filled).status == 200


def test_a_larger_body_is_refused(rpc: Rpc) -> None:
    filled = VERSION + b" " * (2_621_441 - len(VERSION))
    assert rpc.request(filled).status == 400


def test_a_fault_is_an_answer_with_status_200(rpc: Rpc) -> None:
    answer = rpc.request(xmlrpc.client.dumps((), "system.nothing").encode())
    assert answer.status == 200
    assert answer.headers["Content-Length"] == str(len(answer.body))
    with pytest.raises(xmlrpc.client.Fault):
        xmlrpc.client.loads(answer.body)
