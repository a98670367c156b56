"""Pumice: a LAVA-compatible test-lab server, worker and dispatcher.

Three programs (server, worker, dispatcher) that speak three small languages: jobs
(:mod:`pumice.definitions`), devices (:mod:`pumice.devices`) and the wire between the
programs (:mod:`pumice.wire`). The languages are pure: no Django, no network.
"""

__version__ = "0.1.0"
