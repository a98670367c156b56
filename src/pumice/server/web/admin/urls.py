"""Where the administration stands."""

from __future__ import annotations

from django.urls import path

from pumice.server.web.admin import accounts, jobs, lab, records
from pumice.server.web.admin.site import SITE

MODULES = (accounts, jobs, lab, records)
"""What registers with the site."""

urlpatterns = [path("admin/", SITE.urls)]
