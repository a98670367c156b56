"""The first page: the lab at a glance, and the newest jobs."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pumice.server.events.queries import last_seq
from pumice.server.jobs import lists, queries
from pumice.server.web.jobs.tables import SHORT_COLUMNS, job_table
from pumice.server.web.lab.figures import figures
from pumice.server.web.reader import reader


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Figures, and the reader's own newest jobs, or everybody's."""
    after = last_seq()
    user = reader(request)
    if isinstance(user, User):
        jobs, label = lists.own(user), "Your newest jobs"
        live = {"submitter": user.get_username()}
    else:
        jobs, label, live = queries.visible(user), "Newest jobs", {}
    table = job_table(request.GET, jobs, scope="all", label=label, columns=SHORT_COLUMNS, live=live)
    context = {"figures": figures(user), "table": table, "live_after": after, "section": "home"}
    return render(request, "web/home.html", context)
