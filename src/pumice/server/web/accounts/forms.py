"""The forms for signing in and for changing one's password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError

from pumice.server.accounts import attempts, passwords


class SignInForm(AuthenticationForm):
    """Name and password. ``wait``: the seconds to wait after too many failed attempts."""

    wait = 0

    def clean(self) -> dict[str, Any]:
        """Check name and password, where one has not to wait."""
        self.wait = attempts.wait(passwords.door(), self.cleaned_data.get("username") or "")
        if self.wait:
            raise ValidationError(attempts.text(self.wait), code="wait")
        return super().clean()


class ChangePasswordForm(PasswordChangeForm):
    """The old password and twice the new one; a wrong old one is a failed attempt."""

    def clean_old_password(self) -> str:
        """Check the old password, where one has not to wait."""
        username = self.user.get_username()
        if seconds := attempts.wait(passwords.door(), username):
            raise ValidationError(attempts.text(seconds), code="wait")
        try:
            return super().clean_old_password()
        except ValidationError:
            attempts.failed(passwords.door(), username)
            raise
