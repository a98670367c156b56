"""system: introspection, several calls in one, and what the server is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User

if TYPE_CHECKING:
    from .conftest import Rpc


def test_the_methods_are_listed_by_name(rpc: Rpc) -> None:
    names = rpc("system.listMethods")
    assert names == sorted(names)
    assert {"system.listMethods", "scheduler.jobs.show"} <= set(names)


def test_every_listed_method_has_a_help_and_a_signature(rpc: Rpc) -> None:
    for name in rpc("system.listMethods"):
        assert rpc("system.methodHelp", name)[0].isupper()
        signature = rpc("system.methodSignature", name)
        assert signature
        assert all(isinstance(part, str) for part in signature)


def test_a_signature_names_the_result_then_the_arguments(rpc: Rpc) -> None:
    assert rpc("system.methodSignature", "system.methodHelp") == ["str", "str"]
    assert rpc("system.methodSignature", "scheduler.jobs.show") == ["struct", "int|str"]
    assert rpc("system.methodSignature", "scheduler.jobs.logs") == [
        "array",
        "int|str",
        "int",
        "int|nil",
    ]


def test_help_and_signature_of_what_does_not_exist_are_empty(rpc: Rpc) -> None:
    assert rpc("system.methodHelp", "system.nothing") == ""
    assert rpc("system.methodSignature", "system.nothing") == ""
    assert rpc("system.methodHelp", 5) == ""


def test_the_help_is_not_indented(rpc: Rpc) -> None:
    assert "\nArguments\n  job_id: " in rpc("system.methodHelp", "scheduler.jobs.show")


def test_the_version_is_one_that_lavacli_understands(rpc: Rpc) -> None:
    assert re.fullmatch(r"20\d{2}\.\d{2}", rpc("system.version"))
    assert rpc("system.api_version") == 2


def test_whoami_is_nil_without_a_user(rpc: Rpc, alice: User) -> None:
    assert rpc("system.whoami") is None
    assert rpc("system.whoami", user=alice) == "alice"


def test_the_settings_for_clients_have_lavas_keys(rpc: Rpc) -> None:
    assert list(rpc("system.master_config").items()) == [
        ("EVENT_TOPIC", "org.lavasoftware"),
        ("EVENT_SOCKET", "tcp://*:5500"),
        ("EVENT_NOTIFICATION", True),
        ("LOG_SIZE_LIMIT", 5),
    ]
    assert rpc("scheduler.get_publisher_event_socket") == "tcp://*:5500"


def test_the_capabilities_name_their_versions(rpc: Rpc) -> None:
    versions = {name: entry["specVersion"] for name, entry in rpc("system.getCapabilities").items()}
    assert versions == {"introspect": 1, "faults_interop": 20010516, "auth_token": 20110516}


def call(name: object, *arguments: object) -> dict[str, object]:
    return {"methodName": name, "params": list(arguments)}


def test_several_calls_are_answered_in_order_and_fail_alone(rpc: Rpc, alice: User) -> None:
    answers = rpc(
        "system.multicall",
        [call("system.whoami"), call("system.nothing"), call("system.methodHelp"), call("close")],
        user=alice,
    )
    assert answers[0] == ["alice"]
    assert answers[1] == {"faultCode": -32601, "faultString": "No such method: 'system.nothing'"}
    assert answers[2]["faultCode"] == -32603
    assert answers[3] == [None]


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("system.version", "expected struct"),
        ({}, "methodName not specified"),
        ({"methodName": 1}, "methodName must be a string"),
        ({"methodName": "system.version"}, "params not specified"),
        ({"methodName": "system.version", "params": {}}, "params must be an array"),
        ({**call("system.version"), "b": 1, "a": 2}, "specified additional arguments ['a', 'b']"),
    ],
)
def test_a_malformed_entry_is_a_fault_in_its_place(rpc: Rpc, entry: object, text: str) -> None:
    malformed, good = rpc("system.multicall", [entry, call("system.api_version")])
    assert malformed == {"faultCode": -32602, "faultString": f"system.multicall {text}"}
    assert good == [2]


def test_the_calls_must_be_an_array(rpc: Rpc) -> None:
    text = "system.multicall expected a list of methods to call"
    for calls in ("system.version", {}, 1, None):
        assert rpc.fault("system.multicall", calls) == (-32602, text)


def test_calls_in_calls_work_and_their_number_is_bounded(rpc: Rpc) -> None:
    inner = call("system.multicall", [call("system.api_version")])
    assert rpc("system.multicall", [inner]) == [[[[2]]]]
    code, text = rpc.fault("system.multicall", [call("close")] * 1_001)
    assert (code, text) == (-32602, "system.multicall takes at most 1000 calls")


def test_the_answers_of_several_calls_have_a_bounded_size(
    rpc: Rpc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pumice.server.api.xmlrpc.methods.system.MAX_ANSWERS", 100)
    first, second, third = rpc("system.multicall", [call("system.listMethods")] * 3)
    assert "system.version" in first[0]
    assert second == third
    assert (second["faultCode"], "make this call by itself" in second["faultString"]) == (
        -32602,
        True,
    )
