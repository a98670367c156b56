"""How a job can fail: one class for each error type that clients know.

The docstring of a class says what is wrong and whose turn it is; an instance's text says what
happened. ``retried`` tells whether another attempt can help, ``timeout`` that time was up.
"""

from __future__ import annotations

from pumice.wire.states import ErrorType


class JobFailure(Exception):
    """The job failed: the subclass says why."""

    error_type: str = ErrorType.BUG
    retried: bool = False
    timeout: bool = False


class InfrastructureError(JobFailure):
    """Something in the lab or the network failed: the job itself may be right; check the lab."""

    error_type = ErrorType.INFRASTRUCTURE
    retried = True


class ConnectionClosed(InfrastructureError):
    """The board's console ended before the job did: the board or its emulator went away."""


class JobError(JobFailure):
    """The job's data is wrong, or the software under test does not boot: change the job."""

    error_type = ErrorType.JOB
    retried = True


class KernelPanic(JobError):
    """The board's kernel stopped: look at its messages above."""


class TestError(JobFailure):
    """A test asked for the job's end, hung, or spoke the test protocol wrongly: see its log."""

    __test__ = False
    error_type = ErrorType.TEST
    retried = True


class ConfigurationError(JobFailure):
    """The device's or the worker's configuration is wrong: its administrator must change it."""

    error_type = ErrorType.CONFIGURATION


class DispatcherBug(JobFailure):
    """Pumice itself is wrong: please report the text with the job's log."""

    error_type = ErrorType.BUG


class MultinodeTimeout(JobFailure):
    """Another job of the group did not come, or did not send what was waited for: see its log."""

    error_type = ErrorType.MULTINODE_TIMEOUT
    timeout = True


class JobCanceled(JobFailure):
    """Somebody canceled the job."""

    error_type = ErrorType.CANCELED


_TIMEOUTS: dict[str, type[JobFailure]] = {
    kind.error_type: kind for kind in (InfrastructureError, JobError, TestError)
}


def timed_out(error_type: str, name: str, seconds: float) -> JobFailure:
    """The error of an action that took longer than ``seconds``."""
    text = f"{name} timed out after {max(1, round(seconds))} seconds"
    failure = _TIMEOUTS.get(error_type, JobError)(text)
    failure.timeout = True
    return failure
