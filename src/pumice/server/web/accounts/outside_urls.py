"""LAVA's addresses of signing in at other sites; used only where one is set up."""

from __future__ import annotations

from collections.abc import Iterator

from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.socialaccount.providers.gitlab.views import GitLabOAuth2Adapter
from django.conf import settings
from django.urls import URLPattern, path

from pumice.server.web.accounts.outside import begin, come_back

_ADAPTERS = {"gitlab": GitLabOAuth2Adapter, "github": GitHubOAuth2Adapter}


def _patterns() -> Iterator[URLPattern]:
    for name, adapter in _ADAPTERS.items():
        if name in settings.SOCIALACCOUNT_PROVIDERS:
            site = f"accounts/{name}/login/"
            yield path(site, begin, {"provider": name}, name=f"{name}_login")
            yield path(f"{site}callback/", come_back, {"adapter": adapter}, name=f"{name}_callback")
    if "oidc" in settings.SOCIALACCOUNT_PROVIDERS:
        from pumice.server.web.oidc.provider import CALLBACK, ID, LOGIN, Adapter

        yield path(LOGIN.lstrip("/"), begin, {"provider": ID})
        yield path(CALLBACK.lstrip("/"), come_back, {"adapter": Adapter})


urlpatterns = list(_patterns())
