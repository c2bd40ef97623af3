"""Which task hears which message. A kind that is not here is history only."""

from __future__ import annotations

from grants.notices.telling import TELLINGS

HANDLERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(TELLINGS, ("mail.compose",)),
    "application.submitted": ("mail.compose", "deposits.copy", "appraisal.route"),
    "decision.announced": ("mail.compose", "letters.write"),
    "payment_order.approved": ("payments.state",),
    "payment_order.paid": ("mail.compose", "payments.state"),
    "agreement.sent": ("mail.compose", "agreements.write"),
    "agreement.countersigned": ("mail.compose", "agreements.write"),
    "call.opened": ("alerts.tell",),
    "call.created": ("territories.open",),
    "call.settled": ("territories.open",),
    "call.published": ("territories.open",),
    "call.tries_emptied": ("files.forget",),
    "call.form_revised": ("drafts.rebase",),
    "job.started": ("jobs.hear",),
    "minutes.signed": ("minutes.write",),
}
