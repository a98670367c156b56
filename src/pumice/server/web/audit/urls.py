"""Addresses of the record of changes."""

from __future__ import annotations

from django.urls import path

from pumice.server.web.audit import views

urlpatterns = [
    path("audit/", views.index, name="audit"),
    path("audit/<int:number>/", views.entry, name="audit_entry"),
]
