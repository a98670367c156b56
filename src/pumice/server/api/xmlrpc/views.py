"""/RPC2 over HTTP: who asks, the body in, the response out.

It is served without middleware, so everything that it needs stands here. A session counts only for
the site's own pages, such as the help, from which people try methods.
"""

from __future__ import annotations

import logging

from django.core.exceptions import RequestDataTooBig
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt

from pumice.server.accounts.addresses import client_address
from pumice.server.accounts.authentication import (
    BadCredentials,
    Requester,
    by_basic_token,
    by_session,
)
from pumice.server.accounts.own_pages import is_from_own_page
from pumice.server.api.xmlrpc import dispatch
from pumice.server.api.xmlrpc.faults import Fault, internal
from pumice.server.api.xmlrpc.reading import read_call
from pumice.server.api.xmlrpc.writing import CannotWrite, write_fault, write_result
from pumice.server.audit.origin import came_from

HELP = "/api/help/"
MAX_BODY = 2_621_440
"""Bytes of a request; LAVA's limit."""

_REALM = 'Basic realm="XML-RPC Authentication token"'
log = logging.getLogger("pumice.xmlrpc")


@csrf_exempt
def rpc2(request: HttpRequest) -> HttpResponse:
    """Answer a call with 200 and its result or fault; 302 to the help where there is no call."""
    if request.method != "POST":
        return HttpResponseRedirect(HELP)
    try:
        body = request.body
    except RequestDataTooBig:
        return _refusal(400, f"The request is larger than {MAX_BODY} bytes")
    if not body:
        return HttpResponseRedirect(HELP)
    if len(body) > MAX_BODY:
        return _refusal(400, f"The request is larger than {MAX_BODY} bytes")
    with came_from("xmlrpc", client_address(request)):
        try:
            user = _requester(request)
        except BadCredentials as error:
            return _refusal(error.status, str(error))
        except DatabaseError:
            log.exception("a caller cannot be looked up")
            return _refusal(503, "The database does not answer: try again")
        answer = respond(user, body)
    response = HttpResponse(answer, content_type="application/xml; charset=utf-8")
    response["Content-Length"] = str(len(answer))
    return response


def respond(user: Requester, body: bytes) -> bytes:
    """The methodResponse to a methodCall; whatever went wrong is a fault in it."""
    try:
        name, arguments = read_call(body)
        return write_result(dispatch.call(user, name, arguments))
    except Fault as fault:
        return write_fault(fault.code, fault.text)
    except CannotWrite as error:
        log.exception("a result cannot be written")
        fault = internal(error)
        return write_fault(fault.code, fault.text)


def _requester(request: HttpRequest) -> Requester:
    header = request.META.get("HTTP_AUTHORIZATION")
    if header is not None:
        return by_basic_token(header)
    user = by_session(request)
    if user.is_authenticated and not is_from_own_page(request):
        raise BadCredentials(403, "A page of another site cannot call as the user who is signed in")
    return user


def _refusal(status: int, text: str) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type="text/html; charset=utf-8")
    response["Content-Length"] = str(len(response.content))
    if status == 401:
        response["WWW-Authenticate"] = _REALM
    return response
