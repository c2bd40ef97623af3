"""How gunicorn serves the site. Number of workers and address come on its command line."""

# ruff: noqa: E402 -- what follows is imported with the collector at rest

from __future__ import annotations

import gc

gc.disable()  # imports make a million objects and no garbage: a sixth of the start was its search

import os
from typing import TYPE_CHECKING

from config import Settings
from grants.app import create_app
from grants.running.addresses import resolved

if TYPE_CHECKING:
    from flask import Flask
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker

worker_class = "gthread"
threads = 4
preload_app = True
timeout = 30
graceful_timeout = 15
keepalive = 5
# Somewhere in memory: a heartbeat on a busy disk makes gunicorn kill healthy workers.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 -- gunicorn wants a string
# Its place would be shared by every checkout of the same account.
control_socket_disable = True
limit_request_line = 4094
limit_request_fields = 60
forwarded_allow_ips = "127.0.0.1,::1"


# Requests make far more objects than the 700 after which Python looks for cycles.
OBJECTS_BETWEEN_COLLECTIONS = 10_000


def application() -> Flask:
    """The site as this checkout's settings describe it.

    What was imported stays for good: the collector need not look at it again, and the memory
    that the workers share with the master stays shared.
    """
    app = create_app(resolved(Settings.from_env(os.environ)))
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 10, 10)
    gc.enable()
    return app


def post_fork(_server: Arbiter, worker: Worker) -> None:
    """Connections opened before the fork belong to the master: forget them without closing."""
    worker.app.wsgi().extensions["laureat"].database.forget_connections()
