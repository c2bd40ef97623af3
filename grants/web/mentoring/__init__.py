"""Pages for the people who give their time to a project; and what both sides' pages share."""

from grants.web.mentoring.pairs import bp

__all__ = ["bp"]
