"""LAVA's addresses of the token page and its forms, with and without the slash at their end."""

from __future__ import annotations

from django.urls import re_path

from pumice.server.web.api_tokens import views

# A number of 18 digits always fits the database's column.
urlpatterns = [
    re_path(r"^api/tokens/?$", views.index, name="tokens"),
    re_path(r"^api/tokens/create/?$", views.create, name="tokens_create"),
    re_path(r"^api/tokens/delete_unused/?$", views.delete_unused, name="tokens_delete_unused"),
    re_path(r"^api/tokens/(?P<token_id>[0-9]{1,18})/edit/?$", views.edit, name="tokens_edit"),
    re_path(r"^api/tokens/(?P<token_id>[0-9]{1,18})/delete/?$", views.delete, name="tokens_delete"),
]
