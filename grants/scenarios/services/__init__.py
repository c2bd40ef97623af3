"""Verbs: make and edit scenarios, accept them, have them computed; financing; waiting lists."""

from grants.scenarios.services.accepting import accept
from grants.scenarios.services.computing import ask, keep
from grants.scenarios.services.editing import Typed, save_line
from grants.scenarios.services.making import make

__all__ = ["Typed", "accept", "ask", "keep", "make", "save_line"]
