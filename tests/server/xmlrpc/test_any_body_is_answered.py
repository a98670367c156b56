"""Fuzz: whatever bytes are posted, the answer is a result, a fault, or an HTTP error below 500."""

from __future__ import annotations

import xmlrpc.client
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from .conftest import Rpc

TAGS = [
    "methodCall", "methodName", "params", "param", "value", "array", "data", "struct", "member",
    "name", "int", "i8", "string", "boolean", "double", "base64", "dateTime.iso8601", "nil", "x",
]  # fmt: skip
WORDS = st.sampled_from(
    ["system.version", "system.multicall", "scheduler.jobs.list", "1", "-1", "nan", "&#1;", "&a;",
     "<![CDATA[<a>]]>", "<!-- -->", "<?pi?>", "", " ", "9" * 30, "20260102T03:04:05"]
)  # fmt: skip
TREES = st.recursive(
    WORDS | st.text(max_size=5),
    lambda inner: st.tuples(st.sampled_from(TAGS), st.lists(inner, max_size=3)).map(
        lambda node: f"<{node[0]}>{''.join(node[1])}</{node[0]}>"
    ),
    max_leaves=12,
)
CALL = xmlrpc.client.dumps(
    (1, "a", [True, None, {"b": 2.5}], b"data"), "system.methodHelp", allow_none=True
).encode()
QUIET = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def check(rpc: Rpc, body: bytes) -> None:
    answer = rpc.request(body)
    assert answer.status in (200, 302, 400)
    assert b"Traceback" not in answer.body
    if answer.status == 200:
        try:
            xmlrpc.client.loads(answer.body)
        except xmlrpc.client.Fault as fault:
            assert fault.faultCode < 0 or 400 <= fault.faultCode < 500


@QUIET
@given(body=st.binary(max_size=300))
def test_bytes_at_random(rpc: Rpc, body: bytes) -> None:
    check(rpc, body)


@QUIET
@given(tree=TREES)
def test_trees_of_the_right_elements(rpc: Rpc, tree: str) -> None:
    check(rpc, tree.encode("utf-8", "surrogatepass"))
    check(rpc, f"<methodCall><methodName>system.version</methodName>{tree}</methodCall>".encode(
        "utf-8", "surrogatepass"))  # fmt: skip


@QUIET
@given(start=st.integers(0, len(CALL)), end=st.integers(0, len(CALL)), put=st.binary(max_size=20))
def test_a_call_that_was_damaged(rpc: Rpc, start: int, end: int, put: bytes) -> None:
    check(rpc, CALL[:start] + put + CALL[end:])


@pytest.mark.parametrize("size", [1_000, 100_000])
def test_many_members_and_large_data(rpc: Rpc, admin: User, size: int) -> None:
    member = "<member><name>a{}</name><value/></member>"
    struct = "".join(member.format(n) for n in range(min(size, 40_000)))
    for value in (f"<struct>{struct}</struct>", f"<base64>{'QUJD' * size}</base64>"):
        body = f"<param><value>{value}</value></param>"
        name = "<methodName>system.methodHelp</methodName>"
        check(rpc, f"<methodCall>{name}<params>{body}</params></methodCall>".encode())
