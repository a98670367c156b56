"""Requests that are malformed, or meant to hurt: a fault, at once, and nothing else."""

from __future__ import annotations

import time
import xmlrpc.client
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User

if TYPE_CHECKING:
    from .conftest import Rpc

UNREADABLE = (-32603, "Unable to decode request")
NO_CALL = (-32600, "Unable to decode request")


def call(arguments: str, method: str = "system.methodHelp") -> bytes:
    return (
        f"<methodCall><methodName>{method}</methodName><params>{arguments}</params></methodCall>"
    ).encode()


def argument(value: str) -> bytes:
    return call(f"<param><value>{value}</value></param>")


def fault(rpc: Rpc, body: bytes) -> tuple[int, str]:
    with pytest.raises(xmlrpc.client.Fault) as caught:
        rpc.post(body)
    return caught.value.faultCode, caught.value.faultString


BOMB = b"""<?xml version="1.0"?><!DOCTYPE bomb [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<methodCall><methodName>&b;</methodName></methodCall>"""
FILE = b"""<?xml version="1.0"?><!DOCTYPE file [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<methodCall><methodName>&a;</methodName></methodCall>"""
DEEP = "<array><data><value>" * 10_000 + "</value></data></array>" * 10_000


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"hello", UNREADABLE),
        (b"\0\0\0", UNREADABLE),
        (b"<methodCall>", UNREADABLE),
        (BOMB, UNREADABLE),
        (FILE, UNREADABLE),
        (b"<!DOCTYPE a><methodCall><methodName>a</methodName></methodCall>", UNREADABLE),
        (
            call("<param><value>\xff\xfe</value></param>").replace("\xff".encode(), b"\xff"),
            UNREADABLE,
        ),
        (b"<?xml version='1.0' encoding='klingon'?><methodCall/>", UNREADABLE),
        (argument("&undefined;"), UNREADABLE),
        (argument("&#0;"), UNREADABLE),
        (argument("<int>one</int>"), UNREADABLE),
        (argument("<int></int>"), UNREADABLE),
        (argument(f"<int>{'9' * 10_000}</int>"), UNREADABLE),
        (argument("<boolean>true</boolean>"), UNREADABLE),
        (argument("<double>much</double>"), UNREADABLE),
        (argument("<base64>é</base64>"), UNREADABLE),
        (argument("<dateTime.iso8601>yesterday</dateTime.iso8601>"), UNREADABLE),
        (b"<a/>", NO_CALL),
        (b"<methodCall/>", NO_CALL),
        (b"<methodCall><methodName/></methodCall>", NO_CALL),
        (b"<methodCall><params/></methodCall>", NO_CALL),
        (xmlrpc.client.dumps((1,), methodresponse=True).encode(), NO_CALL),
        (argument("<int>1</int><int>2</int>"), NO_CALL),
        (argument("<struct><member><value>1</value></member></struct>"), NO_CALL),
        (argument("<array><value>1</value></array>"), NO_CALL),
        (argument("<set/>"), NO_CALL),
        (argument(DEEP), NO_CALL),
    ],
)
def test_what_is_no_call_is_a_fault(rpc: Rpc, body: bytes, expected: tuple[int, str]) -> None:
    began = time.process_time()
    assert fault(rpc, body) == expected
    assert time.process_time() - began < 1


def test_params_may_be_missing(rpc: Rpc) -> None:
    assert rpc.post(b"<methodCall><methodName>system.api_version</methodName></methodCall>") == 2


def test_white_space_around_names_and_values_does_not_matter(rpc: Rpc) -> None:
    body = """<?xml version="1.0"?>
    <methodCall>
      <methodName> system.methodHelp </methodName>
      <params> <param> <value> <string>system.nothing</string> </value> </param> </params>
    </methodCall>"""
    assert rpc.post(body.encode()) == ""


def test_a_value_without_a_type_is_text(rpc: Rpc) -> None:
    assert "version" in rpc.post(argument("system.version"))


@pytest.mark.parametrize("nil", ["<nil/>", "<ex:nil/>"])
def test_nil_is_understood_in_both_spellings(rpc: Rpc, nil: str) -> None:
    body = call(f"<param><value>{nil}</value></param>", "scheduler.jobs.queue")
    assert rpc.post(body) == []


def test_every_type_of_argument_arrives(rpc: Rpc, lab: None, alice: User) -> None:
    everything = [1, True, 2.5, "é€😀", b"\0\xff", None, {"a": [{"b": 1}]}, [], {}]
    moment = xmlrpc.client.DateTime("20260102T03:04:05")
    body = [{"methodName": "system.version", "params": [], "more": [*everything, moment]}]
    (entry,) = rpc("system.multicall", body)
    assert entry["faultString"] == "system.multicall specified additional arguments ['more']"


def test_other_encodings_are_read(rpc: Rpc) -> None:
    text = argument("é").decode()
    for encoding in ("utf-16", "iso-8859-1", "windows-1252"):
        declared = f"<?xml version='1.0' encoding='{encoding}'?>{text}"
        assert rpc.post(declared.encode(encoding)) == ""


def test_large_requests_are_answered_in_a_moment(rpc: Rpc) -> None:
    wide = "<array><data>" + "<value><i4>1</i4></value>" * 100_000 + "</data></array>"
    began = time.process_time()
    code, _ = fault(rpc, argument(wide).replace(b"methodHelp", b"whoami"))
    assert (code, time.process_time() - began < 2) == (-32603, True)
