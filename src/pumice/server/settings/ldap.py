"""LAVA's AUTH_LDAP_* settings, as django-auth-ldap takes them.

Loaded only where AUTH_LDAP_SERVER_URI is set: it needs the extra ``pumice[ldap]``.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Mapping
from typing import Any, cast

from pumice.server.settings.load import InvalidSettings

BACKEND = "pumice.server.accounts.directory.Backend"

_SECONDS = 10
"""How long the directory may take for an answer."""
_SEARCHES = ("AUTH_LDAP_USER_SEARCH", "AUTH_LDAP_GROUP_SEARCH")
_OPTIONAL = (
    "AUTH_LDAP_USER_DN_TEMPLATE",
    "AUTH_LDAP_REQUIRE_GROUP",
    "AUTH_LDAP_DENY_GROUP",
)
_FILTERS = {
    "AUTH_LDAP_USER_SEARCH": "(uid=%(user)s)",
    "AUTH_LDAP_GROUP_SEARCH": "(objectClass=groupOfNames)",
}


def directory(values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that replace the lab's own. Raises InvalidSettings."""
    try:
        kinds = importlib.import_module("django_auth_ldap.config")
        ldap = importlib.import_module("ldap")
    except ImportError as error:
        raise InvalidSettings(
            "AUTH_LDAP_SERVER_URI is set, and the packages for LDAP are not installed: install"
            " libldap-dev, libsasl2-dev, gcc and python3-dev, and then pumice[ldap]"
        ) from error
    taken: dict[str, Any] = {name: values[name] or None for name in _OPTIONAL}
    for name in _SEARCHES:
        taken[name] = _search(name, values[name]) if values[name] else None
    if not taken["AUTH_LDAP_USER_DN_TEMPLATE"] and not taken["AUTH_LDAP_USER_SEARCH"]:
        raise InvalidSettings(
            "AUTH_LDAP_SERVER_URI is set: set AUTH_LDAP_USER_SEARCH or"
            " AUTH_LDAP_USER_DN_TEMPLATE too, which say where in the directory people are"
        )
    taken["AUTH_LDAP_GROUP_TYPE"] = _group_type(values["AUTH_LDAP_GROUP_TYPE"], kinds)
    taken["AUTH_LDAP_GLOBAL_OPTIONS"] = {
        _constant(ldap, name, "AUTH_LDAP_GLOBAL_OPTIONS"): value
        for name, value in values["AUTH_LDAP_GLOBAL_OPTIONS"].items()
    }
    taken["AUTH_LDAP_CONNECTION_OPTIONS"] = {
        ldap.OPT_NETWORK_TIMEOUT: _SECONDS,
        ldap.OPT_TIMEOUT: _SECONDS,
        ldap.OPT_REFERRALS: 0,
    }
    return taken


def _search(name: str, value: Any) -> Any:
    """A search: LAVA's text ``LDAPSearch("base", ldap.SCOPE_SUBTREE, "filter")``, a map of
    ``base``, ``scope`` and ``filter``, or a list of such."""
    import ldap
    from django_auth_ldap.config import LDAPSearch, LDAPSearchUnion

    if isinstance(value, (list, tuple)):
        return LDAPSearchUnion(*(_search(name, one) for one in cast("list[Any]", value)))
    if isinstance(value, str):
        given = _call(name, value, ("base", "scope", "filter"), "LDAPSearch")[1]
    elif isinstance(value, dict):
        given = cast("dict[str, Any]", value)
    else:
        raise InvalidSettings(f"{name} must be a text, a map or a list of them")
    if not isinstance(given.get("base"), str) or given.keys() - {"base", "scope", "filter"}:
        raise InvalidSettings(f"{name}: a search has the keys base, scope and filter")
    scope = _constant(ldap, str(given.get("scope", "SCOPE_SUBTREE")), name)
    return LDAPSearch(given["base"], scope, str(given.get("filter", _FILTERS[name])))


def _group_type(text: str, module: Any) -> Any:
    """A kind of groups: ``GroupOfNamesType``, or ``GroupOfNamesType(name_attr="cn")``."""
    setting = "AUTH_LDAP_GROUP_TYPE"
    kinds = sorted(name for name in vars(module) if name.endswith("GroupType"))
    kinds += sorted(name for name in vars(module) if name.endswith("NamesType"))
    if "(" not in text:
        text += "()"
    name, given = _call(setting, text, ("name_attr",), *kinds)
    if given.keys() - {"name_attr"}:
        raise InvalidSettings(f"{setting}: the only argument is name_attr")
    return getattr(module, name)(**given)


def _call(
    setting: str, text: str, parameters: tuple[str, ...], *names: str
) -> tuple[str, dict[str, Any]]:
    """The name and the arguments in a text that looks like a call in Python; nothing is run."""
    try:
        call = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise InvalidSettings(f"{setting}: {text!r} cannot be read") from error
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        raise InvalidSettings(f"{setting}: {text!r} should look like {names[0]}(...)")
    if call.func.id not in names:
        raise InvalidSettings(f"{setting}: {call.func.id} is none of {', '.join(names)}")
    if len(call.args) > len(parameters):
        raise InvalidSettings(f"{setting}: {call.func.id} has {len(parameters)} arguments at most")
    given = dict(zip(parameters, call.args, strict=False))
    aliases = {"base_dn": "base", "filterstr": "filter"}
    given |= {aliases.get(word.arg or "", word.arg or ""): word.value for word in call.keywords}
    return call.func.id, {name: _literal(setting, node) for name, node in given.items()}


def _literal(setting: str, node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.attr
    raise InvalidSettings(f"{setting}: {ast.unparse(node)} should be a text or ldap.SCOPE_...")


def _constant(module: Any, name: str, setting: str) -> Any:
    constant = getattr(module, name.removeprefix("ldap."), None)
    if not isinstance(constant, int):
        raise InvalidSettings(f"{setting}: LDAP has no {name}")
    return constant
