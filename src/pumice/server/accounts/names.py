"""The names of models and permissions on the wire, and ours: one table, both ways.

Clients and scripts write permissions as LAVA does, ``lava_scheduler_app.submit_to_device``; the
database has them for Pumice's own models, ``lab.submit_to_device``. A label of LAVA's whose model
Pumice does not have keeps its permissions, so that scripts which grant them work; they allow
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

DJANGO_ACTIONS = ("add", "change", "delete", "view")
"""What Django lets one grant for every model."""


@dataclass(frozen=True, slots=True)
class Named:
    """A model: its name on the wire and in Pumice, each as app and model in lower case.

    ``actions`` are what can be granted for it; a permission's codename is an action, an
    underscore, and the model.
    """

    wire: tuple[str, str]
    ours: tuple[str, str]
    actions: tuple[str, ...] = DJANGO_ACTIONS

    def wire_codenames(self) -> Iterator[str]:
        """The codenames on the wire: ``change_testjob``."""
        return (f"{action}_{self.wire[1]}" for action in self.actions)

    def our_codename(self, codename: str) -> str | None:
        """Ours for a codename on the wire; None for one that there is not."""
        action, underscore, model = codename.rpartition("_")
        known = underscore and model == self.wire[1] and action in self.actions
        return f"{action}_{self.ours[1]}" if known else None

    def wire_codename(self, codename: str) -> str | None:
        """That on the wire for one of ours; None for one that the wire does not know."""
        action, underscore, model = codename.rpartition("_")
        known = underscore and model == self.ours[1] and action in self.actions
        return f"{action}_{self.wire[1]}" if known else None


_SUBMITTED_TO = (*DJANGO_ACTIONS, "submit_to")
_SCHEDULER = "lava_scheduler_app"
_RESULTS = "lava_results_app"


def _same(app: str, *models: str) -> tuple[Named, ...]:
    return tuple(Named((app, model), (app, model)) for model in models)


TABLE: tuple[Named, ...] = (
    Named((_SCHEDULER, "alias"), ("lab", "alias")),
    Named((_SCHEDULER, "device"), ("lab", "device"), _SUBMITTED_TO),
    Named((_SCHEDULER, "devicetype"), ("lab", "devicetype"), _SUBMITTED_TO),
    Named((_SCHEDULER, "groupdevicepermission"), ("lab", "devicegrant")),
    Named((_SCHEDULER, "groupdevicetypepermission"), ("lab", "devicetypegrant")),
    Named((_SCHEDULER, "groupworkerpermission"), ("lab", "workergrant")),
    Named((_SCHEDULER, "remoteartifactsauth"), ("accounts", "artifacttoken")),
    Named((_SCHEDULER, "tag"), ("lab", "tag")),
    Named((_SCHEDULER, "testjob"), ("jobs", "job"), ("change", "delete")),
    Named((_SCHEDULER, "worker"), ("lab", "worker")),
    Named((_RESULTS, "query"), ("reports", "query")),
    Named((_RESULTS, "querycondition"), ("reports", "querycondition")),
    Named((_RESULTS, "testcase"), ("results", "case")),
    Named((_RESULTS, "testset"), ("results", "set")),
    Named((_RESULTS, "testsuite"), ("results", "suite")),
    Named(("linaro_django_xmlrpc", "authtoken"), ("accounts", "token")),
    *_same("auth", "user", "group", "permission"),
    *_same("contenttypes", "contenttype"),
    *_same("sessions", "session"),
    # LAVA has no record of changes.
    Named(("audit", "entry"), ("audit", "entry"), ("view",)),
    *_same("admin", "logentry"),
    # Without a model here.
    *_same("sites", "site"),
    *_same(
        _SCHEDULER,
        *("architecture", "bitwidth", "core", "jobfailuretag", "notification"),
        *("notificationcallback", "notificationrecipient", "processorfamily", "testjobuser"),
    ),
    *_same(
        _RESULTS,
        *("chart", "chartgroup", "chartquery", "chartqueryuser", "namedtestattribute"),
        *("querygroup", "queryomitresult", "testdata"),
    ),
)
"""Every model that permissions are written for. LAVA's ``testjob`` can be changed and deleted only,
as it is added and seen by other rules."""

_BY_WIRE = {named.wire: named for named in TABLE}
_BY_OURS = {named.ours: named for named in TABLE}


def by_wire(app: str, model: str) -> Named | None:
    """The model of this name on the wire, in any case; None where there is none."""
    return _BY_WIRE.get((app.lower(), model.lower()))


def by_ours(app: str, model: str) -> Named | None:
    """The wire's name for a model of Pumice; None where the wire does not know it."""
    return _BY_OURS.get((app, model))


def on_the_wire(app: str, model: str, codename: str) -> str | None:
    """A permission of ours as ``app.model.codename`` of the wire; None where there is none."""
    named = by_ours(app, model)
    written = named and named.wire_codename(codename)
    return f"{'.'.join(named.wire)}.{written}" if named and written else None
