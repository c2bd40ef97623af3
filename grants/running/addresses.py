"""Where this checkout's own servers listen, for whoever runs beside them."""

from __future__ import annotations

from dataclasses import replace

from config import Settings
from grants.running.ports import LOOPBACK, Ports
from grants.running.postgres import Cluster
from grants.running.valkey import Broker

FIRST_WEB_PORT = 8000


def cluster(settings: Settings, port: int) -> Cluster:
    """This checkout's PostgreSQL."""
    return Cluster(data=settings.var / "postgres", run=settings.var / "run", port=port)


def broker(settings: Settings, port: int) -> Broker:
    """This checkout's Valkey."""
    return Broker(data=settings.var / "valkey", run=settings.var / "run", port=port)


def resolved(settings: Settings) -> Settings:
    """The settings with the addresses of the embedded servers filled in, where they are known.

    What the environment says is never overruled.
    """
    if not settings.embedded:
        return settings
    ports = Ports(settings.var / "run")
    database_url, broker_url = settings.database_url, settings.broker_url
    mail_url, base_url = settings.mail_url, settings.base_url
    if database_url is None and (port := ports.kept("postgres")):
        made = cluster(settings, port)
        database_url = made.url if made.password.exists() else None
    if broker_url is None and (port := ports.kept("valkey")):
        kept = broker(settings, port)
        broker_url = kept.url if kept.password.exists() else None
    if mail_url is None and (port := ports.kept("smtp")):
        mail_url = f"smtp://{LOOPBACK}:{port}"
    if base_url is None and (port := ports.kept("web")):
        base_url = f"http://{LOOPBACK}:{port}"
    return replace(
        settings,
        database_url=database_url,
        broker_url=broker_url,
        mail_url=mail_url,
        base_url=base_url,
    )
