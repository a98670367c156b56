"""What every template knows: the site's name and version.

The signed-in user is ``user``, which Django's own context processor adds.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

import pumice


def site(request: HttpRequest) -> dict[str, Any]:
    """``site``: a map with ``name`` (INSTANCE_NAME) and ``version`` (Pumice's)."""
    return {"site": {"name": settings.INSTANCE_NAME, "version": pumice.__version__}}
