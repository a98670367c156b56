"""MultiNode: what a job of a group tells the others, and waits for from them.

A job joins its group before its first action and leaves it when all is cleaned up. Between the
two its tests call from the board's console (:mod:`~pumice.dispatcher.multinode.console`), its
interactive tests from their scripts, and any action before it runs
(:mod:`~pumice.dispatcher.multinode.actions`). All calls go through
:class:`~pumice.dispatcher.multinode.group.Group` to the coordinator, the only thing outside of
the process that this package touches. A coordinator that does not answer is asked again until
the action's time is up, then the job fails with InfrastructureError; what others do not send in
time is a MultinodeTimeout.
"""
