"""A worker fetches a job, says how it goes, and sends its log."""

from __future__ import annotations

from collections.abc import Callable

import zstandard
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from pumice.server.api.workers.answers import Refused, answer
from pumice.server.api.workers.payload import CannotPrepare, prepare
from pumice.server.api.workers.tokens import job_by_token
from pumice.server.ingest import documents
from pumice.server.ingest.append import WrongPosition, append
from pumice.server.jobs.models import Job
from pumice.server.lifecycle.finish import finish
from pumice.server.lifecycle.start import start
from pumice.wire.states import ErrorType, JobState

_STATES = {state.label for state in JobState}
_MAX_BODY = 16 * 1024 * 1024


def _with_job(
    request: HttpRequest, job_id: int, doors: dict[str, Callable[[HttpRequest, Job], HttpResponse]]
) -> HttpResponse:
    door = doors.get(request.method or "")
    if door is None:
        return HttpResponseNotAllowed(list(doors))
    try:
        return door(request, job_by_token(job_id, request.headers.get("LAVA-Token")))
    except Refused as refused:
        return refused.response()
    except RequestDataTooBig:
        return HttpResponse("Request body too large", content_type="text/plain", status=413)


def job(request: HttpRequest, job_id: int) -> HttpResponse:
    """GET: what is needed to run the job. POST: its state is RUNNING or FINISHED."""
    return _with_job(request, job_id, {"GET": _fetch, "POST": _report})


def logs(request: HttpRequest, job_id: int) -> HttpResponse:
    """POST lines and the number of the first; the answer says how many were processed."""
    return _with_job(request, job_id, {"POST": _append})


def _fetch(request: HttpRequest, job: Job) -> HttpResponse:
    try:
        payload = prepare(job)
    except CannotPrepare as error:
        # The job cannot run as long as the lab's files are as they are: it ends, with the reason.
        finish(
            job.pk,
            passed=False,
            error_type=ErrorType.CONFIGURATION,
            errors=str(error),
            message=str(error),
        )
        raise Refused(500, str(error)) from error
    documents.keep(
        job.pk,
        {
            "job.yaml": job.definition,
            "device.yaml": payload.device,
            "dispatcher.yaml": payload.dispatcher,
            "env.yaml": payload.env,
            "env-dut.yaml": payload.env_dut,
        },
    )
    return answer(payload.as_json())


def _report(request: HttpRequest, job: Job) -> HttpResponse:
    text = request.POST.get("state", "")
    state = text.capitalize()
    if state not in _STATES:
        raise Refused(400, f"Invalid state '{text}'")
    if state == JobState.RUNNING.label:
        start(job.pk)
        return answer({})
    if state != JobState.FINISHED.label:
        raise Refused(400, f"Not handled state '{text}'")
    result = request.POST.get("result", "")
    if result not in ("pass", "fail"):
        raise Refused(400, f"Invalid health '{result}'")
    documents.keep(job.pk, {"description.yaml": request.POST.get("description", "")})
    errors = request.POST.get("errors", "")
    finish(
        job.pk,
        passed=result == "pass",
        error_type=request.POST.get("error_type", ""),
        errors=errors,
        message=errors,
    )
    return answer({})


def _append(request: HttpRequest, job: Job) -> HttpResponse:
    if request.content_type == "application/yaml":
        index, lines = _number(request.GET.get("index")), _raw_lines(request)
    else:
        text = request.POST.get("lines")
        if text is None:
            raise Refused(400, "Missing 'lines'")
        index = _number(request.POST.get("index"))
        lines = text.encode().split(b"\n") if text else []
    try:
        return answer({"line_count": append(job.pk, index, lines)})
    except WrongPosition as error:
        raise Refused(400, f"Invalid 'index': {error}") from error


def _number(text: str | None) -> int:
    if text is None:
        raise Refused(400, "Missing 'index'")
    if not text.isascii() or not text.isdigit():
        raise Refused(400, "Invalid 'index'")
    return int(text)


def _raw_lines(request: HttpRequest) -> list[bytes]:
    body = request.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise RequestDataTooBig("the log upload is too large")
    encoding = request.headers.get("Content-Encoding", "")
    if encoding == "zstd":
        body = _decompress(body)
    elif encoding:
        raise Refused(400, f"Invalid 'Content-Encoding': zstd is understood, not {encoding}")
    lines = body.split(b"\n")
    if lines.pop():
        raise Refused(400, "Invalid 'lines': the last one has no newline")
    return lines


def _decompress(body: bytes) -> bytes:
    try:
        with zstandard.ZstdDecompressor().stream_reader(body) as reader:
            data = reader.read(_MAX_BODY + 1)
    except zstandard.ZstdError as error:
        raise Refused(400, f"Invalid 'Content-Encoding': {error}") from error
    if len(data) > _MAX_BODY:
        raise RequestDataTooBig("the log upload is too large")
    return data
