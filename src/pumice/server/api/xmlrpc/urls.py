"""/RPC2, with and without a slash at the end, and with a doubled one at the start."""

from __future__ import annotations

from django.urls import re_path

from pumice.server.api.xmlrpc import registry
from pumice.server.api.xmlrpc.views import rpc2

registry.load()

urlpatterns = [re_path(r"^/*RPC2/?$", rpc2, name="rpc2")]
