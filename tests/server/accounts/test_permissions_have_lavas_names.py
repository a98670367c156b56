"""The names of models and permissions on the wire are LAVA's, and lead to Pumice's and back."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission

from pumice.server.accounts import names
from pumice.server.accounts.grants import Level
from pumice.server.lab.permissions import DEVICE_TYPES, DEVICES, WORKERS


def backed() -> list[names.Named]:
    """The models of the table that Pumice has."""
    models = {(model._meta.app_label, model._meta.model_name) for model in apps.get_models()}
    return [named for named in names.TABLE if named.ours in models]


@pytest.mark.parametrize(
    ("wire", "ours"),
    [
        ("lava_scheduler_app.device.submit_to_device", "lab.submit_to_device"),
        ("lava_scheduler_app.testjob.change_testjob", "jobs.change_job"),
        ("lava_results_app.testcase.view_testcase", "results.view_case"),
        ("linaro_django_xmlrpc.authtoken.add_authtoken", "accounts.add_token"),
        ("auth.group.view_group", "auth.view_group"),
    ],
)
def test_a_name_leads_there_and_back(wire: str, ours: str) -> None:
    app, model, codename = wire.split(".")
    named = names.by_wire(app, model)
    assert named is not None
    assert f"{named.ours[0]}.{named.our_codename(codename)}" == ours
    assert names.on_the_wire(named.ours[0], named.ours[1], ours.split(".")[1]) == wire


@pytest.mark.django_db
def test_every_name_of_a_model_that_is_there_has_its_permission() -> None:
    assert len(backed()) > 15
    for named in backed():
        for codename in named.wire_codenames():
            ours = named.our_codename(codename)
            app, model = named.ours
            found = Permission.objects.filter(
                content_type__app_label=app, content_type__model=model, codename=ours
            )
            assert found.exists(), f"{named.wire}: {codename}"


@pytest.mark.parametrize("codename", ["view_testjob", "view_device", "view", "", "x_testjob"])
def test_what_is_no_permission_of_a_model_leads_nowhere(codename: str) -> None:
    named = names.by_wire("lava_scheduler_app", "testjob")
    assert named is not None
    assert named.our_codename(codename) is None
    assert names.on_the_wire("jobs", "job", "view_job") is None
    assert names.by_wire("lava_scheduler_app", "nothing") is None


def test_grants_are_called_as_global_permissions_are() -> None:
    assert DEVICES.codename(Level.SUBMIT) == "submit_to_device"
    assert DEVICE_TYPES.level("submit_to_devicetype") is Level.SUBMIT
    assert WORKERS.level("change_worker") is Level.CHANGE
    assert WORKERS.level("change_device") is None
