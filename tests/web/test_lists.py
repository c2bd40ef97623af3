"""Every list costs the same number of statements with one line and with three: a literal one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest
from sqlalchemy import select

from build import following, judging, listings
from build.applications import an_application
from build.appraisal import an_opinion
from build.calls import a_call
from build.clock import NOW
from build.decisions import a_deliberation, a_refusal, a_scene, an_award
from build.hearings import heard
from build.juries import a_hint, a_panel, a_review, a_seat
from build.ledger import a_book, an_envelope
from build.matrix import entries
from build.mentoring import helped
from build.paged import paged
from build.payments import a_claim, a_paid_order, an_approved_order, an_award_to_pay, an_order
from build.people import (
    a_funder,
    a_funder_member,
    a_member,
    a_person,
    an_operator,
    an_organisation,
)
from build.purse_listings import OF_FINANCE
from build.scenario_listings import OF_SCENARIOS, WIDE
from build.sittings import several_meetings
from build.vault import a_kept_document, an_aid
from grants.appraisal.models import ExportProfile, Label
from grants.calls.outages import MINUTE, Heartbeat
from grants.files.store import FileStore
from grants.juries.models import SeatRole
from grants.kernel.access import FunderRole
from grants.payments import services as payments
from grants.people.models import FunderMember, Person
from grants.people.services import start_sign_in

STATEMENTS_MAX = 8
WIDER = {"officer.decisions.show", "officer.deliberations.new", "officer.deliberations.show", *WIDE}
"""The decision table: a call, its envelopes, rankings, proposals and other funders' votes; and the
page of one vote: what was decided, letters, payments, meetings, polls, limits gone past."""
R = FunderRole
Made = tuple[Person | None, str]


@dataclass(frozen=True)
class Listing:
    """A list page: who reads it and where, with so many lines, and what it costs."""

    endpoint: str
    make: Callable[[Any, int], Made]
    statements: int


def organisations(session, n: int) -> Made:
    person = a_person(session)
    for _ in range(n):
        an_organisation(session, representative=person)
    return person, "/compte/structures"


def of_an_organisation(page: str, add: Callable[[Any, Any, Person], object]) -> Any:
    """A page of an organisation's home, with so many lines of something."""

    def made(session, n: int) -> Made:
        person = a_person(session)
        organisation = an_organisation(session, representative=person)
        for _ in range(n):
            add(session, organisation, person)
        return person, f"/compte/structures/{organisation.id}/{page}"

    return made


def outages(session, n: int) -> Made:
    funder = a_funder(session)
    call = a_call(session, funders=[funder], closes_at=NOW + 10 * n * MINUTE)
    for nth in range(n + 1):
        session.add(Heartbeat(minute=NOW - (n - nth) * 10 * MINUTE))
    return a_funder_member(session, funder), f"/instruction/appels/{call.id}/interruptions"


def sign_ins(session, n: int) -> Made:
    person = a_person(session)
    for _ in range(n - 1):
        start_sign_in(session, person.id, user_agent="Firefox", now=NOW)
    return person, "/compte/connexions"


def own_applications(session, n: int) -> Made:
    person = a_person(session)
    organisation = an_organisation(session, representative=person)
    for _ in range(n):
        an_application(session, organisation=organisation, author=person)
    return person, "/dossiers"


def own_seats(session, n: int) -> Made:
    person = a_person(session)
    for _ in range(n):
        a_seat(session, a_panel(session).jury, person=person)
    return person, "/jury"


def queue(session, n: int) -> Made:
    panel = a_panel(session, applications=n)
    return panel.jurors[0], f"/jury/{panel.jury.id}"


def scored(session, n: int):
    panel = a_panel(session, applications=n, jurors=n)
    for seat in panel.seats:
        for application in panel.applications:
            a_review(session, seat, application, 5, 6)
    return panel


def ranking_of_a_chair(session, n: int) -> Made:
    panel = scored(session, n)
    panel.seats[0].role = SeatRole.CHAIR
    session.flush()
    return panel.jurors[0], f"/jury/{panel.jury.id}/classement"


def followed_calls(session, n: int) -> Made:
    funder = a_funder(session)
    for _ in range(n):
        an_application(session, a_call(session, funders=[funder]))
    return a_funder_member(session, funder), "/instruction/appels"


def inbox(session, n: int) -> Made:
    panel = scored(session, n)
    return panel.officer, f"/instruction/appels/{panel.call.id}/dossiers"


def export(session, n: int) -> Made:
    officer, path = inbox(session, n)
    return officer, f"{path}.csv"


def one_call(session, n: int) -> Made:
    panel = scored(session, n)
    return panel.officer, f"/instruction/appels/{panel.call.id}"


def office(*path: str) -> Callable[[Any, int], Made]:
    def make(session, n: int) -> Made:
        panel = scored(session, n)
        return panel.officer, "/".join([f"/instruction/jurys/{panel.jury.id}", *path])

    return make


def conflicting(session, n: int) -> Made:
    panel = scored(session, n)
    for application in panel.applications:
        a_hint(session, panel.seats[0], application)
    return panel.officer, f"/instruction/jurys/{panel.jury.id}/conflits"


def table(*path: str) -> Callable[[Any, int], Made]:
    def make(session, n: int) -> Made:
        scene = a_scene(session, applications=n)
        where = "/".join(["/instruction", *path]).format(call=scene.call.id, funder=scene.funder.id)
        return scene.people[R.OFFICER], where

    return make


def deliberations(session, n: int) -> Made:
    scene = a_scene(session, applications=3)
    for nth in range(n):
        a_deliberation(session, scene, an_award(scene, nth))
    return scene.people[R.OFFICER], "/instruction/deliberations"


def one_deliberation(session, n: int) -> Made:
    scene = a_scene(session, applications=n)
    items = [an_award(scene, 0), *(a_refusal(scene, nth) for nth in range(1, n))]
    found = a_deliberation(session, scene, *items, announced=True)
    return scene.people[R.OFFICER], f"/instruction/deliberations/{found.id}"


def claims(role: FunderRole, path: str, bring: Callable[..., Any]) -> Callable[[Any, int], Made]:
    """Claims of three awards of one scene, brought as far as `bring` does."""

    def make(session, n: int) -> Made:
        scene = a_scene(session, applications=3)
        for nth in range(n):
            bring(session, an_award_to_pay(session, an_award(scene, nth), scene=one(scene, nth)))
        return scene.people[role], path

    return make


def one(scene, nth: int):
    """The scene as the nth applicant's: the builders of payments act for its first author."""
    scene.authors[0] = scene.authors[nth]
    return scene


def a_certified_claim(session, award) -> None:
    claim = a_claim(session, award)
    payments.certify(session, claim.id, actor=award.scene.officer, now=NOW)


def envelopes(role: FunderRole, path: str) -> Callable[[Any, int], Made]:
    def make(session, n: int) -> Made:
        funder = a_funder(session)
        book = a_book(session, funder)
        for _ in range(n):
            an_envelope(session, book, voted=100_000)
        return a_funder_member(session, funder, role), path

    return make


def colleagues(session, n: int) -> Made:
    funder = a_funder(session)
    for _ in range(n - 1):
        a_funder_member(session, funder, R.OFFICER)
    return a_funder_member(session, funder, R.ADMINISTRATOR), "/administration/personnes"


def funders(session, n: int) -> Made:
    for _ in range(n):
        a_funder(session)
    return an_operator(session), "/administration/financeurs"


def one_funder(session, n: int) -> Made:
    funder = a_funder(session)
    for _ in range(n - 1):
        a_funder_member(session, funder, R.OFFICER)
    person = a_funder_member(session, funder, R.ADMINISTRATOR)
    return person, f"/administration/financeurs/{funder.id}"


def everywhere(session, n: int) -> Made:
    return inbox(session, n)[0], "/instruction/dossiers"


def opinions_asked(session, n: int) -> Made:
    panel = scored(session, 1)
    file = panel.applications[0]
    for at in range(n):
        an_opinion(session, file, panel.officer, email=f"expert{at}@example.org")
    return panel.officer, f"/instruction/dossiers/{file.id}/avis"


def layouts(session, n: int) -> Made:
    officer, path = inbox(session, 1)
    funder_id = session.scalars(
        select(FunderMember.funder_id).where(FunderMember.person_id == officer.id)
    ).one()
    session.add_all(ExportProfile(funder_id=funder_id, name=f"Modèle {at}") for at in range(n))
    return officer, path.replace("/dossiers", "/exports")


def labels(session, n: int) -> Made:
    funder = a_funder(session)
    session.add_all(Label(funder_id=funder.id, name=f"étiquette {at}") for at in range(n))
    return a_funder_member(session, funder), "/instruction/etiquettes"


LISTINGS = [
    Listing("public.home.show", listings.home, 2),
    Listing("public.calls.index", listings.calls_of_the_public, 3),
    Listing("public.results.index", listings.results, 2),
    Listing("public.votes.index", listings.votes, 2),
    Listing("account.organisations.index", organisations, 3),
    Listing("account.sign_ins.index", sign_ins, 2),
    Listing("applicant.applications.index", own_applications, 2),
    Listing("juror.juries.index", own_seats, 2),
    Listing("juror.queue.show", queue, 4),
    Listing("juror.rankings.show", ranking_of_a_chair, 6),
    Listing("juror.ballots.show", listings.ballot_to_write, 4),
    Listing("officer.calls.index", followed_calls, 4),
    Listing("officer.calls.show", one_call, 8),
    Listing("officer.applications.index", inbox, 7),
    Listing("officer.applications.everywhere", everywhere, 5),
    Listing("officer.spreadsheets.csv", export, 4),
    Listing("officer.opinions.index", opinions_asked, 4),
    Listing("officer.profiles.index", layouts, 4),
    Listing("officer.sorting.index", labels, 3),
    Listing("officer.contacts.index", listings.contact_points, 6),
    Listing("jobs.index", listings.own_jobs, 2),
    *(Listing(*one) for one in judging.LISTINGS),
    *(Listing(*one) for one in following.LISTINGS),
    Listing("officer.juries.show", office(), 8),
    Listing("officer.juries.shares", office("repartition"), 8),
    Listing("officer.conflicts.index", conflicting, 7),
    Listing("officer.hearings.show", heard(of_juror=False), 8),
    Listing("juror.hearings.show", heard(of_juror=True), 6),
    Listing("officer.sittings.index", several_meetings(of_juror=False), 6),
    Listing("juror.sittings.index", several_meetings(of_juror=True), 4),
    Listing("officer.rankings.show", office("classement"), 7),
    Listing("officer.rankings.download", office("classement.csv"), 6),
    Listing("officer.mentoring.show", helped(of_mentor=False), 8),
    Listing("mentor.index", helped(of_mentor=True), 4),
    Listing("officer.decisions.show", table("appels", "{call}", "decision"), 17),
    Listing(
        "officer.deliberations.new", table("deliberations", "appels", "{call}", "{funder}"), 11
    ),
    Listing("officer.deliberations.index", deliberations, 3),
    Listing("officer.deliberations.show", one_deliberation, 11),
    *(Listing(*one) for one in listings.TOLD),
    Listing("officer.claims.index", claims(R.OFFICER, "/instruction/versements", a_claim), 5),
    Listing(
        "finance.orders.index",
        claims(R.FINANCE, "/finances/mandats?state=to_prepare", a_certified_claim),
        7,
    ),
    Listing(
        "finance.orders.index", claims(R.APPROVER, "/finances/mandats?state=prepared", an_order), 6
    ),
    Listing(
        "finance.orders.index",
        claims(R.FINANCE, "/finances/mandats?state=approved", an_approved_order),
        5,
    ),
    Listing(
        "finance.orders.index", claims(R.AUDITOR, "/finances/mandats?state=paid", a_paid_order), 5
    ),
    Listing(
        "account.members.index",
        of_an_organisation("membres", lambda s, one, _by: a_member(s, one)),
        5,
    ),
    Listing(
        "account.documents.index",
        of_an_organisation(
            "documents",
            lambda s, one, by: a_kept_document(s, FileStore(Path(gettempdir())), one.id, by=by),
        ),
        4,
    ),
    Listing(
        "account.declarations.index",
        of_an_organisation("declarations", lambda s, one, by: an_aid(s, one.id, by=by)),
        6,
    ),
    Listing("officer.outages.index", outages, 7),
    Listing("finance.envelopes.index", envelopes(R.FINANCE, "/finances/enveloppes"), 5),
    *(Listing(*one) for one in (*OF_FINANCE, *OF_SCENARIOS)),
    Listing("finance.journal.index", envelopes(R.AUDITOR, "/finances/journal"), 3),
    Listing("admin.envelopes.index", envelopes(R.ADMINISTRATOR, "/administration/enveloppes"), 3),
    Listing("admin.people.index", colleagues, 5),
    Listing("admin.funders.index", funders, 3),
    Listing("admin.funders.show", one_funder, 4),
]
NO_LIST = {
    *("dev.mailbox.index", "officer.calls.choose", "officer.workshop.again.export"),
    "officer.letter_templates.new",
}
"""Files of the mailbox, templates of the package, one call as one file, a text that nobody takes
before it is kept."""


@pytest.fixture
def browsers(client, as_person) -> Callable[[Person | None], Any]:
    """A browser for anybody, or for nobody in particular."""
    return lambda person: as_person(person) if person else client


@pytest.mark.parametrize("lines", [1, 3])
@pytest.mark.parametrize("listing", LISTINGS, ids=lambda one: one.endpoint)
def test_a_list_costs_the_same_whatever_its_length(session, browsers, statements, listing, lines):
    person, path = listing.make(session, lines)
    session.flush()
    browser = browsers(person)
    statements.clear()
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.text
    assert listing.statements <= STATEMENTS_MAX or listing.endpoint in WIDER
    assert len(statements) == listing.statements, "\n".join(statements)


def test_every_list_of_the_site_is_here(site):
    """A page that pages rows, or whose name says that it is a list, is in LISTINGS."""
    reads = {one.endpoint for one in entries().values() if one.method == "GET"}
    lists = {one for one in reads if one.endswith((".index", ".export"))} | paged(site.app)
    assert lists - {one.endpoint for one in LISTINGS} == NO_LIST & lists
