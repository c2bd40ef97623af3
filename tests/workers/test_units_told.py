"""Square metres and hours in what leaves the site: letters, mails, files, acts, calendars."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from build.clock import NOW
from build.decisions import a_scene, an_award, an_envelope, draws_on
from build.payments import ONCE, Award, a_claim, a_paid_order, an_award_to_pay
from build.people import acting_as
from config import ROOT
from grants.applications.models import Application
from grants.councils.models import AgendaItem
from grants.councils.queries import ItemSheet
from grants.decisions import queries as decisions
from grants.decisions.models import Decision, Instrument, Outcome, Proposal
from grants.decisions.services import Wanted, propose
from grants.duties import queries as duties
from grants.kernel.money import Amount, Unit
from grants.kernel.odt import odt
from grants.ledger.journals import Format, export
from grants.notices import pdf, services
from grants.notices.giving import Site
from grants.notices.models import Mail
from grants.notices.telling import TELLINGS
from grants.outbox.models import Message
from grants.payments import services as payments
from grants.payments.models import Out
from grants.payments.services.sending import transfers
from grants.web.duties import calendar_of
from workers.exports import council
from workers.rendering import Pages

PAGES = Pages(ROOT)
SITE = Site(base_url="https://laureat.example", secret_key="x" * 32)
SAID = {Unit.SQUARE_METRE: "137\u202fm²", Unit.HOUR: "23\u202fh"}
AS_MONEY = re.compile(
    r"(?<![\d\u202f,])(?:137|23)(?:[,.]00)?[\s\u202f\u00a0]*(?:€|EUR)|1[,.]37|0[,.]23"
)


@pytest.fixture(
    params=[(Unit.SQUARE_METRE, Instrument.FLOOR_AREA, 137), (Unit.HOUR, Instrument.MENTORING, 23)],
    ids=["m²", "h"],
)
def given(request, session):
    """An award of that unit, voted, announced, read, and handed over; another one proposed."""
    unit, instrument, amount = request.param
    scene = a_scene(session, applications=3)
    envelope = an_envelope(session, scene.funder, amount=5_000, unit=unit)
    draws_on(session, scene.call, envelope, scene.funder)
    scene.call.unit = unit
    session.flush()
    facts = {"amount": amount, "instrument": instrument, "envelope_id": envelope}
    items = [an_award(scene, nth, **facts) for nth in (0, 2)]
    award = an_award_to_pay(session, *items, scene=scene, parts=ONCE)
    claim = a_claim(session, award, account=None, holder="", reference="Procès-verbal 4")
    order = a_paid_order(session, award, claim)
    _asked_for(session, award)
    wanted = Wanted(
        application_id=scene.applications[1].id,
        outcome=Outcome.AWARD,
        instrument=instrument,
        amount=Amount(amount),
        envelope_id=envelope,
    )
    propose(session, scene.call.id, scene.funder.id, wanted=[wanted], actor=scene.officer, now=NOW)
    return unit, award, order


def _asked_for(session, award: Award) -> None:
    """The other award, asked for and not handed over: it falls due."""
    other = session.scalars(
        select(Decision)
        .where(Decision.deliberation_id == award.decision.deliberation_id)
        .order_by(Decision.position.desc())
    ).first()
    parts = payments.plan_instalments(
        session, other.id, parts=ONCE, actor=award.scene.officer, now=NOW
    )
    author = acting_as(session, award.scene.authors[2])
    theirs = Award(award.scene, other, list(parts), author)
    claim = a_claim(session, theirs, account=None, holder="", reference="Procès-verbal 5")
    payments.certify(session, claim.id, actor=award.scene.officer, now=NOW)


def told_in(unit: Unit, text: str) -> None:
    """The unit is said; nothing is read as money."""
    assert SAID[unit] in text, text[:2000]
    nowhere_as_money(text)


def nowhere_as_money(text: str) -> None:
    assert AS_MONEY.search(text) is None, AS_MONEY.search(text)


def a_letter_tells_the_unit(session, given, file_store):
    unit, _award, _order = given
    seen: list[str] = []

    def typeset(html: str) -> bytes:
        seen.append(html)
        return pdf.typeset(html)

    message = session.scalars(
        select(Message.id).where(Message.kind == "decision.announced").order_by(Message.serial)
    ).first()
    services.write_letter(
        session, message, renderer=PAGES, typeset=typeset, store=file_store, now=NOW
    )
    told_in(unit, re.sub(r"<style.*?</style>", "", seen[0], flags=re.DOTALL))


def every_mail_tells_the_unit_or_no_amount(session, given):
    unit, _award, _order = given
    kinds = set()
    told = select(Message).where(Message.kind.in_(list(TELLINGS))).order_by(Message.serial)
    for message in session.scalars(told).all():
        services.compose(session, message.id, renderer=PAGES, site=SITE, now=NOW)
    for mail in session.scalars(select(Mail).order_by(Mail.id)).all():
        nowhere_as_money(mail.text + mail.subject)
        kinds |= {mail.kind} if SAID[unit] in mail.text else set()
    assert kinds, "no mail tells what was handed over"


def the_annex_of_an_agenda_tells_the_unit(session, given):
    unit, _award, _order = given
    proposals = session.scalars(select(Proposal).order_by(Proposal.id)).all()
    files = session.scalars(
        select(Application)
        .where(Application.id.in_([one.application_id for one in proposals]))
        .options(joinedload(Application.call), joinedload(Application.organisation))
        .execution_options(populate_existing=True)
    ).all()
    sheet = ItemSheet(AgendaItem(), files, proposals, is_hidden=False)
    with PAGES.speaking("fr"):
        annex = council.awards(sheet)
    told_in(unit, " ".join(annex.rows[0]))
    with zipfile.ZipFile(io.BytesIO(odt([annex], title="Annexe"))) as folder:
        told_in(unit, folder.read("content.xml").decode())


def no_file_for_the_treasury_holds_what_is_no_money(session, given):
    _unit, award, order = given
    for out in Out:
        assert transfers(session, order.batch_id, out, award.scene.finance) == []


def public_files_and_plain_journals_hold_no_such_amount_as_money(session, given):
    unit, award, _order = given
    award.scene.funder.siret = "24630070100014"
    session.flush()
    lines = [" ".join(line.values()) for line in decisions.scdl(session)]
    assert lines
    nowhere_as_money("\n".join(lines))
    commodity = {Unit.SQUARE_METRE: '137 "?M2', Unit.HOUR: '23 "?HOUR'}[unit]
    for style in Format:
        journal = "\n".join(export(session, style))
        assert re.search(commodity, journal)
        nowhere_as_money(journal)


def a_calendar_tells_no_such_amount_as_money(session, given, app):
    _unit, award, _order = given
    viewer = award.scene.officer
    rows = session.execute(duties.duties(viewer=viewer, today=NOW.date())).all()
    assert rows
    with app.test_request_context():
        nowhere_as_money(calendar_of([duties.as_duty(one) for one in rows], viewer).decode())


def test_what_leaves_tells_the_unit_and_nothing_as_money(session, given, file_store, app):
    """One world for each unit: every channel in turn, mails last, for they write."""
    a_letter_tells_the_unit(session, given, file_store)
    the_annex_of_an_agenda_tells_the_unit(session, given)
    no_file_for_the_treasury_holds_what_is_no_money(session, given)
    a_calendar_tells_no_such_amount_as_money(session, given, app)
    public_files_and_plain_journals_hold_no_such_amount_as_money(session, given)
    every_mail_tells_the_unit_or_no_amount(session, given)
