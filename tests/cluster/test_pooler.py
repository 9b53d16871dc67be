"""PgBouncer in transaction mode between Tocsin and its server: one process works, workers are told what they lack.

Needs ``pgbouncer``: that on the path, or the one that TOCSIN_TEST_PGBOUNCER names. It is no Python package, so the
tests are skipped where it is missing.
"""

from __future__ import annotations

import asyncio
import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import Connection

from bot.clock import SystemClock
from bot.cluster.crew import Crew
from bot.cluster.jobs import Jobs, install
from bot.cluster.presence import Presence
from bot.cluster.share import Role
from bot.delivery.decisions import Policy
from bot.delivery.dispatcher import Dispatcher
from bot.secret import Secret
from bot.store import outbox
from bot.store.address import Server
from bot.store.db import Database
from tests.cluster.test_crew import until
from tests.cluster.test_jobs import enqueue
from tests.fakes.messenger import FakeMessenger

PATIENCE = 10.0
SETTINGS = """\
[databases]
* = host={host} port={port} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
auth_type = any
pool_mode = transaction
default_pool_size = 8
unix_socket_dir =
ignore_startup_parameters = extra_float_digits
"""


@pytest.fixture
def pooled(address: Server, tmp_path: Path) -> Iterator[Server]:
    """The database's address at the pooler's end."""
    program = os.environ.get("TOCSIN_TEST_PGBOUNCER") or shutil.which("pgbouncer")
    if program is None:
        pytest.skip("pgbouncer is not here; install it, or name it in TOCSIN_TEST_PGBOUNCER")
    parts = urlsplit(address.dsn.reveal())
    host = dict(parse_qsl(parts.query)).get("host") or parts.hostname or "127.0.0.1"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        own = free.getsockname()[1]
    user = parts.username or "postgres"
    settings = tmp_path / "pgbouncer.ini"
    settings.write_text(SETTINGS.format(host=host, port=parts.port or 5432, user=user, own=own))
    command = [program, str(settings)]
    if getpass.getuser() == "root":  # as whom it refuses to run, while the server's socket may be root's alone
        nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"]
        reads_all = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        command = ["setpriv", *nobody, *reads_all, *command]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as pooler:
        try:
            _wait_for(own, pooler)
            yield Server(Secret(f"postgresql://{user}@127.0.0.1:{own}{parts.path}"))
        finally:
            pooler.terminate()


def _wait_for(port: int, pooler: subprocess.Popen[str]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and pooler.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pooler.kill()
    pytest.skip(f"pgbouncer did not start here: {pooler.communicate()[1][-300:]}")


async def test_one_process_reads_and_writes_through_it_and_says_that_it_is_there(
    pooled: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    db = Database(pooled)
    db.open()
    try:
        await asyncio.gather(*(db.tx(partial(enqueue, number=number)) for number in range(20)))
        await asyncio.gather(*(db.posting(lambda c: outbox.pending_count(c)) for _ in range(20)))
        counts = await asyncio.gather(*(db.read(outbox.pending_count) for _ in range(20)))
    finally:
        db.close()
    assert set(counts) == {20}
    assert "a pooler in the way" in capsys.readouterr().out


async def test_a_worker_through_it_still_delivers(pooled: Server, address: Server) -> None:
    direct = Database(address)
    direct.open()
    direct.write(install)
    direct.write(_some)
    db, clock = Database(pooled), SystemClock()
    db.open()
    messenger = FakeMessenger()
    dispatcher = Dispatcher(
        db, {"fake": messenger}, clock, policy=Policy(gap=0.0), sole_owner=False, observe=lambda _outcome: None
    )
    roles = [Role.DELIVER]
    crew = Crew(db, clock, Jobs(pooled), roles, poller=None, dispatcher=dispatcher, platforms=["fake"])  # type: ignore[arg-type]
    share = await crew.join(Presence(db, clock, roles))
    running = [asyncio.ensure_future(task()) for task in share.tasks]

    async def is_sent() -> bool:
        return not await direct.read(outbox.pending_count)

    try:
        await until(is_sent)
    finally:
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        db.close()
        direct.close()
    keys = [one.key for one in messenger.state.sent]
    assert len(keys) == len(set(keys)) == 12


def _some(connection: Connection) -> None:
    for number in range(12):
        enqueue(connection, lane=f"fake:T:{number % 3}", number=number)
