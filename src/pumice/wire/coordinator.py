"""How the jobs of a MultiNode group reach their coordinator: frames, requests, replies, settings.

A frame is eight upper-case hex digits, the length of what follows, and that many bytes of JSON.
A connection carries one request and one reply. The client closes its sending side when the
request is sent; a request has at most :data:`MAX_REQUEST` bytes. Source: LAVA's coordinator as
observed from outside; LAVA's dispatchers and ours speak to the same port.

A request that must wait for others is answered ``wait``: the client connects again after
``poll_delay`` seconds and asks the same. A client need not poll: with the optional field
``hold`` (seconds, at most :data:`MAX_HOLD`) the coordinator keeps the connection open, answers
at once when the request is fulfilled, and says ``wait`` only when that time is over; the client
then asks again without a pause. The optional field ``call`` is a text that the client makes up
for each call and repeats each time that it asks for the same: a call whose answer was lost is
then not taken for a second one, which matters to ``lava_sync`` alone. LAVA's dispatchers send
neither field.

Where the coordinator is: a dispatcher calls :func:`settings` with the text of
:data:`CONFIGURATION` (LAVA's file; None where there is none) and with the environment variable
:data:`VARIABLE`, ``HOST:PORT``, which our worker sets for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self, cast

import orjson

PORT = 3079
"""The port of a coordinator where nothing says otherwise."""

HEADER = 8
"""The bytes before a frame's JSON."""

MAX_REQUEST = 0xFFFE
"""The most bytes of JSON in a request."""

MAX_REPLY = 64 << 20
"""The most bytes of JSON in a reply: what a client should accept."""

MAX_HOLD = 60.0
"""The most seconds for which a request is held."""

CONFIGURATION = "/etc/lava-coordinator/lava-coordinator.conf"
"""Where LAVA's hosts say where their coordinator is."""

VARIABLE = "PUMICE_COORDINATOR"
"""The environment variable by which a worker tells its dispatchers: ``HOST:PORT``."""


class InvalidFrame(ValueError):
    """This is no frame: eight hex digits and as many bytes of JSON (a map) are needed."""


class InvalidRequest(ValueError):
    """The request lacks what it needs, or holds what it cannot: the message names the field."""


class InvalidReply(ValueError):
    """The answer is none of a coordinator's: check which program listens at its address."""


class InvalidSettings(ValueError):
    """Nothing usable says where the coordinator is: start the worker with --coordinator, or
    write lava-coordinator.conf."""


class Call(StrEnum):
    """What can be asked."""

    GROUP_DATA = "group_data"
    SEND = "lava_send"
    WAIT = "lava_wait"
    SYNC = "lava_sync"
    WAIT_ALL = "lava_wait_all"
    CLEAR_GROUP = "clear_group"
    AGGREGATE = "aggregate"
    COMPLETE = "complete"


_WITH_ID = {Call.SEND, Call.WAIT, Call.SYNC, Call.WAIT_ALL}


class Response(StrEnum):
    """What can be answered."""

    ACK = "ack"
    NACK = "nack"
    WAIT = "wait"
    GROUP_DATA = "group_data"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the coordinator is, with the names and defaults of LAVA's file.

    ``poll_delay`` is in seconds; ``blocksize`` is how many bytes LAVA reads at once.
    """

    port: int = PORT
    blocksize: int = 4096
    poll_delay: float = 3
    coordinator_hostname: str = "localhost"


def settings(configuration: str | None, told: str = "") -> Settings:
    """The settings from the text of LAVA's file, or None where there is none.

    ``told`` is the value of :data:`VARIABLE`; host and port in it come before those of the
    file. Raises InvalidSettings where neither is there, or either is wrong.
    """
    if configuration is None and not told:
        raise InvalidSettings(
            f"no coordinator is known: {CONFIGURATION} does not exist, and the worker names none"
        )
    found = _of_file(configuration) if configuration is not None else Settings()
    if not told:
        return found
    host, port = address(told)
    return Settings(port, found.blocksize, found.poll_delay, host)


def address(text: str) -> tuple[str, int]:
    """Host and port of ``HOST:PORT`` or ``[IPv6]:PORT``. Raises InvalidSettings."""
    host, colon, port = text.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    host = host[1:-1] if bracketed else host
    if not colon or not host or (":" in host and not bracketed):
        raise InvalidSettings(f"{text!r} is not HOST:PORT")
    if not port.isascii() or not port.isdigit() or not 0 < int(port) <= 0xFFFF:
        raise InvalidSettings(f"{text!r} has no port from 1 to 65535")
    return host, int(port)


def _of_file(text: str) -> Settings:
    try:
        data: object = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidSettings(f"{CONFIGURATION} is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise InvalidSettings(f"{CONFIGURATION} is not a JSON object")
    given = cast("dict[str, object]", data)
    default = Settings()
    host = given.get("coordinator_hostname", default.coordinator_hostname)
    if not isinstance(host, str) or not host:
        raise InvalidSettings(f"{CONFIGURATION}: coordinator_hostname must be a host's name")
    return Settings(
        int(_number(given, "port", default.port, 0xFFFF)),
        int(_number(given, "blocksize", default.blocksize, 1 << 30)),
        _number(given, "poll_delay", default.poll_delay, 3600),
        host,
    )


def _number(given: Mapping[str, object], key: str, default: float, most: int) -> float:
    value = given.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
        raise InvalidSettings(f"{CONFIGURATION}: {key} must be a number, above 0, at most {most}")
    return value


def frame(message: Mapping[str, Any]) -> bytes:
    """A message as it is sent. Raises InvalidRequest where it cannot be JSON."""
    try:
        body = orjson.dumps(message)
    except TypeError as error:
        raise InvalidRequest(f"this cannot be sent as JSON: {error}") from error
    return b"%08X" % len(body) + body


def length(header: bytes, most: int) -> int:
    """How many bytes follow the first :data:`HEADER` bytes. Raises InvalidFrame."""
    if len(header) != HEADER or not all(byte in b"0123456789ABCDEFabcdef" for byte in header):
        raise InvalidFrame("a frame begins with eight hex digits")
    size = int(header, 16)
    if not 0 < size <= most:
        raise InvalidFrame(f"a frame of {size} bytes: 1 to {most} are possible")
    return size


def parse(body: bytes) -> dict[str, Any]:
    """The map in a frame. Raises InvalidFrame."""
    try:
        message: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidFrame(f"what follows the length is not JSON: {error}") from error
    if not isinstance(message, dict):
        raise InvalidFrame("what follows the length is not a JSON object")
    return cast("dict[str, Any]", message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request of one job of a group.

    ``client`` is the job's id, ``group`` its target_group. ``message_id`` belongs to send, wait,
    wait_all and sync; ``message`` to send (a map) and sync (a map or a text); ``wait_role`` to
    wait_all, empty for all roles; ``group_size`` to group_data and clear_group, 0 where not
    given. ``hold`` is in seconds; ``call_id`` is the field ``call``. ``hostname`` is the host on
    which the job runs.
    """

    call: Call
    client: str
    group: str
    role: str
    hostname: str = ""
    group_size: int = 0
    message_id: str = ""
    message: Any = None
    wait_role: str = ""
    hold: float = 0.0
    call_id: str = ""

    def as_json(self, settings: Settings) -> dict[str, Any]:
        """The message that is sent to the coordinator of these settings."""
        message: dict[str, Any] = {
            "request": self.call.value,
            "port": settings.port,
            "blocksize": settings.blocksize,
            "poll_delay": settings.poll_delay,
            "host": settings.coordinator_hostname,
            "hostname": self.hostname,
            "client_name": self.client,
            "group_name": self.group,
            "role": self.role,
        }
        if self.group_size:
            message["group_size"] = self.group_size
        if self.call in _WITH_ID:
            message["messageID"] = self.message_id
        if self.message is not None:
            message["message"] = self.message
        if self.call is Call.WAIT:
            message["nodeID"] = self.client
        for key, value in (("waitrole", self.wait_role), ("hold", self.hold)):
            if value:
                message[key] = value
        return message | ({"call": self.call_id} if self.call_id else {})

    def to_frame(self, settings: Settings) -> bytes:
        """What is sent. Raises InvalidRequest where it is longer than a request may be."""
        sent = frame(self.as_json(settings))
        if len(sent) - HEADER > MAX_REQUEST:
            raise InvalidRequest(
                f"the message {self.message_id!r} is too long: a request has at most "
                f"{MAX_REQUEST} bytes"
            )
        return sent

    @classmethod
    def from_json(cls, message: Mapping[str, object]) -> Self:
        """Read a request. Raises InvalidRequest."""
        name = message.get("request")
        if not isinstance(name, str) or name not in list(Call):
            raise InvalidRequest(f"the request {name!r:.100} is not known")
        call = Call(name)
        try:
            # Replies hold it three levels deeper, and there is an end to levels.
            orjson.dumps([[[message]]])
        except TypeError as error:
            raise InvalidRequest("the message is nested too deeply") from error
        node = _text(message, "nodeID")
        client = _text(message, "client_name", needed=True)
        return cls(
            call=call,
            # What is waited for is what the job named by nodeID has seen: the client itself.
            client=node if call is Call.WAIT and node else client,
            group=_text(message, "group_name", needed=True),
            role=_text(message, "role"),
            hostname=_text(message, "hostname"),
            group_size=_size(message.get("group_size")),
            message_id=_text(message, "messageID", needed=call in _WITH_ID),
            message=message.get("message"),
            wait_role=_text(message, "waitrole"),
            hold=_hold(message.get("hold")),
            call_id=_text(message, "call"),
        )


def _text(message: Mapping[str, object], key: str, *, needed: bool = False) -> str:
    """A text, or a number as text: job ids and message ids are sent as either."""
    value = message.get(key)
    if value is None:
        value = ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InvalidRequest(f"{key} must be a text")
    if needed and value == "":
        raise InvalidRequest(f"{key} is missing")
    return str(value)


def _size(value: object) -> int:
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidRequest("group_size must be a number from 1")
    return value


def _hold(value: object) -> float:
    if value is None:
        return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise InvalidRequest("hold must be a number of seconds")
    return min(float(value), MAX_HOLD)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. ``message``: the reason of a nack (a text, sent as ``reason``); what was sent,
    by sender (``{job id: {key: value}}``), of an ack to wait and wait_all; the message of a sync.
    ``roles``: ``{job id: role}`` of the whole group, with ``group_data`` only."""

    response: Response
    message: Any = None
    roles: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def nack(cls, reason: str) -> Self:
        """A refusal."""
        return cls(Response.NACK, reason)

    def to_frame(self) -> bytes:
        """What is sent."""
        message: dict[str, Any] = {"response": self.response.value}
        if self.message is not None:
            # LAVA's dispatchers die of a refusal with a text in ``message``.
            message["reason" if self.response is Response.NACK else "message"] = self.message
        if self.response is Response.GROUP_DATA:
            message["roles"] = self.roles
        return frame(message)

    @classmethod
    def from_body(cls, body: bytes) -> Self:
        """Read what follows the header. Raises InvalidReply."""
        try:
            message = parse(body)
        except InvalidFrame as error:
            raise InvalidReply(str(error)) from error
        name = message.get("response")
        if not isinstance(name, str) or name not in list(Response):
            raise InvalidReply(f"the response {name!r:.100} is not known")
        roles: object = message.get("roles")
        if Response(name) is not Response.GROUP_DATA:
            return cls(Response(name), message.get("reason", message.get("message")))
        if not isinstance(roles, dict):
            raise InvalidReply("the group's data have no roles")
        named = cast("dict[str, object]", roles)
        return cls(Response(name), None, {job: str(role) for job, role in named.items()})
