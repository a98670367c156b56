"""Every address of the site that is not a stream."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("pumice.server.api.plain.urls")),
    path("", include("pumice.server.api.xmlrpc.urls")),
    path("", include("pumice.server.api.workers.urls")),
    path("", include("pumice.server.api.rest.urls")),
    path("", include("pumice.server.web.admin.urls")),
    path("", include("pumice.server.web.urls")),
]
