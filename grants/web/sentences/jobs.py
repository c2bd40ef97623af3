"""What became of long work, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {
    "job.failed": _l("Something went wrong on our side. Nothing was lost: start it again."),
    "job.starter_gone": _l("The account that asked for it is no longer active."),
    "job.line.forbidden": _l("You may not do this to this application."),
    "job.line.unknown": _l("This application is no longer within your reach."),
}
