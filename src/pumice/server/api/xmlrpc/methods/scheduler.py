"""scheduler: what concerns the scheduler as a whole."""

from __future__ import annotations

from django.conf import settings

from pumice.server.accounts.authentication import Requester
from pumice.server.api.xmlrpc.permissions import ANYONE
from pumice.server.api.xmlrpc.registry import method


@method("scheduler.get_publisher_event_socket", permission=ANYONE)
def get_publisher_event_socket(user: Requester) -> str:
    """Show where the server publishes its events.

    Returns
      The address of the ZMQ socket, such as tcp://*:5500. An asterisk stands for the host under
      which you reach this server.

    Example
      scheduler.get_publisher_event_socket()
    """
    return settings.EVENT_SOCKET
