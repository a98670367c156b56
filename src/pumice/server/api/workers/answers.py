"""How the workers' doors answer."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpResponse


class Refused(Exception):
    """The request is refused: its status and text are the answer."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status

    def response(self) -> HttpResponse:
        return answer({"error": str(self)}, self.status)


def answer(body: Any, status: int = 200) -> HttpResponse:
    """A JSON answer."""
    return HttpResponse(orjson.dumps(body), content_type="application/json", status=status)
