"""Why a duty is not marked as done."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "duty.done_later": _l("This date is in the future."),
    "duty.done_before": _l(
        "This could not be done before %(begun_on)s, when it began to be due: write a later day."
    ),
}
