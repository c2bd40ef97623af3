"""What unblocks the other refusals between the vote and the closing of its year."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, object] = {}
_A_DAY_GONE = _l("Write the day on which it happened, today at the latest.")
_THE_FILE = _l(
    "Export it again from the software of the accounting office, or ask the bank for it, "
    "then choose that file."
)
_A_COLLEAGUE = _l(
    "A colleague with the same role does it; an administrator of the authority can give "
    "that role to one."
)
_EITHER_DAY = _l("Correct this day, or the day that it contradicts.")
_THE_MINUTES = _l("Correct the numbers: those of the minutes.")
_FROM_THEN_ON = _l("Write that day or a later one.")
_CHOSEN_FROM_THEN_ON = _l("Choose that day or a later one.")
_LESS = _l("Lower the amount to what is left.")
REMEDIES: dict[str, object] = {
    "agreement.day_to_come": _A_DAY_GONE,
    "council.convened_in_the_future": _A_DAY_GONE,
    "deliberation.executory_to_come": _A_DAY_GONE,
    "deliberation.withdraw.to_come": _A_DAY_GONE,
    "duty.done_later": _A_DAY_GONE,
    "advance.act_in_future": _A_DAY_GONE,
    "advance.repaid_in_future": _A_DAY_GONE,
    "condition.to_come": _A_DAY_GONE,
    "payment_order.paid_to_come": _A_DAY_GONE,
    "watch.capital_in_future": _A_DAY_GONE,
    "annulment.to_come": _A_DAY_GONE,
    "withdrawal.day_to_come": _A_DAY_GONE,
    "agreement.before_signature": _l(
        "Write that day or a later one, as the acknowledgement of receipt says."
    ),
    "agreement.amount_above_award": _l(
        "Lower the amount; to give more, put a top-up to the vote of the deciding body."
    ),
    "agreement.ended": _l(
        "Nothing more is signed under it: another award, voted anew, has an agreement of its own."
    ),
    "usual_text.block_missing": _l(
        "Put these words back where they belong: they are listed beside the text."
    ),
    "usual_text.variable_unknown": _l("Choose among those that are listed beside the text."),
    "appeal.already_filed": _l(
        "Add what you have to say by a message to the service; or take that appeal back, "
        "then file another."
    ),
    "appeal.raise.proposed_already": _l(
        "Change that proposal on the decision table, or take it off before making another."
    ),
    "appeal.reopen.not_accepted": _l("Answer the appeal first: accept it, for a new deliberation."),
    "council.closed": _l(
        "What was left undone is put on the agenda of another session, under Council sessions."
    ),
    "council.not_open": _l(
        "Whoever keeps the session opens the meeting on its page, on the day; once it is "
        "over, plan another one."
    ),
    "council.ended": _l("To note that they are back, add a new term for them."),
    "council.ends_before_it_begins": _EITHER_DAY,
    "council.first_had_its_quorum": _l(
        "Plan an ordinary session, with its own call and its own quorum."
    ),
    "council.item_voted": _l(
        "To come back on what was voted, put a new item on the agenda of another session."
    ),
    "council.item_withdrawn": _l("Put it on the agenda of another session."),
    "council.left_before": _l("Write a later hour, or correct the hour of their arrival."),
    "council.was_there": _l("Note first the hour at which they left, or untick them."),
    "council.minutes_concern_you": _A_COLLEAGUE,
    "council.minutes_too_early": _l("End the meeting first, on its page."),
    "council.proxy_to_oneself": _l("Choose another member as the holder."),
    "council.second_agenda": _l("Plan another session for what is new."),
    "council.second_called_before": _l("Write that day or a later one for the call."),
    "council.second_too_soon": _CHOSEN_FROM_THEN_ON,
    "council_session.convened_after": _EITHER_DAY,
    "council_session.hold.too_early": _l(
        "Come back on that day; if it is held earlier, change the date of the session first."
    ),
    "delegation.begins_before_vote": _EITHER_DAY,
    "delegation.ended_before_vote": _EITHER_DAY,
    "delegation.ends_before_it_begins": _EITHER_DAY,
    "delegation.to_the_council": _l("Choose one of these two as the body that decides under it."),
    "delegation.used_since": _l("Choose a later day: what was decided under it stays."),
    "deliberation.executory_already": _l(
        "If something is to be undone, begin the withdrawal of an award, or note the "
        "annulment of the act."
    ),
    "deliberation.executory_before_vote": _FROM_THEN_ON,
    "deliberation.withdraw.before_vote": _FROM_THEN_ON,
    "annulment.before_vote": _FROM_THEN_ON,
    "deliberation.more_members_than_seats": _THE_MINUTES,
    "deliberation.negative": _THE_MINUTES,
    "deliberation.too_many_not_taking_part": _THE_MINUTES,
    "deliberation.too_many_proxies": _THE_MINUTES,
    "deliberation.votes_do_not_add_up": _THE_MINUTES,
    "deliberation.number_taken": _l(
        "Give this one its own number, or open the other under Deliberations."
    ),
    "deliberation.withdraw.not_adopted": _l(
        "Its applications may be put to another vote, from the decision table."
    ),
    "deliberation.withdrawn": _l(
        "Its applications are back on the decision table, for another vote."
    ),
    "proposal.already_decided": _l(
        "To give more, propose a top-up; to come back on it, withdraw the award or the act."
    ),
    "proposal.twice": _l("Keep one line of the two."),
    "advance.already_planned": _l(
        "What changes is decided part by part, on its page: repaid, or waived by an act."
    ),
    "advance.not_paid": _l(
        "Pay it first: its schedule is planned then. What will not be paid is cancelled by "
        "a withdrawal."
    ),
    "advance.settled": _l("Choose a part that is still owed."),
    "report.files_too_many": _l("Take one out first, or join several into one file."),
    "report.not_submitted": _l(
        "Once the beneficiary has sent it, it comes back under Financial reports."
    ),
    "report.settled": _l("To change it, ask the service to send it back to you."),
    "report.text_too_long": _l("Shorten it, or add it as a document."),
    "report.year_before_act": _l("Choose the end of a year of use after the vote."),
    "report.amount_wrong": _l("Correct the amount, in euros."),
    "report.label_too_long": _l("Shorten these words."),
    "report.nothing_spent": _l(
        "Write what was spent; if nothing was, tell the service, which withdraws the award."
    ),
    "act.unbalanced": _l("Correct one of the amounts."),
    "closing.too_early": _l("Come back on that day; the list may be read already."),
    "ledger.authorisation_of_money": _l(
        "Choose euros; floor area and hours go straight to the envelope of a year."
    ),
    "ledger.authorisation_years": _l("Choose one of these years."),
    "ledger.label_taken": _l("Give this one another name, or add credits to that one."),
    "ledger.not_authorised_there": _l(
        "Choose an envelope of one of its years, of the same section."
    ),
    "ledger.not_next_book": _l("Choose an envelope of a later year."),
    "ledger.several_books": _l("Make one entry for each year and each authority."),
    "ledger.transfer_across": _l(
        "Choose another envelope; between sections, the assembly votes an amending decision."
    ),
    "letters.not_whole": _A_COLLEAGUE,
    "order_batch.not_whole": _A_COLLEAGUE,
    "scenario.recused": _A_COLLEAGUE,
    "letters.released": _l("What must still be said goes by a message, on the page of the file."),
    "bank_details.answered": _l(
        "If the account is wrong, the beneficiary gives another one with their next claim; "
        "finance agrees to it under Bank details."
    ),
    "bank_details.same_person": _A_COLLEAGUE,
    "payment_setting.same_person": _A_COLLEAGUE,
    "claim.already_made": _l(
        "Nothing is to be done again: the page of your payments says where it stands. To "
        "correct it, ask the service to send it back."
    ),
    "claim.award_withdrawn": _l(
        "Claim the next instalment, if there is one; the page of the withdrawal tells how "
        "to contest it."
    ),
    "condition.certified_already": _l(
        "Send the claim back first, if a proof was noted wrongly: the new claim has its "
        "conditions open."
    ),
    "instalment.share_too_small": _l("Give it a larger share, or take it off the plan."),
    "order_batch.codes_missing": _l(
        "Whoever prepares orders writes them under Settings, in Finance."
    ),
    "order_batch.function_malformed": _l(
        "Finance corrects it on the page of the envelope, under its name."
    ),
    "order_batch.no_account": _l(
        "A partner gives its account under Settings; an authority hands over the mandate "
        "list or the PES flow instead."
    ),
    "order_batch.not_signed": _l(
        "Those who approve sign them or turn them down, on the page of the batch."
    ),
    "order_batch.nothing_signed": _l(
        "Have its orders signed first; shares and premises are not paid by transfer."
    ),
    "payment_order.accepted_before_signed": _l("Write a day in between."),
    "payment_order.bounced_before_paid": _l("Write a day in between, as the bank says."),
    "payment_order.approve.same_person": _l(
        "Somebody else among those who approve signs it; they find it under Payment orders."
    ),
    "payment_order.paid_before_approval": _l(
        "Write that day or a later one; if it was truly paid before, turn to the accounting office."
    ),
    "payment_return.camt_again": _l(
        "Nothing is missing: its lines are there. Take the next statement in."
    ),
    "payment_return.columns": _l(
        "Name these four columns in the first line of the file, then choose it again."
    ),
    "payment_return.empty": _THE_FILE,
    "payment_return.not_camt": _THE_FILE,
    "payment_return.not_pes": _THE_FILE,
    "payment_return.not_xml": _THE_FILE,
    "payment_return.line": _l(
        "Correct this line in the file, then take it in again: nothing will act twice."
    ),
    "payment_return.camt_currency": _l("Take in the statement of the account in euros."),
    "payment_return.camt_sum": _l("Ask the bank for the whole statement, then take that one in."),
    "payment_return.camt_details": _l(
        "Ask the bank for the whole statement, then take that one in."
    ),
    "payment_return.paid_twice": _l(
        "Set this line aside with the reason; if the money left twice, ask the bank, or the"
        " beneficiary, for it back."
    ),
    "payment_return.settled": _l(
        "Open the file that holds it: it says with which order, or why it was set aside."
    ),
    "payment_return.to_come": _l(
        "Check the date of the line in the file; or match it on that day."
    ),
    "payment_return.too_long": _l("Cut it in two files."),
    "payment_return.file_too_large": _l("Cut it in two files, or ask for a shorter period."),
    "payment_return.unknown_batch": _l(
        "Choose the authority whose batch it is, or check the file with the accounting office."
    ),
    "payment_setting.authorities_have_no_account": _l(
        "Leave the account empty; its payments leave as a mandate list or as a PES flow."
    ),
    "payment_setting.change_waits": _l(
        "A second person answers it under Settings; whoever proposed it may give it up."
    ),
    "payment_setting.nothing_waits": _l(
        "The settings say what is in force; propose another change if need be."
    ),
    "financing.public_aid": _l("Lower the amount, or agree with the other funders on their share."),
    "scenario.name_taken": _l("Give this one another name."),
    "waiting.not_offered": _l(
        "Those before it are offered the money first: it is told as soon as its turn comes."
    ),
    "waiting.not_waitable": _l(
        "Have it put on the list by the next vote, from the decision table."
    ),
    "waiting.not_waiting": _l("The waiting list of the call says what became of it."),
    "waiting.too_much": _l("Lower the amount; what is left goes to the next one."),
    "watch.nothing_to_override": _l("Nothing stops you here: go on with the decision."),
    "watch.public_part_wrong": _l("Correct one of the two amounts."),
    "withdrawal.advance_has_schedule": _l(
        "Lower the amount to what is not paid; a part that will not come back is waived by "
        "an act, on the page of the advance."
    ),
    "withdrawal.before_claim": _FROM_THEN_ON,
    "withdrawal.before_decision": _FROM_THEN_ON,
    "withdrawal.before_executory": _FROM_THEN_ON,
    "withdrawal.before_notice": _FROM_THEN_ON,
    "withdrawal.beyond_announced": _l(
        "Lower the amount; to take more, let this withdrawal go and announce another one."
    ),
    "withdrawal.beyond_award": _LESS,
    "withdrawal.beyond_claim": _LESS,
    "withdrawal.claimed_already": _l(
        "Note what comes back under Recoveries; a wrong number is corrected with the "
        "accounting office."
    ),
    "withdrawal.not_open": _l("Write to the service by a message, or contest the decision."),
    "withdrawal.nothing_left": _l("What was paid and asked back is followed under Recoveries."),
    "withdrawal.observed_already": _l(
        "Add what you have to say by a message to the service, or at the hearing."
    ),
    "withdrawal.repay_too_late": _l("Write that day or an earlier one."),
    "withdrawal.too_early": _l(
        "Decide from the next day on; if the answer came before, note it on this page."
    ),
    "withdrawal.too_late_for_error": _l(
        "Choose another ground if there is one: conditions that were not met, a breach, or "
        "what the beneficiary gives up."
    ),
    "withdrawal.too_short": _CHOSEN_FROM_THEN_ON,
    "withdrawal.under_way": _l(
        "Open the one that is under way, under Withdrawals: decide it, or let it go first."
    ),
    "deliberation.no_tie_to_settle": _l("Leave the casting vote empty."),
    "instalment.shares_not_whole": _l("Correct one of the shares."),
    "payment_setting.budget_malformed": _l(
        "The accounting office gives this code: ask for it there, then write it as it is."
    ),
    "payment_setting.community_malformed": _l(
        "The accounting office gives this code: ask for it there, then write it as it is."
    ),
    "payment_setting.post_malformed": _l(
        "The accounting office gives this code: ask for it there, then write it as it is."
    ),
    "scan.withheld": _A_COLLEAGUE,
    "watch.siren_wrong": _l(
        "Check it on a paper of the company: it is the beginning of its SIRET."
    ),
    "signing.begins_before_executory": _EITHER_DAY,
    "signing.ends_before_it_begins": _EITHER_DAY,
    "signing.executory_before_act": _EITHER_DAY,
    "signing.revoked_before_act": _EITHER_DAY,
    "signing.executory_to_come": _l("Come back on that day; until then whoever presides signs."),
    "signing.not_of_the_authority": _l("Ask an administrator of the authority, under its people."),
    "signing.president_signs_already": _l("Nothing is to be recorded: go on and sign."),
    "signing.recorded": _l(
        "Open the one that is recorded; to change it, take it back by an act, then record "
        "the new one."
    ),
    "claim.clock_stopped": _l(
        "Note the answer on the page of the claim, if it came otherwise than here; or send "
        "the claim back."
    ),
    "claim.pause_day": _l("Write a day in between."),
    "claim.resume_day": _l("Write a day in between."),
}
