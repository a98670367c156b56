"""The address of the page, with and without the slash at its end."""

from __future__ import annotations

from django.urls import re_path

from pumice.server.web.api_help.views import api_help

urlpatterns = [re_path(r"^api/help/?$", api_help, name="api_help")]
