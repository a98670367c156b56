"""Tags and filters of the pages."""

from __future__ import annotations

from django import template

from pumice.server.web import assets

register = template.Library()


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built file of the front end, such as ``{% asset "site.css" %}``."""
    return assets.url(name)
