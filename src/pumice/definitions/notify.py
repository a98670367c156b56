"""``notify``: whom a job tells of its progress, and when."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from pumice.formats.schema import Section, wrong

Status = Literal["all", "finished", "running", "complete", "canceled", "incomplete"]


class Criteria(Section):
    """When to notify: at a status, or when the result differs from the job before."""

    status: Status
    type: Literal["regression", "progression"] | None = None
    dependency_query: str = ""

    @model_validator(mode="after")
    def _comparison_needs_a_result(self) -> Criteria:
        if self.type is not None and self.status not in ("complete", "incomplete"):
            raise wrong("'type' is possible only with the status complete or incomplete")
        return self


class To(Section):
    """One way to reach someone."""

    method: Literal["email", "irc"]
    user: str = ""
    email: str = ""
    handle: str = ""
    server: str = ""


class Recipient(Section):
    """Someone to notify."""

    to: To


class Callback(Section):
    """A request that the server sends. ``token`` is the description of one of the submitter's
    tokens, or the value itself."""

    url: str = Field(min_length=1)
    method: Literal["GET", "POST"] = "GET"
    token: str = ""
    header: str = "Authorization"
    dataset: Literal["minimal", "logs", "results", "all"] = "minimal"
    content_type: Literal["urlencoded", "json"] = Field(default="urlencoded", alias="content-type")


class Query(Section):
    """A stored query, by its owner and name, or the conditions of one."""

    username: str = ""
    name: str = ""
    entity: Literal["testjob"] | None = None
    conditions: Any = None


class Compare(Section):
    """The query whose jobs this one is compared with."""

    blacklist: list[str] = []
    query: Query | None = None


class Notify(Section):
    """The whole section."""

    criteria: Criteria
    verbosity: Literal["verbose", "quiet", "status-only"] = "quiet"
    recipients: list[Recipient] = []
    callback: Callback | None = None
    callbacks: list[Callback] = []
    compare: Compare | None = None

    @model_validator(mode="after")
    def _callback_or_callbacks(self) -> Notify:
        if self.callback is not None and self.callbacks:
            raise wrong("'callback' and 'callbacks' exclude each other: use one of them")
        return self
