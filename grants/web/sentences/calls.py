"""Why a call cannot be made, published, closed or reopened; and what is wrong with an answer."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "call.make_good.no_such_outage": _l(
        "This outage was made good already, or it is too old to be."
    ),
    # Making a call.
    "call.load_template.no_lead": _l("Choose the authority that leads the call."),
    "call.load_template.slug_taken": _l(
        "Another call already has the address “%(slug)s”. Choose another one."
    ),
    "call.load_template.envelope_in_another_unit": _l(
        "The envelope “%(envelope)s” does not count in the unit of this call."
    ),
    "call.load_template.envelope_of_another_funder": _l(
        "The envelope “%(envelope)s” belongs to another authority than the one chosen here."
    ),
    "call.window.no_end": _l("Say when the call closes: only rolling schemes stay open."),
    "call.window.closes_before_it_opens": _l("The call must close after it opens, %(opens_at)s."),
    # Writing its form.
    "call.edit.closed": _l("This call is over: its form changes no more."),
    "call.edit.frozen": _l(
        "This form is published and people answer it: begin a new version to change it."
    ),
    "call.edit.changed_meanwhile": _l(
        "A colleague changed this form while you were writing. What you typed is still here: read "
        "the form again, then save once more."
    ),
    "call.edit.key_taken": _l(
        "Another question already has the key “%(key)s”. Choose another one."
    ),
    "call.edit.last_section": _l("A form keeps at least one section."),
    "call.edit.key_answered": _l(
        "The key “%(key)s” cannot change: %(answers)s applications already hold an answer under it."
    ),
    "call.edit.type_answered": _l(
        "The type of “%(key)s” cannot change: %(answers)s applications already hold an answer to "
        "it. Add another question instead."
    ),
    "call.edit.breaks_rule": _l(
        "The rule of “%(where)s” would no longer work: change that rule first."
    ),
    "call.edit.circle": _l(
        "The rule of “%(where)s” would turn in a circle: it would depend on itself."
    ),
    "call.edit.rule_key_taken": _l("Another rule already has the key “%(key)s”."),
    "call.edit.award_rule_fixed": _l(
        "The call is published: people rely on what it says it gives. It changes no more."
    ),
    "call.edit.malformed": _l("The form would no longer hold together: %(mistake)s."),
    # Its life.
    "call.publish.from_published": _l("This call is already published."),
    "call.publish.from_closed": _l("This call is closed: reopen it instead."),
    "call.publish.from_archived": _l("This call is archived."),
    "call.publish.no_lead": _l("No authority leads this call."),
    "call.publish.no_form": _l("This call has no form."),
    "call.publish.no_title_field": _l("The form does not ask for the title of the project."),
    "call.publish.requested_in_another_unit": _l(
        "The form asks for an amount in another unit than the call’s (%(call_unit)s)."
    ),
    "call.publish.document_without_field": _l(
        "The document “%(document)s” is announced, but the form has no place to send it."
    ),
    "call.publish.no_stage": _l("Say what happens to applications: the call has no stage."),
    "call.publish.stage_without_criteria": _l(
        "The stage “%(stage)s” is judged by a jury, but has no jury with criteria."
    ),
    "call.publish.closes_in_the_past": _l(
        "This call would already be closed: its end, %(closes_at)s, has passed."
    ),
    "call.close.from_draft": _l("This call is a draft: it is not open."),
    "call.close.from_closed": _l("This call is already closed."),
    "call.close.from_archived": _l("This call is archived."),
    "call.expire.from_draft": _l("This call is a draft: it is not open."),
    "call.expire.from_closed": _l("This call is already closed."),
    "call.expire.from_archived": _l("This call is archived."),
    "call.expire.not_over": _l("This call is not over yet."),
    "call.reopen.from_draft": _l("This call is a draft: publish it instead."),
    "call.reopen.from_published": _l("This call is already open."),
    "call.reopen.from_archived": _l("This call is archived."),
    "call.reopen.closes_in_the_past": _l("The end of this call, %(closes_at)s, has passed."),
    "call.archive.from_draft": _l("Only a closed call can be archived."),
    "call.archive.from_published": _l("Only a closed call can be archived."),
    "call.archive.from_archived": _l("This call is already archived."),
    "call.extend.archived": _l("This call is archived."),
    "call.extend.in_the_past": _l("Choose a date to come: %(closes_at)s has passed."),
    # Answers.
    "form.required": _l("An answer is missing."),
    "form.file_required": _l("A document is missing."),
    "form.too_many_files": _l("%(files)s documents are attached, %(max)s at most are accepted."),
    "form.too_long": _l(
        "This text has %(length)s characters, %(max)s at most are accepted: take %(excess)s out."
    ),
    "form.too_many_words": _l(
        "This text has %(words)s words, %(max)s at most are accepted: take %(excess)s out."
    ),
    "form.email": _l("This is not an e-mail address. It looks like name@example.org."),
    "form.url": _l("This is not the address of a web page. It looks like www.example.org."),
    "form.phone": _l(
        "This is not a phone number. It looks like 03 89 00 00 00 or +41 61 000 00 00."
    ),
    "form.siret_length": _l("A SIRET has 14 digits; this one has %(digits)s."),
    "form.siret_check": _l("This SIRET does not exist: check each digit."),
    "form.rna": _l("This is not an RNA number. It looks like W681234567."),
    "form.commune": _l("Write the name of the municipality, for example 68100 Mulhouse."),
    "form.postcode": _l("A postcode has 5 digits."),
    "form.address_without_street": _l("The street is missing from the address."),
    "form.address_without_postcode": _l("The postcode is missing from the address."),
    "form.address_without_city": _l("The town is missing from the address."),
    "form.choice_unknown": _l("Choose one of the answers offered."),
    "form.too_few_choices": _l("Tick at least %(min)s answers."),
    "form.too_many_choices": _l("Tick %(max)s answers at most."),
    "form.number_unreadable": _l("“%(typed)s” is not a number. Write for example 1234.56."),
    "form.number_too_large": _l("This number is too large."),
    "form.too_many_decimals": _l("Write at most %(max)s digits after the comma."),
    "form.negative": _l("This number cannot be negative."),
    "form.below_min": _l("The least that is accepted is %(min)s."),
    "form.above_max": _l("The most that is accepted is %(max)s."),
    "form.date_unreadable": _l("“%(typed)s” is not a date. Write for example 14/10/2018."),
    "form.date_too_early": _l("The earliest date accepted is %(earliest)s."),
    "form.date_too_late": _l("The latest date accepted is %(latest)s."),
    "form.iban": _l("This is not a bank account number (IBAN): check each character."),
    "form.too_many_rows": _l("Number of lines: %(rows)s. The most that is accepted is %(max)s."),
    "form.too_few_rows": _l("At least %(min)s lines are expected; there are %(rows)s so far."),
    "form.in_row": _l("Line %(row)s, “%(cell)s”: %(problem)s"),
    "form.in_year": _l("Year %(year)s: %(problem)s"),
    "form.budget_account": _l("Choose an account for the line “%(label)s” of the budget."),
    "form.budget_too_many_lines": _l(
        "A budget has %(max)s lines at most on each side: put some of them together."
    ),
    "form.budget_label_too_long": _l(
        "The name of a line of the budget is too long: %(max)s characters at most."
    ),
    "form.budget_whole_euros": _l(
        "The budget is in whole euros: take the cents out of the line “%(label)s” "
        "(account %(account)s)."
    ),
    "form.budget_amount": _l(
        "The amount of the line “%(label)s” (account %(account)s) cannot be read."
    ),
    "form.budget_empty": _l("The budget has no charge yet."),
    "form.budget_unbalanced": _l(
        "Charges are %(charges)s and income %(products)s: they must be equal, "
        "%(gap)s apart for now."
    ),
    "form.budget_in_kind_unbalanced": _l(
        "Gifts in kind must be equal on both sides: %(charges)s under account 86 and "
        "%(products)s under account 87."
    ),
    "form.budget_without_request": _l(
        "The amount that you request, %(requested)s, must appear under account 74."
    ),
}
REMEDIES = {
    "call.reopen.closes_in_the_past": _l("Move the closing date first."),
    "call.publish.closes_in_the_past": _l("Move the closing date first."),
}
