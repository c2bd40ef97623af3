"""Around a draft: who is there, pieces of documents, reminders, last year's answers, outages."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from build.applications import FORM, S, an_application
from build.calls import a_call
from build.clock import NOW
from build.pages import PDF
from build.people import a_funder_member, a_member, a_person, acting_as
from grants.applications import proof, queries, services
from grants.applications.filling import Deposit, DraftReminder, Occasion, Upload
from grants.applications.models import Application, ApplicationFile
from grants.applications.services.reminding import occasion
from grants.calls import services as calls
from grants.calls.models import CallFunder, CallState
from grants.calls.outages import MINUTE, Heartbeat, gaps
from grants.kernel.access import FunderRole, OrganisationRole
from grants.kernel.clock import paris_instant
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.outbox.models import Message
from grants.people.models import Funder, Organisation, Person


def actor_of(session, application):
    return acting_as(session, session.get_one(Person, application.author_id))


def lead_of(session, call):
    joined = select(Funder).join(CallFunder, CallFunder.funder_id == Funder.id)
    return session.scalars(joined.where(CallFunder.call_id == call.id)).one()


@pytest.fixture
def draft(session):
    return an_application(session)


@pytest.fixture
def actor(session, draft):
    return actor_of(session, draft)


class TestPresence:
    @pytest.fixture
    def colleague(self, session, draft):
        person = a_person(session, name="Zoé Lenoir")
        organisation = session.get_one(Organisation, draft.organisation_id)
        a_member(session, organisation, OrganisationRole.EDITOR, person=person)
        return acting_as(session, person)

    def test_each_sees_the_other_within_a_minute_and_not_after(
        self, session, draft, actor, colleague
    ):
        here = {"actor": actor, "now": NOW}
        assert services.be_present(session, draft.id, "project", **here) == []
        later = NOW + timedelta(seconds=59)
        seen = services.be_present(session, draft.id, "money", actor=colleague, now=later)
        assert [(one.section_key, one.person_id) for one in seen] == [("project", actor.id)]
        _, there = queries.own_beside(session, draft.id, actor, now=later)
        assert [(one.section_key, one.name) for one in there] == [("money", "Zoé Lenoir")]
        _, gone = queries.own_beside(session, draft.id, actor, now=later + timedelta(minutes=1))
        assert gone == []

    def test_strangers_neither_show_nor_see(self, session, draft):
        stranger = acting_as(session, a_person(session))
        with pytest.raises(Unknown):
            services.be_present(session, draft.id, "project", actor=stranger, now=NOW)


class TestPieces:
    def begin(self, session, draft, actor, **more):
        said = {"name": "photo.pdf", "size": len(PDF), **more}
        return services.begin_upload(session, draft.id, "photos", actor=actor, now=NOW, **said)

    def send(self, session, store, upload, actor, *span):
        at, until = span
        piece = io.BytesIO(PDF[at:until])
        return services.receive_piece(session, store, upload, piece, at=at, actor=actor, now=NOW)

    def test_a_document_goes_on_where_it_was_cut(self, session, file_store, draft, actor):
        upload = self.begin(session, draft, actor)
        assert self.send(session, file_store, upload, actor, 0, 20) == (20, None)
        assert services.arrived(session, file_store, upload, actor=actor) == 20
        # The answer was lost: the same piece comes again, and is written once.
        assert self.send(session, file_store, upload, actor, 0, 20) == (20, None)
        here, attached = self.send(session, file_store, upload, actor, 20, len(PDF))
        assert here == len(PDF)
        assert attached.stored_file.sha256 == hashlib.sha256(PDF).hexdigest()
        assert session.scalars(select(Upload)).all() == []
        assert file_store.arrived(str(upload)) == 0

    def test_a_hole_is_refused_with_where_to_go_on(self, session, file_store, draft, actor):
        upload = self.begin(session, draft, actor)
        with pytest.raises(Refused) as refusal:
            self.send(session, file_store, upload, actor, 20, 30)
        assert refusal.value.facts["arrived"] == 0

    def test_more_than_was_announced_is_not_kept(self, session, file_store, draft, actor):
        upload = self.begin(session, draft, actor, size=10)
        with pytest.raises(Refused):
            self.send(session, file_store, upload, actor, 0, 20)
        assert file_store.arrived(str(upload)) == 0

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"name": "virus.exe"}, "application.attach.kind_refused"),
            ({"size": 0}, "files.empty"),
            ({"size": 21 * 1024 * 1024}, "files.too_large"),
            ({"name": "../a.pdf"}, "files.name_has_path"),
        ],
    )
    def test_what_can_be_refused_is_before_it_travels(self, session, draft, actor, said, code):
        with pytest.raises(Refused) as refusal:
            self.begin(session, draft, actor, **said)
        assert refusal.value.code == code

    def test_another_s_upload_does_not_exist(self, session, file_store, draft, actor):
        upload = self.begin(session, draft, actor)
        organisation = session.get_one(Organisation, draft.organisation_id)
        editor = a_member(session, organisation, OrganisationRole.EDITOR)
        with pytest.raises(Unknown):
            services.arrived(session, file_store, upload, actor=acting_as(session, editor))

    def test_what_nobody_finished_is_swept_after_a_day(self, session, file_store, draft, actor):
        upload = self.begin(session, draft, actor)
        self.send(session, file_store, upload, actor, 0, 20)
        day = NOW + timedelta(hours=23)
        assert services.give_up_uploads(session, file_store, now=day) == 0
        assert services.give_up_uploads(session, file_store, now=day + timedelta(hours=2)) == 1
        assert file_store.arrived(str(upload)) == 0


class TestDeposit:
    def test_what_is_deposited_is_listed_with_its_digests_and_a_code(self, session, draft, actor):
        certificate = services.Certificate("Ada Besson", "Présidente", ("certified",))
        services.submit(session, draft.id, certificate=certificate, actor=actor, now=NOW)
        deposit = session.scalars(select(Deposit)).one()
        assert (deposit.signatory, deposit.quality) == ("Ada Besson", "Présidente")
        assert deposit.attestations == ["certified"]
        # Computed here by hand: the JSON that anyone can write again.
        text = (
            '{"requested":1250000,"summary":"Réparer, donner, vendre à petit prix.",'
            '"title":"Une recyclerie de quartier"}'
        )
        assert deposit.answers_sha256 == hashlib.sha256(text.encode()).hexdigest()
        stored = session.scalars(select(ApplicationFile)).one().stored_file_id
        assert [one["field_key"] for one in deposit.files] == ["statutes"]
        assert stored is not None
        assert re.fullmatch(r"([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}", deposit.code)
        found = queries.proven(session, deposit.code.lower().replace("-", " "))
        session.expire_all()
        assert found.number == session.get_one(Application, draft.id).number
        assert found.received_at == NOW

    @pytest.mark.parametrize("typed", ["", "K7QF", "K7QF-29TM-XB4D-HW3P", "O" * 16, "\x00" * 16])
    def test_no_other_code_proves_anything(self, session, typed):
        assert queries.proven(session, typed) is None

    def test_codes_are_not_guessed(self):
        assert len({proof.new_code() for _ in range(500)}) == 500


class TestReminders:
    CLOSES = paris_instant(date(2018, 11, 1))  # at the end of 31 October

    def test_the_three_mornings_across_the_change_of_hour(self):
        found = [
            occasion(self.CLOSES, paris_instant(date(2018, 10, day), hour, minute))
            for day, hour, minute in [
                (24, 7, 59), (24, 8, 0), (29, 7, 59), (29, 8, 0), (31, 7, 59), (31, 8, 0)
            ]
        ]  # fmt: skip
        names = [one[0] if one else None for one in found]
        assert names == [
            None, Occasion.WEEK, Occasion.WEEK, Occasion.TWO_DAYS, Occasion.TWO_DAYS,
            Occasion.LAST_DAY,
        ]  # fmt: skip
        # Summer time ended on the 28th: eight in the morning is another hour of UTC.
        assert found[1][1] == datetime(2018, 10, 24, 6, 0, tzinfo=UTC)
        assert found[3][1] == datetime(2018, 10, 29, 7, 0, tzinfo=UTC)
        assert occasion(self.CLOSES, self.CLOSES) is None

    def test_each_open_draft_is_told_once_each_time(self, session):
        call = a_call(session, document=FORM, closes_at=self.CLOSES)
        draft = an_application(session, call)
        an_application(session, call, state=S.SUBMITTED)
        week = paris_instant(date(2018, 10, 24), 9)
        # Begun after the first morning: the first reminder is not for them.
        late = an_application(session, call, started_at=week - timedelta(minutes=30))
        told = [services.remind_drafts(session, now=week + timedelta(days=n)) for n in range(9)]
        assert told == [1, 0, 0, 0, 0, 2, 0, 2, 0]
        rows = session.execute(select(DraftReminder.application_id, DraftReminder.occasion))
        first = {who for who, which in rows if which is Occasion.WEEK}
        assert first == {draft.id}
        kinds = select(Message.subject_id).where(Message.kind == "application.reminded")
        assert set(session.scalars(kinds)) == {draft.id, late.id}


class TestTakingUp:
    @pytest.fixture
    def next_year(self, session):
        form = {
            "sections": [
                {
                    **section,
                    "fields": [
                        {**field, "carry_over": field["key"] != "requested", "reconfirm": True}
                        if field["key"] in {"title", "summary", "statutes"}
                        else field
                        for field in section["fields"]
                    ],
                }
                for section in FORM["sections"]
            ]
        }
        return a_call(session, document=form)

    def test_only_what_is_carried_over_comes_and_is_to_confirm(self, session, next_year):
        source = an_application(session, state=S.SUBMITTED)
        actor = actor_of(session, source)
        draft_id = services.duplicate(
            session, next_year.id, source_id=source.id, actor=actor, now=NOW
        )
        draft = queries.own(session, draft_id, actor)
        assert draft.answers == {
            "title": "Une recyclerie de quartier",
            "summary": "Réparer, donner, vendre à petit prix.",
        }
        assert [one.field_key for one in draft.files] == ["statutes"]
        assert set(draft.to_confirm) == {"title", "summary", "statutes"}
        assert draft.copied_from == source.id

    def test_nothing_is_submitted_before_it_is_confirmed(self, session, next_year):
        source = an_application(session, state=S.SUBMITTED)
        actor = actor_of(session, source)
        take = {"source_id": source.id, "actor": actor, "now": NOW}
        draft_id = services.duplicate(session, next_year.id, **take)
        save = {"actor": actor, "now": NOW}
        services.save_section(session, draft_id, "money", {"requested": "500"}, **save)
        with pytest.raises(Refused) as refusal:
            services.submit(session, draft_id, actor=actor, now=NOW)
        assert (refusal.value.code, refusal.value.facts["count"]) == (
            "application.submit.unconfirmed",
            3,
        )
        # One is changed, the others are said to be true still.
        typed = {
            "title": "Une autre recyclerie",
            "summary": "Réparer, donner, vendre à petit prix.",
        }
        services.save_section(session, draft_id, "project", typed, confirmed=["summary"], **save)
        services.save_section(session, draft_id, "documents", {}, confirmed=["statutes"], **save)
        assert services.submit(session, draft_id, actor=actor, now=NOW).number

    def test_a_draft_with_answers_is_not_overwritten(self, session, next_year):
        source = an_application(session, state=S.SUBMITTED)
        actor = actor_of(session, source)
        take = {"source_id": source.id, "actor": actor, "now": NOW}
        services.duplicate(session, next_year.id, **take)
        with pytest.raises(Refused, match="already_begun"):
            services.duplicate(session, next_year.id, **take)

    def test_another_s_application_does_not_exist(self, session, next_year):
        source = an_application(session, state=S.SUBMITTED)
        stranger = acting_as(session, a_person(session))
        with pytest.raises(Unknown):
            services.duplicate(session, next_year.id, source_id=source.id, actor=stranger, now=NOW)


class TestOutages:
    CLOSES = NOW + timedelta(hours=3)

    @pytest.fixture
    def call(self, session):
        return a_call(session, document=FORM, closes_at=self.CLOSES)

    @pytest.fixture
    def officer(self, session, call):
        return acting_as(session, a_funder_member(session, lead_of(session, call)))

    def healthy(self, session, begin, minutes, *, but=range(0)):
        for n in range(minutes):
            if n not in but:
                session.add(Heartbeat(minute=begin + n * MINUTE))
        session.flush()

    def test_gaps_are_measured_in_whole_minutes_and_restarts_are_none(self):
        minutes = [NOW + n * MINUTE for n in (0, 1, 2, 6, 7, 30)]
        assert [(one.since, one.lasted) for one in gaps(minutes)] == [
            (NOW + 8 * MINUTE, 22 * MINUTE)
        ]

    def test_a_beat_is_noted_once_a_minute(self, session):
        for seconds in (0, 20, 40, 60):
            calls.beat(session, now=NOW + timedelta(seconds=seconds))
        assert len(session.scalars(select(Heartbeat)).all()) == 2

    def test_an_outage_before_the_closing_extends_by_itself(self, session, call, officer):
        self.healthy(session, NOW, 120, but=range(30, 72))
        now = NOW + timedelta(hours=2)
        (offered,) = calls.proposals(session, call, now=now)
        assert (offered.minutes, offered.closes_at) == (42, self.CLOSES + 42 * MINUTE)
        make = {"outage_from": offered.outage.since, "actor": officer, "now": now}
        services.make_good(session, call.id, **make)
        assert call.closes_at == self.CLOSES + 42 * MINUTE
        with pytest.raises(Refused, match="no_such_outage"):
            services.make_good(session, call.id, **make)
        assert calls.proposals(session, call, now=now) == []

    def test_a_call_that_closed_meanwhile_opens_again_with_its_drafts(self, session, call, officer):
        draft = an_application(session, call)
        # Away from half an hour before the closing until one hour after it.
        self.healthy(session, NOW, 300, but=range(150, 240))
        back = NOW + timedelta(hours=5)
        assert calls.due(session, now=back) == 1
        assert services.lapse_drafts(session, now=back) == 1
        (offered,) = calls.proposals(session, call, now=back)
        assert offered.minutes == 30
        services.make_good(
            session, call.id, outage_from=offered.outage.since, actor=officer, now=back
        )
        session.expire_all()
        assert call.state is CallState.PUBLISHED
        assert call.closes_at == back + 31 * MINUTE
        assert draft.state is S.DRAFT
        told = select(Message.subject_id).where(Message.kind == "application.revived")
        assert session.scalars(told).all() == [draft.id]

    def test_only_the_lead_s_officer_confirms(self, session, call, officer):
        self.healthy(session, NOW, 120, but=range(30, 72))
        lead = lead_of(session, call)
        auditor = acting_as(session, a_funder_member(session, lead, FunderRole.AUDITOR))
        make = {"outage_from": NOW + 30 * MINUTE, "now": NOW + timedelta(hours=2)}
        with pytest.raises(Forbidden):
            services.make_good(session, call.id, actor=auditor, **make)
