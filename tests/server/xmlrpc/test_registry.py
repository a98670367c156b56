"""Every method says what it does, what it takes and returns, and who may call it."""

from __future__ import annotations

import pytest

from pumice.server.accounts.authentication import Requester
from pumice.server.api.xmlrpc import examples, registry
from pumice.server.api.xmlrpc.permissions import ANYONE
from pumice.server.api.xmlrpc.signatures import CannotRegister

ISSUE = {
    "system.listMethods",
    "system.methodHelp",
    "system.methodSignature",
    "system.multicall",
    "system.getCapabilities",
    "system.version",
    "system.api_version",
    "system.whoami",
    "system.master_config",
    "scheduler.get_publisher_event_socket",
    "scheduler.jobs.submit",
    "scheduler.jobs.validate",
    "scheduler.jobs.list",
    "scheduler.jobs.show",
    "scheduler.jobs.logs",
    "scheduler.jobs.definition",
    "scheduler.jobs.cancel",
    "scheduler.jobs.queue",
    "scheduler.devices.list",
    "scheduler.devices.show",
    "scheduler.device_types.list",
    "scheduler.device_types.show",
    "scheduler.workers.list",
    "scheduler.workers.show",
    "results.get_testjob_results_yaml",
    "results.get_testjob_suites_list_yaml",
    "results.get_testsuite_results_yaml",
}


def test_every_method_of_the_slice_is_there() -> None:
    assert {method.full_name for method in registry.listed()} >= ISSUE


@pytest.mark.parametrize("method", registry.listed(), ids=lambda method: method.full_name)
def test_a_method_is_documented_typed_and_guarded(method: registry.Method) -> None:
    assert method.summary.endswith("."), "the help starts with a sentence"
    assert ("\nReturns\n" in method.help) == (method.signature.returns != "nil")
    for parameter in method.signature.parameters:
        assert parameter.types
        assert f"\n  {parameter.name}: " in method.help, f"{parameter.name} is not explained"
    assert method.signature.returns
    assert method.permission.sentence.endswith(".")
    arguments = examples.arguments(method)
    assert len(method.signature.bind(method.name, arguments)) == len(method.signature.parameters)


def no_help(user: Requester) -> str:
    return ""


def no_argument_type(user: Requester, job) -> str:  # type: ignore[no-untyped-def]
    """Do something."""
    return ""


def no_result_type(user: Requester, job: int):  # type: ignore[no-untyped-def]
    """Do something."""


def odd_type(user: Requester, job: set) -> str:  # type: ignore[type-arg]
    """Do something."""
    return ""


@pytest.mark.parametrize("function", [no_help, no_argument_type, no_result_type, odd_type])
def test_a_method_that_does_not_say_enough_cannot_be_registered(function) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(CannotRegister):
        registry.method("system.incomplete", permission=ANYONE)(function)
    assert registry.find("system.incomplete") is None


def test_a_name_is_registered_once() -> None:
    def version(user: Requester) -> str:
        """Do something."""
        return ""

    with pytest.raises(CannotRegister, match="twice"):
        registry.method("system.version", permission=ANYONE)(version)


def test_a_method_without_a_permission_cannot_be_written() -> None:
    with pytest.raises(TypeError, match="permission"):
        registry.method("system.incomplete")  # type: ignore[call-arg]
