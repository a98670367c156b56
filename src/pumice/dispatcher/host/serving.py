"""One file, served to the board by HTTP for as long as it is needed."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

from aiohttp import web

from pumice.dispatcher.errors import InfrastructureError

_HEADERS = {"Content-Type": "application/octet-stream"}
_LEAVE_SECONDS = 2.0


class FileServer:
    """Serves one file at an address that nobody guesses: what boards get holds secrets.

    Boards may reach this host by an address that it does not know itself (a translated one), so
    it listens at all of them, at a port that the system chooses.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place = f"/{secrets.token_urlsafe(24)}/{path.name}"
        self._runner: web.AppRunner | None = None
        self.fetched = 0

    async def start(self, address: str) -> str:
        """Begin to serve; return the file's address for a board that reaches this host so.

        Raises InfrastructureError where no port can be had.
        """
        application = web.Application()
        application.router.add_get(self._place, self._answer)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=_LEAVE_SECONDS)
        await self._runner.setup()
        site = web.TCPSite(self._runner, None if ":" in address else "0.0.0.0", 0)  # noqa: S104
        try:
            await site.start()
        except OSError as error:
            raise InfrastructureError(f"cannot serve {self._path.name}: {error}") from error
        port = self._runner.addresses[0][1]
        host = f"[{address}]" if ":" in address else address
        return f"http://{host}:{port}{self._place}"

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.fetched += request.method == "GET"
        return web.FileResponse(self._path, headers=_HEADERS)

    async def close(self) -> None:
        """Serve it no longer."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await asyncio.shield(runner.cleanup())
