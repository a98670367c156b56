"""Submit a job by hand."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from pumice.formats.errors import InvalidDocument
from pumice.server.jobs.submission import SubmissionError, submit
from pumice.server.jobs.validation import parse
from pumice.server.web.reader import reader


@require_http_methods(["GET", "HEAD", "POST"])
def job_submit(request: HttpRequest) -> HttpResponse:
    """A form for a definition; 401 to those who are not signed in.

    Sent by a script (``X-Requested-With: XMLHttpRequest``), the definition is only checked, and the
    answer is JSON: ``result`` (success or failure), ``errors`` and ``warnings`` as texts.
    """
    user = reader(request)
    if not isinstance(user, User):
        return render(request, "web/jobs/submit.html", {"section": "submit"}, status=401)
    if request.method != "POST":
        return render(request, "web/jobs/submit.html", {"section": "submit"})
    text = request.POST.get("definition-input", "")
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return _check(text)
    try:
        job = submit(user, text)
    except SubmissionError as error:
        context = {"section": "submit", "text": text, "error": str(error)}
        return render(request, "web/jobs/submit.html", context, status=400)
    return redirect(f"/scheduler/job/{job.display_id}")


def _check(text: str) -> JsonResponse:
    try:
        parse(text)
    except InvalidDocument as error:
        errors = "\n".join(map(str, error.problems))
        return JsonResponse({"result": "failure", "errors": errors, "warnings": ""})
    return JsonResponse({"result": "success", "errors": "", "warnings": ""})
