"""Addresses of a job's log: ranges for its page, and downloads."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from pumice.server.logs import read
from pumice.server.web.jobs.finding import visible_job
from pumice.server.web.logs.ranges import piece
from pumice.wire import loglines
from pumice.wire.states import JobState


@require_safe
def log_range(request: HttpRequest, number: str) -> HttpResponse:
    """Lines as HTML: ``start`` and ``end`` (not included), without the levels in ``hide``.

    At most one piece.
    """
    job = visible_job(request, number)
    start = _number(request.GET.get("start")) or 0
    hide = request.GET.get("hide", "").split()
    found = piece(job.pk, start, _number(request.GET.get("end")), hide)
    return JsonResponse(found.as_json())


@require_safe
def plain_log(request: HttpRequest, number: str) -> HttpResponseBase:
    """The whole log as a file."""
    job = visible_job(request, number)
    count, size = read.extent(job.pk)
    if not count:
        raise Http404(f"Job {number} has no log.")
    response = StreamingHttpResponse(read.lines(job.pk, 0, count), content_type="application/yaml")
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = f"attachment; filename=job_{job.pk}.log"
    return response


@require_safe
def incremental(request: HttpRequest, number: str) -> HttpResponseBase:
    """The lines from ``line`` on as a JSON list of maps, as LAVA's page asks for them."""
    job = visible_job(request, number)
    start = _number(request.GET.get("line")) or 0
    response = StreamingHttpResponse(_json(job.pk, start), content_type="application/json")
    if job.state == JobState.FINISHED:
        response["X-Is-Finished"] = "1"
    return response


def _json(job_id: int, start: int) -> Iterator[bytes]:
    yield b"["
    for number, stored in enumerate(read.lines(job_id, start)):
        try:
            line = loglines.decode(stored)
        except loglines.InvalidLogLine:
            text = stored.decode("utf-8", "replace").removeprefix("- ").rstrip("\n")
            line = loglines.LogLine("", "target", text)
        fields = {"dt": line.dt, "lvl": line.lvl, "msg": line.msg}
        yield (b"," if number else b"") + orjson.dumps(fields, default=str)
    yield b"]"


def _number(text: str | None) -> int | None:
    if text is None or not (text.isascii() and text.isdigit() and len(text) <= 9):
        return None
    return int(text)
