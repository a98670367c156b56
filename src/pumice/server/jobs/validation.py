"""Check a definition as this site does: with the context variables that its settings add."""

from __future__ import annotations

from django.conf import settings

from pumice.definitions import jobs
from pumice.definitions.jobs import JobDefinition
from pumice.formats.errors import Problem


def parse(text: str) -> JobDefinition:
    """Pass the gate of submission. Raises InvalidDocument with all problems."""
    return jobs.parse(text, extra_context=settings.EXTRA_CONTEXT_VARIABLES)


def check(text: str, *, strict: bool = False) -> list[Problem]:
    """The problems that the schema sees, strict or lax."""
    return jobs.check(text, strict=strict, extra_context=settings.EXTRA_CONTEXT_VARIABLES)
