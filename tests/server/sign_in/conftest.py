"""Another site at which people sign in, a lab that trusts it, and a browser."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
import urllib.parse
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import time
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "the-lab", "a-secret-of-the-lab-and-the-site-alone"
SECONDS = 60
_LAB = """\
import socket, sys
from pathlib import Path
from pumice.server.site import processes
processes.prepare(Path(sys.argv[1]))
processes.load()
listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
processes.serve_web(listening)
"""


@dataclass
class Site:
    """Who is signed in there, and what it answers; tests change both."""

    url: str
    key: rsa.RSAPrivateKey
    person: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    signed: Callable[[dict[str, Any]], str | None] | None = None
    challenges: dict[str, str] = field(default_factory=dict)

    def id_token(self) -> str | None:
        """What says who the person is, signed."""
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "exp": int(time()) + 300,
            "sub": self.person["sub"],
            **self.claims,
        }
        if self.signed is not None:
            return self.signed(claims)
        return jwt.encode(claims, self.key, "RS256", {"kid": "one"})

    def answer(self, method: str, path: str, given: dict[str, str], bearer: str) -> Any:
        """The answer to a request: a redirect as a text, else what becomes JSON."""
        if path in ("/authorize", "/oauth/authorize", "/login/oauth/authorize"):
            self.challenges["code"] = given.get("code_challenge", "")
            back = urllib.parse.urlencode({"code": "code", "state": given["state"]})
            return f"{given['redirect_uri']}?{back}"
        if path in ("/token", "/oauth/token", "/login/oauth/access_token"):
            return self._token(given)
        if path == "/keys":
            shown = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return {"keys": [{**shown, "kid": "one", "alg": "RS256", "use": "sig"}]}
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/me",
                "jwks_uri": f"{self.url}/keys",
            }
        assert path in ("/me", "/api/v4/user", "/api/v3/user", "/api/v3/user/emails"), path
        assert bearer == "Bearer access" or given["access_token"] == "access"
        return self.person.get("emails", []) if path.endswith("emails") else self.person

    def _token(self, given: dict[str, str]) -> dict[str, Any]:
        assert (given["client_id"], given["client_secret"]) == (CLIENT, SECRET)
        if self.challenges["code"]:
            digest = sha256(given["code_verifier"].encode()).digest()
            assert urlsafe_b64encode(digest).decode().rstrip("=") == self.challenges["code"]
        token = {"access_token": "access", "token_type": "Bearer"}
        return {**token, "id_token": self.id_token()} if "sub" in self.person else token


def _handler(site: Callable[[], Site]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            parts = urllib.parse.urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            given = dict(urllib.parse.parse_qsl(body or parts.query))
            bearer = self.headers.get("Authorization", "").replace("token ", "Bearer ")
            answer = site().answer(self.command, parts.path, given, bearer)
            if isinstance(answer, str):
                self.send_response(302)
                self.send_header("Location", answer)
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        do_GET = do_POST = _answer

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    """The other site."""
    site: list[Site] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(lambda: site[0])) as listening:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        site.append(Site(f"http://127.0.0.1:{listening.server_port}", key))
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield site[0]
        listening.shutdown()
        thread.join()


@pytest.fixture
def site(server: Site) -> Site:
    """The other site, as it was in the beginning."""
    server.person = {"sub": "1", "preferred_username": "lewis", "email": "lewis@example.com"}
    server.claims, server.signed = {}, None
    return server


class Lab:
    """A lab in a process of its own, on SQLite."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("PUMICE_", "DATABASE_"))},
            "PUMICE_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "pumice.server.settings.django",
        }
        self.url = ""

    def run(self, code: str) -> str:
        """What a program of the lab prints; users are at hand."""
        prelude = "import django; django.setup()\nfrom django.contrib.auth.models import User\n"
        done = subprocess.run(
            [sys.executable, "-c", prelude + code],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        return done.stdout.strip()

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """What the lab's database answers."""
        with closing(sqlite3.connect(self.folder / "database.sqlite3")) as database, database:
            return database.execute(statement).fetchall()

    def clear(self) -> None:
        """As if nobody had ever come."""
        for table in ("socialaccount_socialaccount", "audit_entry", "auth_user", "django_session"):
            self.sql(f"DELETE FROM {table}")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, server: Site) -> Iterator[Lab]:
    """A lab at which people sign in with OpenID Connect, GitLab and GitHub."""
    lab = Lab(tmp_path_factory.mktemp("lab"))
    app = {"client_id": CLIENT, "secret": SECRET}
    settings = {
        "AUTH_OIDC": {
            "OIDC_RP_CLIENT_ID": CLIENT,
            "OIDC_RP_CLIENT_SECRET": SECRET,
            "OIDC_OP_DISCOVERY_ENDPOINT": server.url,
        },
        "LAVA_OIDC_ACCOUNT_NAME": "Example & Co",
        "AUTH_GITLAB_URL": server.url,
        "AUTH_SOCIALACCOUNT": {
            "gitlab": {"APP": app},
            "github": {"APP": app, "GITHUB_URL": server.url},
        },
        "REQUIRE_LOGIN": True,
    }
    (lab.folder / "settings.yaml").write_text(json.dumps(settings))
    command = [sys.executable, "-c", _LAB, str(lab.folder)]
    with subprocess.Popen(
        command, env=lab.environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lab.url = f"http://127.0.0.1:{int(process.stdout.readline())}"
        yield lab
        process.terminate()


@pytest.fixture
def lab(served: Lab) -> Lab:
    """The lab, with no users."""
    served.clear()
    return served


class Browser(requests.Session):
    """A browser at the lab; it follows redirects."""

    def __init__(self, home: str) -> None:
        super().__init__()
        self.home = home

    def go(self, path: str) -> requests.Response:
        """Where a link leads."""
        return self.get(self.home + path, timeout=SECONDS)

    def who(self) -> str | None:
        """Who is signed in."""
        found = re.search(r"<summary>([^<]+)</summary>", self.go("/").text)
        return found[1] if found else None


@pytest.fixture
def browser(lab: Lab) -> Iterator[Browser]:
    with Browser(lab.url) as session:
        yield session
