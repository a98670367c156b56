"""The provider of AUTH_OIDC, as django-allauth knows it."""

from __future__ import annotations

from typing import Any

import jwt
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest

ID = "oidc"
LOGIN = "/oidc/authenticate/"
CALLBACK = "/oidc/callback/"

_BY_KEY = [f"{kind}{bits}" for kind in ("RS", "ES", "PS") for bits in (256, 384, 512)] + ["EdDSA"]
_BY_SECRET = ["HS256", "HS384", "HS512"]
_LEEWAY = 60
"""Seconds by which clocks may differ."""


class Adapter(OpenIDConnectOAuth2Adapter):
    """Asks the provider: by the endpoints in AUTH_OIDC, or those that it publishes itself."""

    def __init__(self, request: HttpRequest, provider_id: str = ID) -> None:
        super().__init__(request, provider_id)

    @property
    def openid_config(self) -> dict[str, Any]:
        """The endpoints; those in AUTH_OIDC win."""
        given: dict[str, Any] = self.get_provider().app.settings
        if not given["server_url"]:
            return given["endpoints"]
        return {**super().openid_config, **given["endpoints"]}

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """The address to which the provider sends people back."""
        return request.build_absolute_uri(CALLBACK)

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Who signed in. Raises OAuth2Error."""
        id_token = kwargs["response"].get("id_token")
        if not isinstance(id_token, str):
            raise OAuth2Error("the provider sent no id token")
        data = {"id_token": self._decode(app, id_token)}
        if "userinfo_endpoint" in self.openid_config:
            data["userinfo"] = self._fetch_user_info(token.token)
            if data["userinfo"].get("sub") != data["id_token"]["sub"]:
                raise OAuth2Error("the id token and the user's data are of different people")
        return self.get_provider().sociallogin_from_response(request, data)

    def _decode(self, app: Any, id_token: str) -> dict[str, Any]:
        try:
            key, algorithms = self._key(app, id_token)
            return jwt.decode(
                id_token,
                key,
                algorithms=algorithms,
                audience=app.client_id,
                issuer=self.openid_config.get("issuer"),
                leeway=_LEEWAY,
                options={"require": ["exp", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error("the id token is not valid") from error

    def _key(self, app: Any, id_token: str) -> tuple[Any, list[str]]:
        """The key to check with, and the algorithms that fit such a key: never the token's say."""
        address = self.openid_config.get("jwks_uri")
        if not address:
            return app.secret, _BY_SECRET
        with get_adapter().get_requests_session() as session:
            answer = session.get(address)
            answer.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        kid = jwt.get_unverified_header(id_token).get("kid")
        fitting = [key for key in keys if kid is None or key.key_id == kid]
        if len(fitting) != 1:
            raise OAuth2Error("the id token is signed by no known key")
        return fitting[0], [name for name in _BY_KEY if name == fitting[0].algorithm_name]


class Provider(OpenIDConnectProvider):
    """The provider of AUTH_OIDC."""

    id = ID
    oauth2_adapter_class = Adapter

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        """Where signing in begins."""
        return LOGIN

    def get_callback_url(self) -> str:
        """Where people come back."""
        return CALLBACK

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing of what the provider tells is kept."""
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """The address, verified only if the provider says so plainly."""
        said = data.get("userinfo") or data["id_token"]
        if not isinstance(said.get("email"), str):
            return []
        verified = said.get("email_verified") is True
        return [EmailAddress(email=said["email"], verified=verified, primary=True)]


provider_classes = [Provider]
