"""The sign-in page, and the pages on which one changes one's password."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, PasswordChangeDoneView, PasswordChangeView
from django.db import transaction
from django.http import HttpResponse

from pumice.server.audit.record import record
from pumice.server.web.accounts.forms import ChangePasswordForm, SignInForm


class SignIn(LoginView):
    """Sign in with a name and a password, or at one of the sites that are set up."""

    template_name = "web/accounts/login.html"
    authentication_form = SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With ``sites``: names and addresses of other sites to sign in at."""
        context = super().get_context_data(**kwargs, sites=settings.SIGN_IN_SITES)
        del context["site"]  # Django's; every page of the lab has its own
        return context

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page again; 429 where one has to wait."""
        answer = super().form_invalid(form)
        if form.wait:
            answer.status_code = 429
            answer["Retry-After"] = str(form.wait)
        return answer


class ChangePassword(PasswordChangeView):
    """Change one's password, which ends one's sessions elsewhere.

    Who has none here, since another service checks it, gets none here either.
    """

    template_name = "web/accounts/password.html"
    form_class = ChangePasswordForm
    success_url = "/accounts/password_change/done/"

    def form_valid(self, form: Any) -> HttpResponse:
        """Change the password, and note that it was changed."""
        user = cast("User", self.request.user)
        with transaction.atomic():
            record(user, "change", "user", user.username, {"password": (None, "(changed)")})
            return super().form_valid(form)


class PasswordChanged(PasswordChangeDoneView):
    """Says that the password was changed."""

    template_name = "web/accounts/password_done.html"
