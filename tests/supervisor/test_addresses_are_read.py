"""Addresses to listen on: how they are written, and what is said of those that cannot be had."""

from __future__ import annotations

import socket

import pytest

from pumice.supervisor.errors import AddressInUse
from pumice.supervisor.listen import Address, url


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:8000", "127.0.0.1", 8000),
        ("localhost:80", "localhost", 80),
        (":8000", "0.0.0.0", 8000),
        ("[::1]:8000", "::1", 8000),
        ("lab.example.org:0", "lab.example.org", 0),
    ],
)
def test_an_address_is_a_host_and_a_port(text: str, host: str, port: int) -> None:
    assert Address.parse(text) == Address(host, port)


@pytest.mark.parametrize("text", ["", "8000", "host:", "host:http", "host:70000", "::1:80", "h:-1"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not HOST:PORT|in brackets"):
        Address.parse(text)


def test_port_zero_is_a_free_port() -> None:
    with Address("127.0.0.1", 0).listen() as listening:
        port = listening.getsockname()[1]
        assert url(listening) == f"http://127.0.0.1:{port}"
        socket.create_connection(("127.0.0.1", port)).close()


def test_every_address_is_reached_at_the_loopback_address() -> None:
    with Address.parse(":0").listen() as listening:
        assert url(listening).startswith("http://127.0.0.1:")


def test_a_port_that_is_taken_is_named() -> None:
    with Address("127.0.0.1", 0).listen() as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AddressInUse, match=rf"127\.0\.0\.1:{port}: Address already in use"):
            Address("127.0.0.1", port).listen()


def test_a_host_that_does_not_exist_is_named() -> None:
    with pytest.raises(AddressInUse, match=r"no-such-host\.invalid:80"):
        Address("no-such-host.invalid", 80).listen()
