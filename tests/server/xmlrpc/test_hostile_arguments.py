"""Arguments of every type and of absurd values, to every method: a result or a fault."""

from __future__ import annotations

import xmlrpc.client
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User

from pumice.server.api.xmlrpc import registry
from pumice.server.lab.models import Worker

if TYPE_CHECKING:
    from .conftest import Rpc

VALUES = [
    "<string>]]&gt;&amp;&lt;a&gt;&#13;\x7f\x85\u2028😀&lt;!-- %s {} ' \" ;</string>",
    "<string></string>",
    f"<string>{'é' * 3_000}</string>",
    "<string>../../../../etc/passwd</string>",
    "<string>{{ 7 * 7 }}{% for a in range(10 ** 9) %}{% endfor %}</string>",
    "<string>a: &amp;a [*a]</string>",
    "<i4>-1</i4>",
    "<i8>4611686018427387904</i8>",
    "<i8>9223372036854775808</i8>",
    "<int>-99999999999999999999999999999999</int>",
    "<double>nan</double>",
    "<double>-inf</double>",
    "<double>1e308</double>",
    "<boolean>1</boolean>",
    "<nil/>",
    f"<base64>{'QUJD' * 30_000}</base64>",
    "<dateTime.iso8601>00010101T00:00:00</dateTime.iso8601>",
    "<array><data><value><array><data/></array></value></data></array>",
    "<array><data><value><nil/></value><value><struct/></value></data></array>",
    "<struct><member><name>methodName</name><value>system.multicall</value></member></struct>",
]


def _body(method: str, value: str, count: int) -> bytes:
    arguments = f"<param><value>{value}</value></param>" * count
    call = f"<methodName>{method}</methodName><params>{arguments}</params>"
    return f"<methodCall>{call}</methodCall>".encode()


TAKING = [method for method in registry.listed() if method.signature.parameters]


@pytest.mark.parametrize("method", TAKING, ids=lambda method: method.full_name)
def test_it_is_answered_without_a_failure(
    rpc: Rpc,
    admin: User,
    lab: Worker,
    method: registry.Method,
    caplog: pytest.LogCaptureFixture,
) -> None:
    count = len(method.signature.parameters)
    for value in VALUES:
        caplog.clear()
        try:
            rpc.post(_body(method.full_name, value, count), admin)
        except xmlrpc.client.Fault as fault:
            assert "Traceback" not in fault.faultString
        failed = [record for record in caplog.records if record.exc_info]
        assert not failed, f"{value[:60]}: {failed[0].exc_info}"
