"""LAVA's addresses for signing in and out, and for one's password."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path

from pumice.server.web.accounts.views import ChangePassword, PasswordChanged, SignIn

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/login/", SignIn.as_view(), name="sign_in"),
    path("accounts/logout/", LogoutView.as_view()),
    path("accounts/password_change/", ChangePassword.as_view()),
    path("accounts/password_change/done/", PasswordChanged.as_view()),
]
if settings.SIGN_IN_SITES:
    urlpatterns.append(path("", include("pumice.server.web.accounts.outside_urls")))
