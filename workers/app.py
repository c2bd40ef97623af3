"""The Celery application, its schedule and the doors its tasks use."""

from __future__ import annotations

import os
import pkgutil
from datetime import datetime
from functools import cache
from pathlib import Path

from celery import Celery
from celery.signals import worker_process_init

from config import Settings
from grants.db import Database
from grants.db.session import make_engine
from grants.files.store import FileStore
from grants.kernel.clock import site_clock
from grants.running.addresses import resolved

TASKS = Path(__file__).parent / "tasks"
DEADLINES_SECONDS = 10.0
SEAL_SECONDS = 10.0
SCAN_SECONDS = 5.0
WATCH_SECONDS = 20.0
WAITING_SECONDS = 60.0
REMIND_SECONDS = 300.0
SWEEP_SECONDS = 3600.0
VAULT_SECONDS = 600.0
MAILS_SECONDS = 5.0
HOUR_SECONDS = 3_600.0
JOBS_SECONDS = 15.0
TIME_LIMIT_SECONDS = 60
"""Below the broker's redelivery, else a second copy of a slow task would start beside it."""


@cache
def settings() -> Settings:
    """The deployment's settings, addresses of embedded servers included."""
    return resolved(Settings.from_env(os.environ))


@cache
def database() -> Database:
    """The two doors."""
    return Database(make_engine(str(settings().database_url), pool_size=2))


@cache
def store() -> FileStore:
    """Where documents are kept."""
    return FileStore(settings().storage, is_scanned=settings().clamd_url is not None)


def now() -> datetime:
    """The instant a task begins at: the site's own time, which a demonstration may move."""
    return site_clock(settings().clock_file).now()


def every(task: str, seconds: float) -> dict[str, object]:
    """One line of the schedule. A tick that nobody took before the next two is dropped."""
    return {"task": task, "schedule": seconds, "options": {"expires": 2 * seconds}}


def schedule() -> dict[str, dict[str, object]]:
    """What beat asks for, and how often (seconds)."""
    return {
        "relay": every("outbox.relay", settings().relay_seconds),
        "calls": every("deadlines.calls", DEADLINES_SECONDS),
        "drafts": every("deadlines.drafts", DEADLINES_SECONDS),
        "mails": every("mail.send", MAILS_SECONDS),
        "seal": every("outbox.seal", SEAL_SECONDS),
        "alerts": every("alerts.forget", HOUR_SECONDS),
        "votes": every("polls.close", DEADLINES_SECONDS),
        "voters": every("polls.forget", HOUR_SECONDS),
        "jobs": every("jobs.resume", JOBS_SECONDS),
        "experts": every("appraisal.remind", REMIND_SECONDS),
        "digests": every("appraisal.digests", REMIND_SECONDS),
        "scan": every("files.scan", SCAN_SECONDS),
        "waiting": every("scenarios.offer", WAITING_SECONDS),
        "watch": every("site.watch", WATCH_SECONDS),
        "remind": every("deadlines.remind", REMIND_SECONDS),
        "jurors": every("deadlines.jurors", REMIND_SECONDS),
        "documents": every("vault.warn", VAULT_SECONDS),
        "interests": every("juries.remind", VAULT_SECONDS),
        "reports": every("followup.expect", VAULT_SECONDS),
        "pay": every("payments.warn", VAULT_SECONDS),
        "dues": every("followup.remind", VAULT_SECONDS),
        "agreements": every("agreements.catch_up", REMIND_SECONDS),
        "sweep": every("files.sweep", SWEEP_SECONDS),
        "night": every("invariants.check", VAULT_SECONDS),
    }


def configuration() -> dict[str, object]:
    """Celery's settings, asked for on first use so that importing a task needs no environment.

    Nothing here may depend on the kind of broker, but for what only one kind reads.
    """
    # kombu knows Valkey by the name of the protocol they share.
    url = str(settings().broker_url).replace("valkey://", "redis://", 1)
    return {
        "broker_url": url,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        # A task is acknowledged when done: a killed worker's tasks run again, hence `first_time`.
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_time_limit": TIME_LIMIT_SECONDS,
        "task_soft_time_limit": TIME_LIMIT_SECONDS - 10,
        "worker_prefetch_multiplier": 1,
        "worker_cancel_long_running_tasks_on_connection_loss": True,
        "worker_hijack_root_logger": False,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        # A message that cannot be published stays in PostgreSQL: better to say so at once.
        "task_publish_retry": False,
        "broker_transport_options": transport_options(url),
        "beat_schedule": schedule(),
    }


def transport_options(url: str) -> dict[str, float]:
    """What Redis and Valkey alone are told; RabbitMQ knows by itself.

    How long a task may stay unacknowledged, and how long a silent server is waited for (seconds).
    """
    if not url.startswith("redis"):
        return {}
    return {
        "visibility_timeout": 2 * TIME_LIMIT_SECONDS,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
    }


def task_modules() -> list[str]:
    """Every module of tasks there is."""
    return [f"workers.tasks.{module.name}" for module in pkgutil.iter_modules([str(TASKS)])]


@worker_process_init.connect
def forget_connections(**_: object) -> None:
    """Connections opened before the fork belong to the parent: forget them without closing."""
    if database.cache_info().currsize:
        database().forget_connections()


celery = Celery("laureat", include=task_modules())
celery.add_defaults(configuration)
