"""Whether a request that a session signs in was sent by a page of this site."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest


def is_from_own_page(request: HttpRequest) -> bool:
    """False where a browser says that another site's page sent the request.

    The session cookie is SameSite=Lax, so that pages of other sites cannot use it in a POST; this
    also refuses pages of other hosts of the same domain. Browsers say it in ``Sec-Fetch-Site``, or,
    where the site is not served over HTTPS, in ``Origin``; a program sends neither.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()
