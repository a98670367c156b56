"""The states and healths of jobs, devices and workers: closed sets, as LAVA's clients know them.

The integer is what databases and ordering use; ``label`` is what clients read.
"""

from __future__ import annotations

from enum import IntEnum


class Labelled(IntEnum):
    """An enumeration whose members are shown to clients by a capitalised name."""

    @property
    def label(self) -> str:
        """The display name, for example ``Running``."""
        return self.name.capitalize()

    @classmethod
    def pairs(cls) -> list[tuple[int, str]]:
        """``[(value, label), ...]`` in order of value."""
        return [(member.value, member.label) for member in cls]


class JobState(Labelled):
    SUBMITTED = 0
    SCHEDULING = 1
    SCHEDULED = 2
    RUNNING = 3
    CANCELING = 4
    FINISHED = 5


class JobHealth(Labelled):
    UNKNOWN = 0
    COMPLETE = 1
    INCOMPLETE = 2
    CANCELED = 3


class DeviceState(Labelled):
    IDLE = 0
    RESERVED = 1
    RUNNING = 2


class DeviceHealth(Labelled):
    GOOD = 0
    UNKNOWN = 1
    LOOPING = 2
    BAD = 3
    MAINTENANCE = 4
    RETIRED = 5


class WorkerState(Labelled):
    ONLINE = 0
    OFFLINE = 1


class WorkerHealth(Labelled):
    ACTIVE = 0
    MAINTENANCE = 1
    RETIRED = 2


class CaseResult(Labelled):
    """The result of a test case; clients read the lower-case name."""

    PASS = 0
    FAIL = 1
    SKIP = 2
    UNKNOWN = 3

    @property
    def label(self) -> str:
        return self.name.lower()


class ErrorType:
    """Names of a job's ``error_type``, the cause of an Incomplete job."""

    INFRASTRUCTURE = "Infrastructure"
    CONFIGURATION = "Configuration"
    BUG = "Bug"
    JOB = "Job"
    TEST = "Test"
    CANCELED = "Canceled"
    TIMEOUT = "LAVATimeout"
    MULTINODE_TIMEOUT = "MultinodeTimeout"

    BLAMES_THE_DEVICE = frozenset({INFRASTRUCTURE, CONFIGURATION, BUG})
    """After a job that ended with one of these, the device's health is Unknown."""
