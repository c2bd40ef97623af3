"""Why the withdrawal of an award, or of an act, is refused."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from grants.withdrawals.models import WithdrawalState as S

IS = {
    S.ASKED: _l("The beneficiary gives this award up: accept it, or let the award stand."),
    S.NOTIFIED: _l("Nothing is decided yet: decide first."),
    S.DECIDED: _l("This withdrawal is already decided."),
    S.EFFECTIVE: _l("This withdrawal is already carried out."),
    S.DROPPED: _l("This withdrawal was let go: begin another one."),
}
SENTENCES = {
    **{
        f"withdrawal.{verb}.from_{state}": words
        for verb in ("decide", "carry_out", "accept", "drop")
        for state, words in IS.items()
    },
    "withdrawal.grounds_missing": _l("Say why."),
    "withdrawal.breach_missing": _l("Write the day of the breach: the amount depends on it."),
    "withdrawal.too_short": _l(
        "The beneficiary has fifteen days at least: %(earliest_on)s is the first possible day."
    ),
    "withdrawal.under_way": _l("This award is already being withdrawn, or given up."),
    "withdrawal.not_committed": _l(
        "The act that gave this award is not executory: nothing is committed to withdraw."
    ),
    "withdrawal.nothing_left": _l("Nothing is left of this award to withdraw."),
    "withdrawal.beyond_award": _l("Only %(available)s are left of this award."),
    "withdrawal.advance_has_schedule": _l(
        "What was paid of an advance comes back by its schedule: withdraw what is not paid."
    ),
    "withdrawal.act_missing": _l("Write the number of the act."),
    "withdrawal.motives_missing": _l("Write the reasons: without them it is unlawful."),
    "withdrawal.day_to_come": _l("This day is still to come."),
    "withdrawal.before_notice": _l("The beneficiary was told on %(notified_on)s only."),
    "withdrawal.too_early": _l("The beneficiary may answer until the end of %(until_on)s."),
    "withdrawal.not_heard": _l("The beneficiary asked to be heard, and was not yet."),
    "withdrawal.beyond_announced": _l("%(asked)s were announced: no more is withdrawn."),
    "withdrawal.too_late_for_error": _l(
        "An award made in error could be withdrawn until %(until_on)s, four months after its vote."
    ),
    "withdrawal.drop_reason_missing": _l("Say why the award stands."),
    "withdrawal.not_open": _l("One no longer answers: it was decided, or let go."),
    "withdrawal.observed_already": _l("An answer was already sent, on %(observed_at)s."),
    "withdrawal.observations_missing": _l("Write your answer."),
    "withdrawal.note_missing": _l("Write what was said, or that nobody came."),
    "withdrawal.order_waits": _l("The order %(number)s is on its way."),
    "withdrawal.before_decision": _l("It was decided on %(decided_on)s only."),
    "withdrawal.repay_too_late": _l(
        "After a breach of the contract one repays within six months: by %(until_on)s."
    ),
    "withdrawal.nothing_to_claim": _l("Nothing is to be asked back of this withdrawal."),
    "withdrawal.title_missing": _l("Write the number of the titre de recettes."),
    "withdrawal.claimed_already": _l("It is already asked back, under %(title)s."),
    "withdrawal.before_executory": _l("The act is executory since %(executory_on)s only."),
    "withdrawal.not_claimed": _l("Nothing was asked back yet."),
    "withdrawal.beyond_claim": _l("Only %(available)s are still owed."),
    "withdrawal.before_claim": _l("It was asked back on %(claimed_on)s only."),
    "annulment.not_executory": _l("This act is not executory: nothing is committed."),
    "annulment.by_missing": _l("Write who annulled it."),
    "annulment.reference_missing": _l("Write its number."),
    "annulment.reason_missing": _l("Say why: the beneficiaries read it."),
    "annulment.to_come": _l("This day is still to come."),
    "annulment.before_vote": _l("It was voted on %(voted_on)s only."),
    "annulment.recused": _l("You are recused from one of the applications of this act."),
    "annulment.changed": _l(
        "Something was booked since this page was opened: read the table again, then sign."
    ),
    "annulment.orders_wait": _l("Orders are on their way: %(numbers)s."),
    "claim.award_withdrawn": _l("This part of the award was withdrawn: it is no longer paid."),
    "deliberation.withdrawn": _l("This act was withdrawn on %(on)s: nothing more is done with it."),
    "deliberation.withdraw.not_adopted": _l("This act was not adopted: it decided nothing."),
    "deliberation.withdraw.executory": _l("This act is executory since %(on)s."),
    "deliberation.withdraw.reason_missing": _l("Say why it will never be executory."),
    "deliberation.withdraw.before_vote": _l("It was voted on %(voted_on)s only."),
    "deliberation.withdraw.to_come": _l("This day is still to come."),
    "appeal.reopen.not_accepted": _l("Only an appeal that was accepted opens a file again."),
    "appeal.reopen.award_stands": _l("The award stands: propose what is to be added to it."),
    "appeal.raise.no_award": _l("This file was awarded nothing: have it decided again."),
    "appeal.raise.amount_missing": _l("Write an amount above zero."),
    "appeal.raise.proposed_already": _l("The service already proposes something for this file."),
}
REMEDIES = {
    "withdrawal.not_committed": _l("Withdraw the act itself, from the page of the deliberation."),
    "withdrawal.order_waits": _l("Turn it down, or wait until it is paid; then withdraw."),
    "annulment.not_executory": _l("Withdraw the act itself, from the page of the deliberation."),
    "annulment.recused": _l("A colleague who is not recused notes the annulment."),
    "annulment.orders_wait": _l("Turn them down, or wait until they are paid; then sign."),
    "withdrawal.not_heard": _l("Note the hearing, even where nobody came; then decide."),
    "withdrawal.nothing_to_claim": _l("An officer notes first that the act is executory."),
    "withdrawal.not_claimed": _l("Note the number of the titre de recettes first."),
    "deliberation.withdraw.executory": _l(
        "Its awards are committed: withdraw each beside it, or note the annulment of the whole act."
    ),
}
