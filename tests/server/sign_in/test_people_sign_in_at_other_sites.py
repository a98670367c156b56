"""OpenID Connect, GitLab and GitHub, over HTTP: who becomes which user, and who nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

if TYPE_CHECKING:
    from .conftest import Browser, Lab, Site

BEGIN = "/oidc/authenticate/"
USERS = "SELECT username, email FROM auth_user"


def test_the_sign_in_page_leads_there_and_back(lab: Lab, browser: Browser, site: Site) -> None:
    page = browser.go("/scheduler/alljobs").text
    assert "Example &amp; Co</a>" in page
    assert 'href="/oidc/authenticate/?next=%2Fscheduler%2Falljobs"' in page
    assert 'href="/accounts/gitlab/login/?next=%2Fscheduler%2Falljobs"' in page
    answer = browser.go(f"{BEGIN}?next=/scheduler/alljobs")
    assert (answer.status_code, answer.url) == (200, f"{lab.url}/scheduler/alljobs")
    assert browser.who() == "lewis"
    assert lab.sql(USERS) == [("lewis", "lewis@example.com")]
    told = lab.sql("SELECT who, act, via FROM audit_entry ORDER BY id")
    assert told == [("lewis", "add", "web"), ("lewis", "sign in", "web")]


def test_who_comes_again_is_the_same_user(lab: Lab, browser: Browser, site: Site) -> None:
    browser.go(BEGIN)
    browser.cookies.clear()
    site.person |= {"preferred_username": "carroll", "email": "carroll@example.com"}
    browser.go(BEGIN)
    assert browser.who() == "lewis"
    assert lab.sql(USERS) == [("lewis", "lewis@example.com")]


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("gitlab", {"id": 7, "username": "lewis", "name": "Lewis", "email": "l@example.com"}),
        ("github", {"id": 7, "login": "lewis", "email": "l@example.com"}),
    ],
)
def test_gitlab_and_github_do_too(
    lab: Lab, browser: Browser, site: Site, name: str, person: dict[str, Any]
) -> None:
    site.person = person
    assert browser.go(f"/accounts/{name}/login/").status_code == 200
    assert browser.who() == "lewis"


@pytest.mark.parametrize("verified", [True, False, "false", None])
def test_a_user_without_a_password_is_found_by_a_verified_address(
    lab: Lab, browser: Browser, site: Site, verified: Any
) -> None:
    lab.run("User.objects.create_user('charles', 'Lewis@Example.com', is_staff=True)")
    site.person["email_verified"] = verified
    browser.go(BEGIN)
    assert browser.who() == ("charles" if verified is True else "lewis")


def test_a_user_with_a_password_is_not(lab: Lab, browser: Browser, site: Site) -> None:
    lab.run("User.objects.create_superuser('lewis', 'lewis@example.com', 'secret')")
    site.person["email_verified"] = True
    browser.go(BEGIN)
    name = browser.who()
    assert name is not None
    assert name.startswith("lewis")
    assert name != "lewis"
    assert lab.run("print(User.objects.get(is_superuser=True).check_password('secret'))") == "True"


@pytest.mark.parametrize("name", ["lava-health", "a b", "", "x" * 200, "\0", None])
def test_an_impossible_name_becomes_another(
    lab: Lab, browser: Browser, site: Site, name: Any
) -> None:
    site.person |= {"preferred_username": name, "given_name": "y" * 500, "family_name": "\0"}
    assert browser.go(BEGIN).status_code == 200
    assert browser.who() not in (None, name)


def test_an_inactive_user_stays_out(lab: Lab, browser: Browser, site: Site) -> None:
    browser.go(BEGIN)
    lab.sql("UPDATE auth_user SET is_active = 0")
    browser.cookies.clear()
    answer = browser.go(BEGIN)
    assert (answer.status_code, "not active" in answer.text) == (403, True)
    assert browser.who() is None


@pytest.mark.parametrize("path", ["//evil.example/", "https://evil.example/", "javascript:1"])
def test_nobody_is_led_to_another_site(browser: Browser, site: Site, path: str) -> None:
    answer = browser.get(f"{browser.home}{BEGIN}", params={"next": path})
    assert answer.url == f"{browser.home}/"


@pytest.mark.parametrize("query", ["", "?code=code", "?code=code&state=x", "?error=access_denied"])
def test_who_comes_back_without_having_gone_is_nobody(
    browser: Browser, site: Site, query: str
) -> None:
    answer = browser.go(f"/oidc/callback/{query}")
    assert (answer.status_code, "did not work" in answer.text) == (401, True)
    assert browser.who() is None


def test_another_browser_cannot_come_back_instead(lab: Lab, browser: Browser, site: Site) -> None:
    answer = browser.get(f"{lab.url}{BEGIN}", allow_redirects=False)
    state = parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]
    browser.cookies.clear()
    assert browser.go(f"/oidc/callback/?code=code&state={state}").status_code == 401
    assert browser.who() is None


def test_a_site_that_is_not_set_up_has_no_address(browser: Browser, site: Site) -> None:
    assert browser.go("/accounts/google/login/").url.endswith("?next=/accounts/google/login/")


@pytest.mark.parametrize("path", ["/live", "/scheduler/job/1/live"])
def test_streams_of_a_closed_lab_are_closed_too(browser: Browser, site: Site, path: str) -> None:
    assert browser.go(path).status_code == 403
    browser.go(BEGIN)
    with browser.get(browser.home + path, stream=True) as answer:
        assert answer.status_code == (200 if path == "/live" else 404)
