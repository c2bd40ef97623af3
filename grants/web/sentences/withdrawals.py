"""Why the withdrawal of an award, or of an act, is refused."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from grants.withdrawals.models import WithdrawalState as S

IS = {
    S.ASKED: _l("The beneficiary gives this award up: accept it, or let the award stand."),
    S.NOTIFIED: _l("Nothing is decided yet: decide first."),
    S.DECIDED: _l("This withdrawal is already decided."),
    S.EFFECTIVE: _l("This withdrawal is already carried out."),
    S.DROPPED: _l("This withdrawal was not pursued: begin another one."),
}
SENTENCES = {
    **{
        f"withdrawal.{verb}.from_{state}": words
        for verb in ("decide", "carry_out", "accept", "drop")
        for state, words in IS.items()
    },
    "withdrawal.grounds_missing": _l("Say why."),
    "withdrawal.breach_missing": _l("Enter the date of the breach: the amount depends on it."),
    "withdrawal.too_short": _l(
        "The beneficiary must have at least fifteen days: %(earliest_on)s is the earliest "
        "possible date."
    ),
    "withdrawal.under_way": _l("This award is already being withdrawn, or given up."),
    "withdrawal.not_committed": _l(
        "The act that gave this award is not executory: nothing is committed to withdraw."
    ),
    "withdrawal.nothing_left": _l("Nothing is left of this award to withdraw."),
    "withdrawal.beyond_award": _l("Only %(available)s is left of this award."),
    "withdrawal.advance_has_schedule": _l(
        "What has been paid of an advance is repaid under its schedule: withdraw what has "
        "not been paid."
    ),
    "withdrawal.act_missing": _l("Write the number of the act."),
    "withdrawal.motives_missing": _l("Write the reasons: without them it is unlawful."),
    "withdrawal.day_to_come": _l("This date is in the future."),
    "withdrawal.before_notice": _l("The beneficiary was told only on %(notified_on)s."),
    "withdrawal.too_early": _l("The beneficiary may answer until the end of %(until_on)s."),
    "withdrawal.not_heard": _l("The beneficiary asked for a hearing, which has not been held yet."),
    "withdrawal.beyond_announced": _l("%(asked)s was announced: no more can be withdrawn."),
    "withdrawal.too_late_for_error": _l(
        "An award made in error could be withdrawn until %(until_on)s, four months after its vote."
    ),
    "withdrawal.drop_reason_missing": _l("Say why the award stands."),
    "withdrawal.not_open": _l("It is too late to answer: it was decided, or not pursued."),
    "withdrawal.observed_already": _l("An answer was already sent, on %(observed_at)s."),
    "withdrawal.observations_missing": _l("Write your answer."),
    "withdrawal.note_missing": _l("Write what was said, or that nobody attended."),
    "withdrawal.order_waits": _l("Payment order %(number)s is in progress."),
    "withdrawal.before_decision": _l("It was decided only on %(decided_on)s."),
    "withdrawal.repay_too_late": _l(
        "After a breach of the contract, repayment is due within six months: by %(until_on)s."
    ),
    "withdrawal.nothing_to_claim": _l("This withdrawal leaves nothing to reclaim."),
    "withdrawal.title_missing": _l("Write the number of the titre de recettes."),
    "withdrawal.claimed_already": _l("It has already been reclaimed, under %(title)s."),
    "withdrawal.before_executory": _l("The act is executory since %(executory_on)s only."),
    "withdrawal.not_claimed": _l("Nothing has been reclaimed yet."),
    "withdrawal.beyond_claim": _l("Only %(available)s is still owed."),
    "withdrawal.before_claim": _l("It was reclaimed only on %(claimed_on)s."),
    "annulment.not_executory": _l("This act is not executory: nothing is committed."),
    "annulment.by_missing": _l("Write who annulled it."),
    "annulment.reference_missing": _l("Write its number."),
    "annulment.reason_missing": _l("Say why: the beneficiaries read it."),
    "annulment.to_come": _l("This date is in the future."),
    "annulment.before_vote": _l("It was voted only on %(voted_on)s."),
    "annulment.recused": _l("You are recused from one of the applications of this act."),
    "annulment.changed": _l(
        "Something has been posted since this page was opened: read the table again, then sign."
    ),
    "annulment.orders_wait": _l("Payment orders are in progress: %(numbers)s."),
    "claim.award_withdrawn": _l("This part of the award was withdrawn and can no longer be paid."),
    "deliberation.withdrawn": _l(
        "This act was withdrawn on %(on)s: nothing more can be done with it."
    ),
    "deliberation.withdraw.not_adopted": _l("This act was not adopted: it decided nothing."),
    "deliberation.withdraw.executory": _l("This act is executory since %(on)s."),
    "deliberation.withdraw.reason_missing": _l("Say why it will never be executory."),
    "deliberation.withdraw.before_vote": _l("It was voted only on %(voted_on)s."),
    "deliberation.withdraw.to_come": _l("This date is in the future."),
    "appeal.reopen.not_accepted": _l("Only an appeal that was upheld reopens an application."),
    "appeal.reopen.award_stands": _l("The award stands: propose what should be added to it."),
    "appeal.raise.no_award": _l("This application was awarded nothing: have it decided again."),
    "appeal.raise.amount_missing": _l("Write an amount above zero."),
    "appeal.raise.proposed_already": _l("Something is already proposed for this application."),
}
REMEDIES = {
    "withdrawal.not_committed": _l("Withdraw the act itself, from the page of the deliberation."),
    "withdrawal.order_waits": _l("Reject it, or wait until it is paid; then withdraw."),
    "annulment.not_executory": _l("Withdraw the act itself, from the page of the deliberation."),
    "annulment.recused": _l("A colleague who is not recused must record the annulment."),
    "annulment.orders_wait": _l("Reject them, or wait until they are paid; then sign."),
    "withdrawal.not_heard": _l("Record the hearing, even if nobody attended; then decide."),
    "withdrawal.nothing_to_claim": _l("An officer notes first that the act is executory."),
    "withdrawal.not_claimed": _l("Record the number of the titre de recettes first."),
    "deliberation.withdraw.executory": _l(
        "Its awards are committed: withdraw each beside it, or note the annulment of the whole act."
    ),
}
