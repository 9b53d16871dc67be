"""The jobs of a cluster: Procrastinate on the same PostgreSQL, in the transactions that make the work.

A job only names a lane or a claimed feed; what there is to do stands in our own rows. So a job that is lost, doubled
or late does no harm: the sweep makes it again, and whoever comes second finds nothing to do. Procrastinate's tables lie
in a schema of their own and are made anew when its version changes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from importlib.metadata import version

import structlog
from procrastinate import App, JobContext, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.schema import SchemaManager
from procrastinate.types import JSONDict
from psycopg import AsyncConnection
from psycopg import Error as DriverError
from sqlalchemy import Column, Connection, MetaData, Table, Text, and_, bindparam, cast, func, select, text

from bot.feeds.polling import FeedRow
from bot.store.address import Server

SCHEMA = "tocsin_jobs"
DELIVER = "deliver"
PROCESS = "process"
CONCURRENCY = 16
BEAT_SECONDS = 2.0
STALLED_SECONDS = 10.0  # without a beat, after which a worker's jobs are given to others
POLL_SECONDS = 0.3  # where no notification comes: through a pooler, and for jobs that a silent worker had
GRACE_SECONDS = 8.0
RETRY_SECONDS = 2.0

_TALKATIVE = ("procrastinate", "psycopg.pool")

Handlers = dict[str, Callable[..., Awaitable[None]]]
"""What to do with a job, by queue; called with the job's arguments by name. Must not raise."""

_JOBS = Table(
    "procrastinate_jobs",
    MetaData(schema=SCHEMA),
    Column("lock", Text),
    Column("queue_name", Text),
    Column("status", Text),
)
_IS_WAITING = and_(_JOBS.c.queue_name == bindparam("queue"), cast(_JOBS.c.status, Text) == "todo")
_WAITING = select(_JOBS.c.lock).where(_IS_WAITING).distinct()
_STALLED = text(
    "SELECT job.id FROM procrastinate_jobs AS job LEFT JOIN procrastinate_workers AS worker"
    " ON worker.id = job.worker_id WHERE job.status = 'doing' AND (worker.id IS NULL"
    " OR worker.last_heartbeat < now() - make_interval(secs => :seconds))"
)
_TAKE_STALLED = text(f"{_STALLED.text} FOR UPDATE OF job SKIP LOCKED")  # another worker may be at it
_COUNT = select(func.count()).select_from(_JOBS).where(_IS_WAITING)

log = structlog.get_logger("tocsin.jobs")


def install(connection: Connection) -> None:
    """Make Procrastinate's tables where they are missing or another version's."""
    wanted = f"procrastinate {version('procrastinate')}"
    found = connection.execute(
        text("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = :name"), {"name": SCHEMA}
    ).scalar()
    if found == wanted:
        return
    connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
    connection.exec_driver_sql(f"COMMENT ON SCHEMA {SCHEMA} IS '{wanted}'")
    _look_in_ours(connection)
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(SchemaManager.get_schema())


class Jobs:
    """Defers jobs in a transaction of ours, and carries them out."""

    def __init__(self, server: Server) -> None:
        self._dsn = server.dsn.reveal().replace("postgres://", "postgresql://", 1)
        self._deferring = App(connector=SyncPsycopgConnector())  # never opened: always on a connection of ours

    def defer_lanes(self, connection: Connection, lanes: Iterable[str]) -> None:
        """Have each of the lanes emptied, one worker at a time."""
        self._defer(connection, [_job(DELIVER, lane, {"lane": lane}) for lane in sorted(lanes)])

    def defer_feeds(self, connection: Connection, rows: Iterable[tuple[FeedRow, str]]) -> None:
        """Have claimed feeds polled, one at a time of each host: ``(row, host)``, the row as claimed."""
        self._defer(
            connection,
            [_job(PROCESS, f"host:{host}", {"feed": row.id, "until": row.next_due.isoformat()}) for row, host in rows],
        )

    def waiting(self, connection: Connection, queue: str) -> frozenset[str]:
        """Return the locks of the jobs that wait in a queue."""
        rows = connection.execute(_WAITING, {"queue": queue})
        return frozenset(rows.scalars())

    def count(self, connection: Connection, queue: str) -> int:
        """Count the jobs that wait in a queue."""
        return int(connection.execute(_COUNT, {"queue": queue}).scalar_one())

    def has_stalled(self, connection: Connection) -> bool:
        """Tell whether there are jobs of workers that have fallen silent."""
        _look_in_ours(connection)
        return connection.execute(_STALLED, {"seconds": STALLED_SECONDS}).first() is not None

    def requeue_stalled(self, connection: Connection) -> int:
        """Give the jobs of workers that have fallen silent to others; return how many."""
        _look_in_ours(connection)
        ids = list(connection.execute(_TAKE_STALLED, {"seconds": STALLED_SECONDS}).scalars())
        for key in ids:
            connection.execute(text("SELECT procrastinate_retry_job_v2(:id, now(), NULL, NULL, NULL)"), {"id": key})
        return len(ids)

    async def run(self, handlers: Handlers, *, listen: bool = True) -> None:
        """Carry out jobs until cancelled; while the database is away, try again. ``listen``: with notifications."""
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.CRITICAL)  # tracebacks of what we say ourselves
        while True:
            try:
                await self._work(handlers, listen=listen)
            except (ConnectorException, DriverError) as error:
                log.warning("jobs stand still", error=" ".join(str(error.__cause__ or error).split()))
                await asyncio.sleep(RETRY_SECONDS)

    async def _work(self, handlers: Handlers, *, listen: bool) -> None:
        connector = PsycopgConnector(
            conninfo=self._dsn,
            kwargs={"prepare_threshold": None, "connect_timeout": 5, "application_name": "tocsin jobs"},
            configure=_configure,
            min_size=1,
            max_size=4,
        )
        app = App(connector=connector)
        for queue, handle in handlers.items():
            app.task(name=_task(queue), queue=queue, pass_context=True)(_handling(handle))
        async with app.open_async():
            await app.run_worker_async(
                queues=list(handlers),
                concurrency=CONCURRENCY,
                install_signal_handlers=False,
                listen_notify=listen,
                fetch_job_polling_interval=POLL_SECONDS,
                delete_jobs="always",
                update_heartbeat_interval=BEAT_SECONDS,
                stalled_worker_timeout=STALLED_SECONDS,
                shutdown_graceful_timeout=GRACE_SECONDS,
            )

    def _defer(self, connection: Connection, jobs: list[Job]) -> None:
        if not jobs:
            return
        _look_in_ours(connection)
        driver = connection.connection.driver_connection
        self._deferring.job_manager.batch_defer_jobs(jobs, connection=driver)


def _handling(handle: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    async def run(_context: JobContext, **arguments: object) -> None:
        await handle(**arguments)

    return run


def _job(queue: str, lock: str, arguments: JSONDict) -> Job:
    return Job(queue=queue, lock=lock, queueing_lock=None, task_name=_task(queue), task_kwargs=arguments)


def _task(queue: str) -> str:
    return f"tocsin.{queue}"


def _look_in_ours(connection: Connection) -> None:
    connection.exec_driver_sql(f"SET LOCAL search_path TO {SCHEMA}, public")


async def _configure(connection: AsyncConnection) -> None:
    await connection.execute(f"SET search_path TO {SCHEMA}, public")
    await connection.commit()
