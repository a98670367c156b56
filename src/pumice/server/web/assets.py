"""The built front end: which hashed file stands for which name.

``npm run build`` in ``front/`` writes ``static/built/`` and a ``manifest.json`` there, a map such
as ``{"site.css": "site.0123456789ab.css"}``. The hash is part of the name, so that browsers may
keep a file for ever.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

from django.templatetags.static import static

_BUILT = Path(__file__).parent / "static" / "built"


class FrontEndNotBuilt(Exception):
    """The front end is not built: run ``npm ci`` and ``npm run build`` in server/web/front."""


@functools.cache
def _manifest() -> dict[str, str]:
    try:
        text = (_BUILT / "manifest.json").read_bytes()
    except FileNotFoundError as error:
        raise FrontEndNotBuilt(str(FrontEndNotBuilt.__doc__)) from error
    return json.loads(text)


def url(name: str) -> str:
    """The address of a built file by its name, such as ``site.css``. Raises FrontEndNotBuilt."""
    return static(f"built/{_manifest()[name]}")
