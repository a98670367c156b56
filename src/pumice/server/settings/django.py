"""Django's settings, derived from the lab's folder (``PUMICE_DIR``, default ``lab``) and table."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pumice.server.settings import ldap, sites
from pumice.server.settings.keys import site_key
from pumice.server.settings.load import load

PUMICE_DIR = Path(os.environ.get("PUMICE_DIR", "lab")).absolute()
_values = load(PUMICE_DIR, os.environ)
globals().update(_values)

SECRET_KEY = site_key(PUMICE_DIR).hex()
RUN_DIR = PUMICE_DIR / "run"


def _database(url: str | None) -> dict[str, Any]:
    if not url or url.startswith("sqlite:"):
        path = unquote(urlsplit(url).path) if url else ""
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path or str(PUMICE_DIR / "database.sqlite3"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-8000;"
                    "PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;"
                ),
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError(
            f"DATABASE_URL must start with postgresql: or sqlite:, not {parts.scheme}:"
        )
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.pop("host", parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": query,
    }


DATABASES = {"default": _database(os.environ.get("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "pumice.server.events",
    "pumice.server.audit",
    "pumice.server.accounts",
    "pumice.server.lab",
    "pumice.server.jobs",
    "pumice.server.logs",
    "pumice.server.results",
    "pumice.server.reports",
    "pumice.server.web",
    "django.contrib.admin.apps.SimpleAdminConfig",  # after the pages, whose templates replace its
    "pumice.server.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pumice.server.web.security.ContentSecurityPolicy",
    "pumice.server.web.origin.Origin",
    "pumice.server.web.cookies.SecureCookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "pumice.server.web.gate.RequireLogin",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "pumice.server.site.urls"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pumice.server.web.context.site",
            ],
        },
    }
]

AUTHENTICATION_BACKENDS = [
    "pumice.server.accounts.passwords.Gate",
    "pumice.server.accounts.rights.Backend",
]
SIGN_IN_SITES: list[tuple[str, str]] = []
"""Other sites at which people can sign in: what the button says, and the path that leads there."""
SIGN_IN_PATHS: list[str] = []
"""Begins of the paths by which people go there and come back."""
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if sites.are_used(_values):
    globals().update(sites.outside(_values))
    INSTALLED_APPS.extend(globals()["SIGN_IN_APPS"])
    MIDDLEWARE.append(sites.MIDDLEWARE)
if _values["AUTH_LDAP_SERVER_URI"]:
    globals().update(ldap.directory(_values))
    AUTHENTICATION_BACKENDS.insert(1, ldap.BACKEND)
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
STATIC_URL = "/static/"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/built/.+\.[0-9a-f]{12}\."
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

LOGGING_CONFIG = None
