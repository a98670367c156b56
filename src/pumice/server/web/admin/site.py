"""The site of the administration: people sign in as on every page."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse


class Administration(AdminSite):
    """Staff alone may enter; what they may do there, their permissions say."""

    site_header = "Pumice administration"
    site_title = "Pumice"
    index_title = "What this lab has"
    index_template = "web/admin/index.html"
    enable_nav_sidebar = False

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Lead to the site's own page. Raises PermissionDenied for people who are not staff."""
        index = reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(index)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", index))

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Lead to the site's own page."""
        return HttpResponseRedirect("/accounts/password_change/")


SITE = Administration(name="admin")
