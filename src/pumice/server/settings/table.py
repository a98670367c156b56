"""Every setting: its name, type, default, and what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "integer", "number", "boolean", "texts", "map", "any"]


@dataclass(frozen=True, slots=True)
class Setting:
    """A row of the table. ``default`` may hold ``{dir}``, the lab's folder."""

    name: str
    kind: Kind
    default: Any
    sentence: str


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "ALLOW_ADMIN_DELETE",
        "boolean",
        True,
        "Let administrators delete devices, workers, jobs, users and others at /admin/.",
    ),
    Setting("ALLOWED_HOSTS", "texts", ("*",), "Host names under which the site answers."),
    Setting(
        "AUDIT_DAYS",
        "integer",
        0,
        "The record of changes keeps an entry for so many days; 0: for ever.",
    ),
    Setting(
        "AUTH_GITLAB_SCOPE",
        "texts",
        ("read_user",),
        "What GitLab is asked for, where people sign in with it.",
    ),
    Setting(
        "AUTH_GITLAB_URL",
        "text",
        "",
        "The GitLab with which people can sign in, such as https://gitlab.com.",
    ),
    Setting("AUTH_LDAP_BIND_DN", "text", "", "Who searches the directory; nothing: nobody."),
    Setting("AUTH_LDAP_BIND_PASSWORD", "text", "", "The password of AUTH_LDAP_BIND_DN."),
    Setting("AUTH_LDAP_DENY_GROUP", "text", "", "Name (DN) of a group that cannot sign in."),
    Setting(
        "AUTH_LDAP_GLOBAL_OPTIONS",
        "map",
        {},
        "Options of libldap, such as OPT_X_TLS_CACERTFILE with a path.",
    ),
    Setting("AUTH_LDAP_GROUP_SEARCH", "any", "", "Where groups are in the directory."),
    Setting("AUTH_LDAP_GROUP_TYPE", "text", "GroupOfNamesType", "Of what kind groups are there."),
    Setting(
        "AUTH_LDAP_MIRROR_GROUPS",
        "boolean",
        False,
        "Give people the directory's groups, and no others, when they sign in.",
    ),
    Setting("AUTH_LDAP_REQUIRE_GROUP", "text", "", "Name (DN) of the only group that can sign in."),
    Setting(
        "AUTH_LDAP_SERVER_URI",
        "text",
        "",
        "The directory by whose passwords people can sign in, such as ldaps://ldap.example.com.",
    ),
    Setting("AUTH_LDAP_START_TLS", "boolean", False, "Encrypt a connection that begins in clear."),
    Setting(
        "AUTH_LDAP_USER_ATTR_MAP",
        "map",
        {},
        "Which attribute is first_name, last_name and email.",
    ),
    Setting(
        "AUTH_LDAP_USER_DN_TEMPLATE",
        "text",
        "",
        "A person's name (DN) in the directory, with %(user)s in it: then none is searched.",
    ),
    Setting(
        "AUTH_LDAP_USER_FLAGS_BY_GROUP",
        "map",
        {},
        "Names (DN) of the groups whose members have is_active, is_staff, is_superuser.",
    ),
    Setting("AUTH_LDAP_USER_SEARCH", "any", "", "Where people are in the directory."),
    Setting(
        "AUTH_OIDC",
        "map",
        {},
        "The OpenID Connect provider with which people can sign in.",
    ),
    Setting(
        "AUTH_SOCIALACCOUNT",
        "map",
        {},
        "Sites with which people can sign in, gitlab and github, and what each needs.",
    ),
    Setting("DEBUG", "boolean", False, "Show errors with their trace in the browser."),
    Setting("DEFAULT_TABLE_LENGTH", "integer", 25, "Rows of a table on a page."),
    Setting("DEVICES_PATH", "text", "{dir}/devices", "Folder of the device dictionaries."),
    Setting(
        "DEVICE_TYPES_PATHS",
        "texts",
        ("{dir}/device-types",),
        "Folders of the site's own device types, looked up before those that Pumice ships.",
    ),
    Setting(
        "DISPATCHER_CONFIG_PATH",
        "text",
        "{dir}/dispatcher.d",
        "Folder with a folder a worker, holding dispatcher.yaml, env.yaml and env-dut.yaml.",
    ),
    Setting("EVENT_NOTIFICATION", "boolean", True, "Publish events of jobs, devices and workers."),
    Setting("EVENT_SOCKET", "text", "tcp://*:5500", "ZMQ socket on which events are published."),
    Setting("EVENT_TOPIC", "text", "org.lavasoftware", "First part of every event's topic."),
    Setting("EXTRA_CONTEXT_VARIABLES", "texts", (), "Further keys that a job's context may have."),
    Setting(
        "FAILED_ATTEMPTS_MINUTES",
        "integer",
        5,
        "After so long, failed attempts to sign in are forgotten.",
    ),
    Setting(
        "FAILED_ATTEMPTS_PER_ADDRESS",
        "integer",
        50,
        "So many failed attempts from one address are too many; 0: never.",
    ),
    Setting(
        "FAILED_ATTEMPTS_PER_USER",
        "integer",
        20,
        "So many failed attempts as one user are too many; 0: never.",
    ),
    Setting(
        "HEALTH_CHECKS_PATH", "text", "{dir}/health-checks", "Folder of the health check jobs."
    ),
    Setting(
        "HTTP_X_FORWARDED_FOR_INDEX",
        "integer",
        -1,
        "Which address of X-Forwarded-For is the client's; the header counts only when a "
        "proxy on this host sends it.",
    ),
    Setting("HTTPS_XML_RPC", "boolean", False, "Show https in the addresses of the API help."),
    Setting("INSTANCE_NAME", "text", "default", "Name of this site, shown on its pages."),
    Setting(
        "LAVA_COMPATIBLE_VERSION",
        "text",
        "2026.07",
        "The LAVA version that clients are told, on which they gate their features.",
    ),
    Setting("LAVA_OIDC_ACCOUNT_NAME", "text", "OpenID Connect", "What its button says."),
    Setting("LOG_SIZE_LIMIT", "integer", 5, "Reported to clients; Pumice shows any size (MB)."),
    Setting("MEDIA_ROOT", "text", "{dir}/media", "Folder of logs and of files of jobs."),
    Setting(
        "QUEUE_TIMEOUT_HOURS",
        "integer",
        0,
        "A job waits at most so long, unless its timeouts.queue says else; 0: for ever.",
    ),
    Setting(
        "REQUIRE_LOGIN",
        "boolean",
        False,
        "Answer only people who are signed in and programs with a token.",
    ),
    Setting(
        "REQUIRE_LOGIN_PATHS",
        "texts",
        (),
        "Begins of paths of which REQUIRE_LOGIN is true, where it is not for all.",
    ),
    Setting(
        "TOKENS_RECOVERABLE",
        "boolean",
        True,
        "Keep a sealed copy of new tokens, from which callbacks by a token's description "
        "can be sent.",
    ),
    Setting(
        "WEB_PROCESSES",
        "integer",
        0,
        "Processes that answer HTTP requests; 0: one for each processor, at most 4.",
    ),
    Setting("WEB_THREADS", "integer", 4, "Requests that one such process works on at once."),
    Setting(
        "WORKER_AUTO_REGISTER",
        "boolean",
        False,
        "Let a worker register itself without a token or a user.",
    ),
    Setting(
        "WORKER_AUTO_REGISTER_NETMASK",
        "texts",
        ("127.0.0.0/8", "::1"),
        "Networks from which a worker may register itself.",
    ),
    Setting(
        "WORKER_GONE_MINUTES",
        "integer",
        60,
        "A job whose worker has been offline for longer ends Incomplete; 0: never.",
    ),
)

BY_NAME = {setting.name: setting for setting in SETTINGS}

WITHOUT_EFFECT = frozenset(
    {
        "ALLOW_VERSION_MISMATCH",
        "AUTH_DEBIAN_SSO",
        "BRANDING_ALT",
        "BRANDING_BUG_URL",
        "BRANDING_CSS",
        "BRANDING_HEIGHT",
        "BRANDING_ICON",
        "BRANDING_MESSAGE",
        "BRANDING_SOURCE_URL",
        "BRANDING_URL",
        "BRANDING_WIDTH",
        "CALLBACK_ALLOWED_HOSTS",
        "CALLBACK_TIMEOUT",
        "CELERY_BROKER_URL",
        "CELERY_TASK_ALWAYS_EAGER",
        "CUSTOM_DOCS",
        "DB_CONN_HEALTH_CHECKS",
        "DB_CONN_MAX_AGE",
        "DISALLOWED_USER_AGENTS",
        "DJANGO_LOGFILE",
        "ELASTICSEARCH_APIKEY",
        "ELASTICSEARCH_INDEX",
        "ELASTICSEARCH_URI",
        "EVENT_ADDITIONAL_SOCKETS",
        "EVENT_IPV6",
        "HEALTH_FREQUENCY_HOURS",
        "INTERNAL_EVENT_SOCKET",
        "LAVA_LOG_BACKEND",
        "MASTER_UPGRADE_NOTIFY",
        "MATOMO_SITE_ID",
        "MATOMO_URL",
        "MONGO_DB_DATABASE",
        "MONGO_DB_URI",
        "MOUNT_POINT",
        "SENTRY_DSN",
        "SERVER_EMAIL",
        "SHOW_SUBMITTER_FULL_NAME",
        "STATEMENT_TIMEOUT",
        "SYNC_GITHUB_TEAMS",
        "TESTCASE_COUNT_LIMIT",
        "USE_DEBUG_TOOLBAR",
    }
)
"""LAVA's settings that are accepted, so that its files can be kept, but change nothing."""
