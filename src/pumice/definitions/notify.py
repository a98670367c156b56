"""``notify``: whom a job tells of its progress, and when."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from pumice.formats.schema import Section, wrong

Status = Literal["all", "finished", "running", "complete", "canceled", "incomplete"]


class Criteria(Section):
    """When to notify: at a status, or when the result differs from the job before."""

    status: Status
    """The state or the health at which to notify."""

    type: Literal["regression", "progression"] | None = None
    """Only where the health differs from that of the job before."""

    dependency_query: str = ""
    """Only where this query has jobs."""

    @model_validator(mode="after")
    def _comparison_needs_a_result(self) -> Criteria:
        if self.type is not None and self.status not in ("complete", "incomplete"):
            raise wrong("'type' is possible only with the status complete or incomplete")
        return self


class To(Section):
    """One way to reach someone."""

    method: Literal["email", "irc"]
    """How."""

    user: str = ""
    """A user of the lab."""

    email: str = ""
    """An address."""

    handle: str = ""
    """A name on IRC."""

    server: str = ""
    """The IRC server."""


class Recipient(Section):
    """Someone to notify."""

    to: To
    """How to reach someone."""


class Callback(Section):
    """A request that the server sends. ``token`` is the description of one of the submitter's
    tokens, or the value itself."""

    url: str = Field(min_length=1)
    """Where the request goes."""

    method: Literal["GET", "POST"] = "GET"
    """The request's method."""

    token: str = ""
    """The description of one of the submitter's tokens, or the value itself."""

    header: str = "Authorization"
    """The header that holds the token."""

    dataset: Literal["minimal", "logs", "results", "all"] = "minimal"
    """How much is sent."""

    content_type: Literal["urlencoded", "json"] = Field(default="urlencoded", alias="content-type")
    """How it is written."""


class Query(Section):
    """A stored query, by its owner and name, or the conditions of one."""

    username: str = ""
    """The query's owner."""

    name: str = ""
    """The query's name."""

    entity: Literal["testjob"] | None = None
    """What the conditions are about."""

    conditions: Any = None
    """The conditions of a query that is not stored."""


class Compare(Section):
    """The query whose jobs this one is compared with."""

    blacklist: list[str] = []
    """Cases that are not compared."""

    query: Query | None = None
    """The jobs that are compared with."""


class Notify(Section):
    """The whole section."""

    criteria: Criteria
    """When to notify."""

    verbosity: Literal["verbose", "quiet", "status-only"] = "quiet"
    """How much is said."""

    recipients: list[Recipient] = []
    """Whom to notify."""

    callback: Callback | None = None
    """A request that is sent."""

    callbacks: list[Callback] = []
    """Requests that are sent."""

    compare: Compare | None = None
    """The jobs that this one is compared with."""

    @model_validator(mode="after")
    def _callback_or_callbacks(self) -> Notify:
        if self.callback is not None and self.callbacks:
            raise wrong("'callback' and 'callbacks' exclude each other: use one of them")
        return self
