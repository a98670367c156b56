"""The lists, forms and histories of all models answer, to those who may see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pumice.server.accounts import artifacts, people, tokens
from pumice.server.accounts.grants import Level
from pumice.server.audit.models import Entry
from pumice.server.jobs.models import Job
from pumice.server.lab import device_types, devices, granting
from pumice.server.lab.models import Device, DeviceType, Tag
from pumice.server.web.admin.acting import ActsAdmin, ReadOnlyAdmin
from pumice.server.web.admin.site import SITE
from pumice.server.web.admin.urls import MODULES

assert MODULES  # they have registered
MODELS = {
    f"{model._meta.app_label}/{model._meta.model_name}/": (model, page)
    for model, page in SITE._registry.items()
}


@pytest.fixture
def filled(admin: User, alice: User, finished: Job) -> Job:
    """One of everything at least."""
    group = people.add_group(None, "kernel-team")
    people.join(None, alice, group)
    device = Device.objects.get(pk="qemu-01")
    devices.tag(None, device, "usb")
    granting.grant(None, device, group, Level.CHANGE)
    device_types.add_alias(None, "virtual", DeviceType.objects.get(pk="qemu"))
    artifacts.add(alice, "artifactory", "the-value-of-it")
    tokens.issue(None, alice, "laptop", "a-secret-that-nobody-should-see")
    return finished


def test_all_models_of_the_lab_are_there() -> None:
    assert set(MODELS) >= {
        *("auth/user/", "auth/group/", "accounts/token/", "accounts/artifacttoken/"),
        *("lab/device/", "lab/devicetype/", "lab/worker/", "lab/tag/", "lab/alias/"),
        *("jobs/job/", "results/suite/", "results/case/", "reports/query/", "audit/entry/"),
    }
    assert all(isinstance(page, ActsAdmin) for _, page in MODELS.values())


@pytest.mark.parametrize("path", MODELS)
def test_list_form_search_and_history_answer(
    forms: object, client: Client, filled: Job, path: str
) -> None:
    model, page = MODELS[path]
    read_only = isinstance(page, ReadOnlyAdmin)
    for query in ("", "?q=1", "?q=qemu", "?o=1", "?p=2", "?all="):
        assert client.get(f"/admin/{path}{query}", follow=True).status_code == 200
    assert client.get(f"/admin/{path}add/").status_code == (403 if read_only else 200)
    for item in model._default_manager.all()[:2]:
        answer = client.get(f"/admin/{path}{item.pk}/change/")
        assert answer.status_code == 200
        assert (b'name="_save"' in answer.content) is not read_only
        history = client.get(f"/admin/{path}{item.pk}/history/")
        assert history["Location"].startswith("/audit/?kind=")
        if page.has_delete_permission(answer.wsgi_request, item):
            assert client.get(f"/admin/{path}{item.pk}/delete/").status_code == 200


@pytest.mark.parametrize("path", MODELS)
def test_no_secret_is_shown(forms: object, client: Client, filled: Job, path: str) -> None:
    model, _ = MODELS[path]
    pages = [client.get(f"/admin/{path}").content.decode()]
    pages += [
        client.get(f"/admin/{path}{item.pk}/change/").content.decode()
        for item in model._default_manager.all()
    ]
    for page in pages:
        for secret in ("a-secret-that-nobody", "the-value-of-it", "sealed", "digest", "md5$"):
            assert secret not in page


@pytest.mark.parametrize(
    "path", ["lab/device/", "lab/worker/", "jobs/job/", "lab/tag/", "auth/user/"]
)
def test_more_rows_cost_no_more_queries(
    forms: object, client: Client, filled: Job, submit: Callable[..., Job], alice: User, path: str
) -> None:
    counts: list[int] = []
    for size in (1, 12):
        for n in range(size):
            submit(alice)
            Tag.objects.create(name=f"tag-{size}-{n}")
            people.add_user(None, f"user-{size}-{n}")
            kind = device_types.add(None, f"type-{size}-{n}")
            devices.add(None, f"board-{size}-{n}", kind, None)
        client.get(f"/admin/{path}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/admin/{path}")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_who_is_not_staff_is_not_let_in(client: Client, alice: User) -> None:
    answer = client.get("/admin/lab/device/")
    assert (answer.status_code, answer["Location"]) == (
        302,
        "/admin/login/?next=/admin/lab/device/",
    )
    answer = client.get(answer["Location"])
    assert answer["Location"] == "/accounts/login/?next=/admin/lab/device/"
    client.force_login(alice)
    assert client.get("/admin/", follow=True).status_code == 403


def test_staff_find_the_administration_in_their_menu_and_others_do_not(
    forms: object, client: Client, alice: User
) -> None:
    link = 'href="/admin/">Administration</a>'
    assert link in client.get("/").content.decode()
    assert client.post("/admin/logout/")["Location"] == "/"
    client.force_login(alice)
    assert link not in client.get("/").content.decode()


def test_staff_see_what_their_permissions_name(staff: Callable[..., Client], filled: Job) -> None:
    carol = staff("view_device", "view_tag")
    index = carol.get("/admin/").content.decode()
    assert "/admin/lab/device/" in index
    assert "/admin/lab/worker/" not in index
    assert carol.get("/admin/lab/worker/").status_code == 403
    page = carol.get("/admin/lab/device/qemu-01/change/").content.decode()
    assert "qemu-01" in page
    assert 'name="_save"' not in page


def test_a_job_that_is_hidden_elsewhere_is_hidden_here(
    staff: Callable[..., Client], personal: Job
) -> None:
    carol = staff("change_job")
    assert f"/admin/jobs/job/{personal.pk}/" not in carol.get("/admin/jobs/job/").content.decode()
    assert carol.get(f"/admin/jobs/job/{personal.pk}/change/").status_code == 302


def test_nothing_is_noted_by_looking(forms: object, client: Client, filled: Job) -> None:
    before = Entry.objects.count()
    for path in MODELS:
        client.get(f"/admin/{path}")
    assert Entry.objects.count() == before
