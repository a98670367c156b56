"""LAVA's texts for searches and kinds of groups are read, and never run."""

from __future__ import annotations

from typing import Any

import ldap
import pytest

from pumice.server.settings.ldap import directory
from pumice.server.settings.load import InvalidSettings
from pumice.server.settings.table import SETTINGS

TEMPLATE = "uid=%(user)s,dc=example"


def read(**given: Any) -> dict[str, Any]:
    values = {setting.name: setting.default for setting in SETTINGS}
    return directory({**values, "AUTH_LDAP_USER_DN_TEMPLATE": TEMPLATE, **given})


@pytest.mark.parametrize(
    "search",
    [
        'LDAPSearch("ou=x", ldap.SCOPE_ONELEVEL, "(uid=%(user)s)")',
        "LDAPSearch('ou=x', scope=ldap.SCOPE_ONELEVEL, filterstr='(uid=%(user)s)')",
        {"base": "ou=x", "scope": "SCOPE_ONELEVEL"},
        {"base": "ou=x", "scope": "ldap.SCOPE_ONELEVEL", "filter": "(uid=%(user)s)"},
    ],
)
def test_a_search_is_a_text_or_a_map(search: Any) -> None:
    found = read(AUTH_LDAP_USER_SEARCH=search)["AUTH_LDAP_USER_SEARCH"]
    assert (found.base_dn, found.scope) == ("ou=x", ldap.SCOPE_ONELEVEL)
    assert found.filterstr == "(uid=%(user)s)"


def test_searches_are_tried_one_after_the_other() -> None:
    found = read(AUTH_LDAP_USER_SEARCH=[{"base": "ou=a"}, {"base": "ou=b"}])
    union = found["AUTH_LDAP_USER_SEARCH"]
    assert [search.base_dn for search in union.searches] == ["ou=a", "ou=b"]


@pytest.mark.parametrize(
    "text", ["GroupOfUniqueNamesType", "GroupOfUniqueNamesType(name_attr='cn')"]
)
def test_groups_have_a_kind(text: str) -> None:
    kind = read(AUTH_LDAP_GROUP_TYPE=text)["AUTH_LDAP_GROUP_TYPE"]
    assert (type(kind).__name__, kind.name_attr) == ("GroupOfUniqueNamesType", "cn")


def test_options_have_libldaps_names() -> None:
    found = read(AUTH_LDAP_GLOBAL_OPTIONS={"OPT_X_TLS_CACERTFILE": "/ca.pem"})
    assert found["AUTH_LDAP_GLOBAL_OPTIONS"] == {ldap.OPT_X_TLS_CACERTFILE: "/ca.pem"}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("AUTH_LDAP_USER_SEARCH", "__import__('os').system('true')"),
        ("AUTH_LDAP_USER_SEARCH", "LDAPSearch(open('/etc/passwd').read())"),
        ("AUTH_LDAP_USER_SEARCH", "LDAPSearch("),
        ("AUTH_LDAP_USER_SEARCH", "LDAPSearch('a', ldap.SCOPE_X)"),
        ("AUTH_LDAP_USER_SEARCH", "LDAPSearch('a', 'b', 'c', 'd')"),
        ("AUTH_LDAP_USER_SEARCH", "LDAPSearch('a', attrlist='b')"),
        ("AUTH_LDAP_USER_SEARCH", "(" * 10_000),
        ("AUTH_LDAP_USER_SEARCH", {"scope": "SCOPE_SUBTREE"}),
        ("AUTH_LDAP_USER_SEARCH", 5),
        ("AUTH_LDAP_GROUP_TYPE", "LDAPSearch('a')"),
        ("AUTH_LDAP_GROUP_TYPE", "GroupOfNamesType('cn', 'x')"),
        ("AUTH_LDAP_GLOBAL_OPTIONS", {"OPT_NONSENSE": 1}),
        ("AUTH_LDAP_GLOBAL_OPTIONS", {"initialize": 1}),
        ("AUTH_LDAP_USER_DN_TEMPLATE", ""),
    ],
)
def test_what_cannot_be_read_is_an_error_that_names_the_setting(setting: str, value: Any) -> None:
    with pytest.raises(InvalidSettings, match=setting):
        read(**{setting: value})
