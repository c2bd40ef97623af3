"""What `calls.lint` found, in words, with the address where each thing is mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import lazy_gettext as _l

from grants.calls.lint import Finding, Part
from grants.web import wording

PARTS: dict[Part, Any] = {
    Part.TEXTS: _l("Texts"),
    Part.WINDOW: _l("Opening and closing"),
    Part.AUDIENCE: _l("For whom and where"),
    Part.CONTACT: _l("Contact and address"),
    Part.FUNDING: _l("Funders and envelopes"),
    Part.AWARD: _l("Award rule"),
    Part.TRACKS: _l("Tracks"),
    Part.FORM: _l("Form of the call"),
    Part.DOCUMENTS: _l("Documents to attach"),
    Part.REVIEW: _l("Stages and juries"),
    Part.BATCHES: _l("Sessions"),
}
SENTENCES: dict[str, Any] = {
    "title_missing": _l("The call has no title."),
    "summary_missing": _l("The call has no summary: the list of calls would show nothing."),
    "body_missing": _l("The call is not described."),
    "eligibility_missing": _l("Nothing says who may apply."),
    "english_partial": _l(
        "Some texts are in English and %(count)s are not: readers would meet both languages."
    ),
    "no_contact": _l("Applicants have nobody to ask: give an e-mail address or a phone number."),
    "no_theme": _l("No theme: the call will not be found by those who search by theme."),
    "closes_in_the_past": _l("The call would close on %(closes_at)s, which has passed."),
    "no_end": _l("Say when the call closes: only rolling schemes stay open."),
    "no_lead": _l("No authority leads the call."),
    "no_envelope": _l("No envelope: an award could not be committed until there is one."),
    "award_unreadable": _l("The award rule cannot be read."),
    "award_unexplained": _l("Nothing tells applicants how the award is worked out."),
    "tracks_not_asked": _l(
        "The call has %(count)s tracks, but the form does not ask which one: add a question that "
        "chooses the track."
    ),
    "tracks_differ": _l("The tracks that the form offers are not those of the call."),
    "no_title_field": _l("The form does not ask for the title of the project."),
    "no_amount_field": _l("The form does not ask how much is requested."),
    "amount_in_another_unit": _l("The form asks for an amount in another unit than the call’s."),
    "empty_section": _l("The section “%(section)s” asks nothing."),
    "label_missing": _l("A question has no words."),
    "labels_untranslated": _l("The call is in English too, but %(count)s questions are not."),
    "question_unreachable": _l(
        "Nobody will ever be asked “%(question)s”: its condition can never hold."
    ),
    "document_without_field": _l(
        "The document “%(document)s” is announced, but the form has no place to send it."
    ),
    "commitment_of_others": _l(
        "“%(question)s” is asked of everyone. The contrat d’engagement républicain binds "
        "associations and foundations alone."
    ),
    "no_commitment": _l(
        "The contrat d’engagement républicain is not asked for: an association or a foundation "
        "must sign it before any grant, from the first euro."
    ),
    "no_stage": _l("Nothing happens to applications: the call has no stage."),
    "no_way_to_decide": _l(
        "No stage appraises or scores applications: nothing would tell which ones to choose."
    ),
    "stage_without_jury": _l("The stage “%(stage)s” is judged by a jury, but has none."),
    "jury_without_criteria": _l("The jury “%(jury)s” has no criterion to score on."),
    "ballot_points_missing": _l(
        "The jury “%(jury)s” shares points out, and nothing says how many each ballot has."
    ),
    "ballot_budget_missing": _l(
        "The jury “%(jury)s” chooses within a budget, and nothing says which."
    ),
    "cut_without_scores": _l(
        "The stage “%(stage)s” keeps the first ones, but nothing ranks them there: applications "
        "would stop at it."
    ),
    "weights_not_100": _l(
        "The weights of “%(jury)s” add up to %(total)s, not 100. Each mark is counted by its "
        "share: “%(criterion)s”, %(weight)s of %(total)s, counts for %(share)s %%."
    ),
    "criterion_without_anchors": _l(
        "Nothing says what the marks of “%(criterion)s” mean: jurors would each have their own "
        "scale."
    ),
    "stage_without_dates": _l("The stage “%(stage)s” has no dates."),
    "stage_in_the_past": _l("The stage “%(stage)s” would end on %(ends_on)s, which has passed."),
    "stage_before_closing": _l("The stage “%(stage)s” begins before the call closes."),
    "stages_out_of_order": _l(
        "The stage “%(stage)s” begins before “%(before)s”, which precedes it."
    ),
    "cut_keeps_everyone": _l(
        "The stage “%(stage)s” keeps %(cut)s applications, no fewer than those that reach it."
    ),
    "no_session_to_come": _l("All the sessions have passed: applications would join none."),
    "no_session": _l("No session: nothing says when applications are looked at."),
    "image_without_text": _l(
        "An image has no words in its place: people who cannot see it would miss what it says."
    ),
    "sentence_too_long": _l(
        "A sentence of %(words)s words (“%(sentence)s”): cut it, %(max)s are enough."
    ),
    "abbreviation_unexplained": _l(
        "“%(abbreviation)s” is explained nowhere: write it in full once, with the abbreviation in "
        "brackets."
    ),
}


@dataclass(frozen=True)
class Told:
    """One thing found: where, in words, whether it stops the publication, and where to go."""

    part: Any
    text: str
    blocks: bool
    url: str


def told(found: Iterable[Finding], call_id: UUID) -> list[Told]:
    """The findings as a page lists them."""
    return [
        Told(PARTS[one.part], sentence(one), one.blocks, mended_at(one, call_id)) for one in found
    ]


def sentence(finding: Finding) -> str:
    """The finding as a sentence."""
    facts = {name: _written(value) for name, value in finding.facts.items()}
    text = str(SENTENCES[finding.code])
    return text % facts if facts else text


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return wording.moment(value)
    return wording.day(value) if isinstance(value, date) else value


def mended_at(finding: Finding, call_id: UUID) -> str:
    """The page of the workshop where it is mended."""
    if finding.target:
        return url_for("officer.workshop.fields.edit", call_id=call_id, path=finding.target)
    return address_of(finding.part, call_id)


def address_of(part: Part, call_id: UUID) -> str:
    """The first page of a part."""
    endpoint, values = ADDRESSES[part]
    return url_for(f"officer.workshop.{endpoint}", call_id=call_id, **values)


ADDRESSES: dict[Part, tuple[str, dict[str, Any]]] = {
    Part.TEXTS: ("settings.show", {"part": "textes"}),
    Part.WINDOW: ("window.show_window", {}),
    Part.AUDIENCE: ("settings.show", {"part": "public"}),
    Part.CONTACT: ("settings.show", {"part": "contact"}),
    Part.FUNDING: ("funding.show", {}),
    Part.AWARD: ("rulebook.show", {"_anchor": "award"}),
    Part.TRACKS: ("arranged.tracks", {}),
    Part.FORM: ("outline.show", {}),
    Part.DOCUMENTS: ("documents.show", {}),
    Part.REVIEW: ("arranged.review", {}),
    Part.BATCHES: ("arranged.batches", {}),
}
