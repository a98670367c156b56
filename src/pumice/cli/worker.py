"""``pumice worker``: a worker for a server, on this or another host."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import click


@click.command()
@click.option("--url", required=True, help="The server's address, with its mount path.")
@click.option("--name", help="This worker's name on the server.  [default: the host's full name]")
@click.option(
    "--worker-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("/var/lib/pumice/worker"),
    show_default=True,
    help="Where jobs are kept. One worker uses it at a time.",
)
@click.option(
    "--token-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Holds this worker's token.  [default: token in the worker's folder]",
)
@click.option("--token", help="This worker's token; it is then kept in the token file.")
@click.option(
    "--ping-interval",
    type=click.FloatRange(min=1),
    default=20.0,
    show_default=True,
    help="Seconds between pings; the server tells of new jobs at once in any case.",
)
@click.option(
    "--coordinator",
    metavar="HOST:PORT",
    default="",
    help="Where the jobs of MultiNode groups meet.  [default: what "
    "/etc/lava-coordinator/lava-coordinator.conf says, or port 3079 of the server's host]",
)
@click.option("--ws-url", expose_value=False, help="Accepted and not used: --url is enough.")
@click.option(
    "--level",
    type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"], case_sensitive=False),
    default="INFO",
    show_default=True,
    help="How much is said on standard error.",
)
@click.pass_context
def worker(
    context: click.Context,
    url: str,
    name: str | None,
    worker_dir: Path,
    token_file: Path | None,
    token: str | None,
    ping_interval: float,
    coordinator: str,
    level: str,
) -> None:
    """Run the jobs that a server has for this host.

    Stopping the worker stops none of its jobs: the next one with the same folder goes on with
    them. Without a token the worker asks the server to register it.
    """
    from pumice.wire.coordinator import InvalidSettings, address
    from pumice.worker.config import WorkerConfig
    from pumice.worker.main import main

    if not url.startswith(("http://", "https://")):
        raise click.BadParameter("must begin with http:// or https://", param_hint="--url")
    if coordinator:
        try:
            address(coordinator)
        except InvalidSettings as error:
            raise click.BadParameter(str(error), param_hint="--coordinator") from error
    logging.basicConfig(
        level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    config = WorkerConfig(
        url=url,
        name=name or socket.getfqdn(),
        worker_dir=worker_dir,
        token=token,
        token_file=token_file,
        ping_interval=ping_interval,
        coordinator=coordinator,
    )
    context.exit(main(config))
