"""/api/help/: complete by construction, and filled with this site's address."""

from __future__ import annotations

import html
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pumice.server.api.xmlrpc import registry

HELP = "/api/help/"


@pytest.fixture
def page(client: Client) -> str:
    response = client.get(HELP, headers={"host": "lab.example.com:8000"})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("path", ["/api/help/", "/api/help"])
def test_the_page_is_open_to_everyone_and_reads_no_database(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


def test_every_method_has_an_entry_in_the_index_and_a_place_with_its_help(page: str) -> None:
    methods = registry.listed()
    assert len(methods) >= 27
    for method in methods:
        assert page.count(f'href="#{method.full_name}">{method.full_name}</a>') == 1
        assert page.count(f'<div id="{method.full_name}"') == 1
        assert method.permission.sentence in html.unescape(page)
        assert method.help in html.unescape(page)


def test_every_method_links_back_to_the_list(page: str) -> None:
    assert page.count('<a href="#functions">Back') == len(registry.listed())


def test_the_methods_are_grouped_as_lava_groups_them(page: str) -> None:
    index = page[page.index('id="functions"') :]
    order = [
        "<h3>Scheduler</h3>",
        "<h4>scheduler</h4>",
        "#scheduler.get_publisher_event_socket",
        "<h4>scheduler.device_types</h4>",
        "<h4>scheduler.devices</h4>",
        "<h4>scheduler.jobs</h4>",
        "#scheduler.jobs.show",
        "<h4>scheduler.workers</h4>",
        "<h3>Results</h3>",
        "#results.get_testjob_results_yaml",
        "<h3>System and Authentication</h3>",
        "#system.version",
    ]
    places = [index.index(text) for text in order]
    assert places == sorted(places)


def test_the_examples_name_this_site(page: str) -> None:
    assert page.count("http://lab.example.com:8000/RPC2") >= 3
    assert "http://{username}:{token}@lab.example.com:8000/RPC2" in page
    assert "allow_none=True" in page


def test_the_examples_name_https_where_the_site_says_so(client: Client, settings: object) -> None:
    settings.HTTPS_XML_RPC = True  # type: ignore[attr-defined]
    page = client.get(HELP).content.decode()
    assert "https://testserver/RPC2" in page
    assert "http://testserver/RPC2" not in page


def test_each_part_of_the_address_is_explained(page: str) -> None:
    assert "USERNAME:TOKEN_STRING@HOSTNAME/HANDLER" in page
    for part in ("USERNAME", "TOKEN_STRING", "HOSTNAME", "HANDLER"):
        assert f"<dt><code>{part}</code></dt>" in page


def test_the_socket_for_events_can_be_found(page: str) -> None:
    assert "server.scheduler.get_publisher_event_socket()" in page
    assert "org.lavasoftware" in page


def test_every_link_within_the_page_leads_somewhere(page: str) -> None:
    anchors = set(re.findall(r' id="([^"]+)"', page))
    links = set(re.findall(r' href="#([^"]+)"', page))
    assert links <= anchors


def test_a_signed_in_user_sees_their_name(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert "Your user name on this site: <code>alice</code>" in client.get(HELP).content.decode()


def test_a_host_name_cannot_bring_markup(client: Client) -> None:
    response = client.get(HELP, headers={"host": "<script>"})
    assert response.status_code == 400
