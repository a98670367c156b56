"""Signing in at another site: GitLab, GitHub or an OpenID Connect provider.

Who comes back for the first time becomes a user of the name that they have there, or one like it
where that is taken. An existing user is theirs only if the site has verified their e-mail
address, exactly one user has it, and that user has no password of the lab's own. Loaded only where
such a site is set up.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

from pumice.server.accounts.grants import HEALTH_CHECKER
from pumice.server.audit.record import differences, record
from pumice.server.database.texts import storable

FAILED = "Signing in there did not work. Try again, or ask the lab's administrator."
INACTIVE = "Your user is not active: ask the lab's administrator."
CLOSED = "You have no user here: ask the lab's administrator to add one with your e-mail address."
NOT_SET_UP = "This site is not set up: it has no client id."

_MAX_NAME = 150
_NAMES = ("first_name", "last_name", "email")
log = logging.getLogger("pumice.sign-in")


@require_safe
@never_cache
def begin(request: HttpRequest, provider: str) -> HttpResponse:
    """Send the person to the site; they come back to ``next``, an address of this site."""
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    try:
        site = get_adapter().get_provider(request, provider)
        return site.redirect(request, AuthProcess.LOGIN, next_url=wanted if safe else "/")
    except SocialApp.DoesNotExist:
        return _refusal(request, NOT_SET_UP, 404)
    except (KeyError, ValueError, RequestException, OAuth2Error) as error:
        _note(provider, error)
        return _refusal(request, FAILED, 502)


@require_safe
@never_cache
def come_back(request: HttpRequest, adapter: Callable[[HttpRequest], Any]) -> HttpResponse:
    """Sign the person in as the site says, or say why not."""
    try:
        return OAuth2CallbackView.adapter_view(adapter)(request)
    except SocialApp.DoesNotExist:
        return _refusal(request, NOT_SET_UP, 404)
    except (KeyError, TypeError, ValueError, ImproperlyConfigured) as error:
        # The site answered something else than its protocol says.
        _note(request.path, error)
        return _refusal(request, FAILED, 502)


class Adapter(DefaultSocialAccountAdapter):
    """What django-allauth asks the lab."""

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Say on the lab's own page that it did not work."""
        _note(provider.id, exception)
        raise ImmediateHttpResponse(_refusal(request, FAILED, 401))

    def authenticate_by_email(self, sociallogin: Any) -> tuple[User, str] | None:
        """The one user with an address that the site has verified, and no password here."""
        for address in sociallogin.email_addresses:
            email = storable(address.email)
            if address.verified:
                users = list(User.objects.filter(email__iexact=email)[:2])
                if len(users) == 1 and not users[0].has_usable_password():
                    return users[0], email
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Stop who may not come in; see that what is stored of the others can be."""
        sociallogin.account.extra_data = {}
        user: User = sociallogin.user
        if sociallogin.is_existing:
            if not user.is_active or user.get_username() == HEALTH_CHECKER:
                raise ImmediateHttpResponse(_refusal(request, INACTIVE, 403))
            return
        if not sociallogin.provider.app.settings.get("creates_users", True):
            raise ImmediateHttpResponse(_refusal(request, CLOSED, 403))
        sociallogin.email_addresses = []
        for name in _NAMES:
            setattr(user, name, storable(str(getattr(user, name) or ""))[:_MAX_NAME])
        user.username = _free_name(user)

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> User:
        """Make the user."""
        user: User = sociallogin.user
        reason = f"signed in with {sociallogin.provider.name}"
        with transaction.atomic():
            super().save_user(request, sociallogin, form)
            changes = differences({}, {name: getattr(user, name) for name in _NAMES})
            record(user, "add", "user", user.get_username(), changes, reason=reason)
        return user


def _free_name(user: User) -> str:
    """The user's name at the other site, or one like it."""
    wanted = user.username
    try:
        User._meta.get_field("username").clean(wanted, user)
    except ValidationError:
        wanted = ""
    taken = wanted == HEALTH_CHECKER or User.objects.filter(username__iexact=wanted).exists()
    if wanted and not taken:
        return wanted
    return account_adapter().generate_unique_username([f"{wanted}-", user.email, "user"])


def _note(site: str, error: Exception | None) -> None:
    """The error's kind alone: its text may hold what the site answered."""
    log.warning("signing in at %s failed: %s", site, type(error).__name__)


def _refusal(request: HttpRequest, text: str, status: int) -> HttpResponse:
    return render(request, "web/accounts/refused.html", {"text": text}, status=status)
