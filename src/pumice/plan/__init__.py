"""What a plan is: a tree of actions with levels, timeouts and retry counts. Pure.

Promises: a plan is a value. :mod:`pumice.plan.actions` holds the tree,
:mod:`pumice.plan.timeouts` settles how long each action may take,
:mod:`pumice.plan.description` writes the tree as the ``description.yaml`` that clients read.
An action names the function that performs it by text, so a plan is made, compared and printed
where nothing can be performed.

Touches nothing, and never fails on a tree that :mod:`pumice.definitions.planning` made.
"""
