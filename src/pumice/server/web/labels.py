"""How states look: the same word, colour and icon on every page.

A value becomes ``<span class="tag" data-value="running">Running</span>``; the style sheet gives
each ``data-value`` its colour and icon, and live pages change both text and value.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString

from pumice.wire.states import JobHealth, JobState, Labelled


def tag(member: Labelled) -> SafeString:
    """The tag of one state, health or result."""
    return format_html(
        '<span class="tag" data-field="{}" data-value="{}">{}</span>',
        _FIELDS.get(type(member).__name__, "value"),
        member.label.lower(),
        member.label,
    )


_FIELDS = {
    "DeviceState": "state",
    "WorkerState": "state",
    "DeviceHealth": "health",
    "WorkerHealth": "health",
}


def status_of(state: int, health: int) -> Labelled:
    """What says most of a job: its health once it has ended, else its state."""
    return JobHealth(health) if state == JobState.FINISHED else JobState(state)


def status_tag(state: int, health: int) -> SafeString:
    """The tag of a job."""
    label = status_of(state, health).label
    return format_html(
        '<span class="tag" data-field="status" data-value="{}">{}</span>', label.lower(), label
    )


def priority(value: int) -> str:
    """The name of a job's priority, or its number."""
    return {0: "Low", 50: "Medium", 100: "High"}.get(value, str(value))


def duration(seconds: float) -> str:
    """A length of time as people say it: ``8 s``, ``1 min 20 s``, ``2 h 05 min``, ``3 d 4 h``."""
    whole = max(int(seconds), 0)
    days, hours, minutes = whole // 86_400, whole // 3_600 % 24, whole // 60 % 60
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes:02} min"
    if minutes:
        return f"{minutes} min {whole % 60:02} s"
    return f"{whole} s"


def moment(when: datetime | None) -> SafeString | str:
    """A time in UTC, which the page's script turns into the reader's own zone."""
    if when is None:
        return "—"
    return format_html(
        '<time class="moment" datetime="{}" title="{} UTC">{}</time>',
        when.isoformat(timespec="seconds"),
        when.strftime("%Y-%m-%d %H:%M:%S"),
        when.strftime("%Y-%m-%d %H:%M"),
    )


def elapsed(start: datetime | None, end: datetime | None, now: datetime) -> SafeString | str:
    """How long something took, or has taken so far (then the page's script counts on)."""
    if start is None:
        return "—"
    if end is not None:
        return duration((end - start).total_seconds())
    return format_html(
        '<span data-since="{}">{}</span>',
        start.isoformat(timespec="seconds"),
        duration((now - start).total_seconds()),
    )
