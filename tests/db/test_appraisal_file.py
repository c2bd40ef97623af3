"""One file: its checklist, its complements in rounds, its conversation, its opinions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from build.applications import FORM, S, an_application
from build.calls import a_call
from build.clock import NOW
from build.people import a_funder, a_funder_member, a_person, acting_as, an_organisation
from grants.applications import services as applications
from grants.applications.deadlines import durations, implicit_refusal_on
from grants.applications.queries import received
from grants.appraisal.checklist import checks
from grants.appraisal.models import Advice, Pace, Verdict
from grants.appraisal.queries import file
from grants.appraisal.queries.digest import news
from grants.appraisal.services import checking, conversing, digest, opinions
from grants.juries.models import Recusal
from grants.kernel.clock import paris_date, paris_instant
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.outbox.models import Message

DAY = timedelta(days=1)
RULES = [
    {
        "key": "association",
        "rule": "applicant.is_association",
        "refusal_fr": "Seules les associations.",
        "refusal_en": "Associations only.",
    },
    {
        "key": "small",
        "rule": "requested <= 10000",
        "refusal_fr": "Dix mille euros au plus.",
        "refusal_en": "Ten thousand euros at most.",
    },
]


@pytest.fixture
def scene(session):
    funder = a_funder(session)
    call = a_call(session, funders=[funder], document=FORM)
    call.eligibility_rules = RULES
    author = a_person(session)
    organisation = an_organisation(session, representative=author)
    application = an_application(
        session, call, organisation=organisation, author=author, state=S.SUBMITTED
    )
    officers = [a_funder_member(session, funder, name=name) for name in ("Ana", "Bob")]
    session.flush()
    return SimpleNamespace(
        call=call,
        id=application.id,
        row=application,
        author=acting_as(session, author),
        ana=acting_as(session, officers[0]),
        bob=acting_as(session, officers[1]),
    )


def _read(session, scene):
    session.expire_all()
    return received(session, scene.id, scene.ana)


def kinds(session) -> list[str]:
    return [one.kind for one in session.query(Message).order_by(Message.serial)]


class TestChecklist:
    def test_each_document_and_rule_has_its_line_computed_where_it_can_be(
        self, session, scene
    ) -> None:
        lines = {one.key: one.computed for one in checks(_read(session, scene), {})}
        assert lines == {
            "time": True,
            "answers": True,
            "document:statutes": None,
            "rule:association": True,
            "rule:small": False,
        }

    def test_a_verdict_against_what_is_computed_needs_a_reason(self, session, scene) -> None:
        def judge(key, verdict, note=""):
            checking.judge(
                session, scene.id, verdicts={key: (verdict, note)}, actor=scene.ana, now=NOW
            )

        with pytest.raises(Refused, match="reason_missing") as refusal:
            judge("rule:small", Verdict.MET)
        assert refusal.value.field == "note-rule:small"
        with pytest.raises(Refused, match="reason_missing"):
            judge("document:statutes", Verdict.NOT_MET)
        judge("rule:small", Verdict.MET, "Le montant a été revu.")
        judge("document:statutes", Verdict.MET)
        kept = file.judged(session, scene.id)
        assert {key: (one.verdict, one.note) for key, one in kept.items()} == {
            "rule:small": (Verdict.MET, "Le montant a été revu."),
            "document:statutes": (Verdict.MET, ""),
        }
        judge("rule:small", None)
        session.expire_all()
        assert set(file.judged(session, scene.id)) == {"document:statutes"}

    def test_where_the_call_asks_it_another_person_confirms_before_ruling(
        self, session, scene
    ) -> None:
        scene.call.second_check = True
        session.flush()
        with pytest.raises(Refused, match="second_check_awaited"):
            applications.declare_admissible(session, scene.id, actor=scene.ana, now=NOW)
        with pytest.raises(Refused, match="not_settled"):
            checking.confirm(session, scene.id, actor=scene.bob, now=NOW)
        verdicts = {"document:statutes": (Verdict.MET, "")}
        checking.judge(session, scene.id, verdicts=verdicts, actor=scene.ana, now=NOW)
        session.expire_all()
        with pytest.raises(Refused, match="same_person"):
            checking.confirm(session, scene.id, actor=scene.ana, now=NOW)
        checking.confirm(session, scene.id, actor=scene.bob, now=NOW)
        with pytest.raises(Refused, match="second_check_awaited"):  # not who confirmed
            applications.declare_admissible(session, scene.id, actor=scene.bob, now=NOW)
        applications.declare_admissible(session, scene.id, actor=scene.ana, now=NOW)
        assert scene.row.state is S.ADMISSIBLE

    def test_a_change_is_to_be_confirmed_again(self, session, scene) -> None:
        verdicts = {"document:statutes": (Verdict.MET, "")}
        checking.judge(session, scene.id, verdicts=verdicts, actor=scene.ana, now=NOW)
        session.expire_all()
        checking.confirm(session, scene.id, actor=scene.bob, now=NOW)
        verdicts = {"document:statutes": (Verdict.NOT_MET, "Illisible.")}
        checking.judge(session, scene.id, verdicts=verdicts, actor=scene.ana, now=NOW)
        assert scene.row.checked_by is None

    def test_only_officers_check(self, session, scene) -> None:
        verdicts = {"answers": (Verdict.MET, "")}
        with pytest.raises(Forbidden):
            checking.judge(session, scene.id, verdicts=verdicts, actor=scene.author, now=NOW)


class TestRounds:
    def ask(self, session, scene, at):
        return applications.ask_complement(
            session,
            scene.id,
            items={"title": "Précisez.", "statutes": "Illisibles."},
            message="Merci.",
            due_on=paris_date(at + 10 * DAY),
            actor=scene.ana,
            now=at,
        )

    def test_each_round_keeps_before_and_after_and_the_clock_adds_up(self, session, scene) -> None:
        first = self.ask(session, scene, NOW)
        with pytest.raises(Refused, match="from_incomplete"):
            self.ask(session, scene, NOW)
        assert implicit_refusal_on(scene.row) is None
        row = _read(session, scene)
        row.answers = {**row.answers, "title": "Un nom plus long"}
        session.flush()
        applications.answer_complement(
            session, scene.id, answer="", actor=scene.author, now=NOW + 4 * DAY
        )
        assert first.before["title"] == "Une recyclerie de quartier"
        assert first.after["title"] == "Un nom plus long"
        assert first.after["statutes"][0]["name"] == "statuts.pdf"
        assert scene.row.title == "Un nom plus long"  # lists and search follow
        second = self.ask(session, scene, NOW + 5 * DAY)
        applications.answer_complement(
            session, scene.id, answer="Voilà", actor=scene.author, now=NOW + 8 * DAY
        )
        row = _read(session, scene)
        assert [one.id for one in file.rounds(session, scene.id)] == [first.id, second.id]
        assert row.complement.id == second.id
        assert row.waited_days == 7
        told = durations(row, NOW + 10 * DAY)
        assert (told.gross, told.net, told.is_suspended) == (12, 5, False)
        answered = "application.complement_answered"
        assert kinds(session).count(answered) == 2

    def test_what_was_confirmed_is_to_be_confirmed_again(self, session, scene) -> None:
        scene.row.checked_by, scene.row.checked_at = scene.bob.id, NOW
        self.ask(session, scene, NOW)
        applications.answer_complement(
            session, scene.id, answer="", actor=scene.author, now=NOW + DAY
        )
        assert scene.row.checked_by is None


class TestConversation:
    def write(self, session, scene, actor, text="Bonjour", at=NOW):
        return conversing.write(session, scene.id, text=text, actor=actor, now=at)

    def test_each_side_reads_the_other_and_knows_what_is_new(self, session, scene) -> None:
        self.write(session, scene, scene.author)
        self.write(session, scene, scene.ana, "Bien reçu", NOW + DAY)
        row = _read(session, scene)
        assert [one.by_applicant for one in file.thread(session, scene.id)] == [True, False]
        assert file.unread(session, row, scene.bob, by_applicant=True) == 1
        assert file.unread(session, row, scene.ana, by_applicant=True) == 0
        assert file.unread(session, row, scene.author, by_applicant=False) == 1
        conversing.read(session, scene.id, actor=scene.author, now=NOW + 2 * DAY)
        assert file.unread(session, row, scene.author, by_applicant=False) == 0

    def test_strangers_and_empty_messages_are_refused(self, session, scene) -> None:
        with pytest.raises(Unknown):
            self.write(session, scene, acting_as(session, a_person(session)))
        with pytest.raises(Refused, match="empty"):
            self.write(session, scene, scene.author, "  ")
        with pytest.raises(Unknown):
            recused = replace(scene.ana, recused_from=frozenset({scene.id}))
            self.write(session, scene, recused)

    def test_one_digest_a_day_and_only_for_those_who_want_it(self, session, scene) -> None:
        conversing.choose_pace(session, Pace.NEVER, actor=scene.bob)
        self.write(session, scene, scene.author)
        self.write(session, scene, scene.author, "Encore")
        morning = paris_instant(paris_date(NOW) + DAY, 8)
        assert digest.send_digests(session, now=paris_instant(paris_date(NOW) + DAY, 6)) == 0
        assert digest.send_digests(session, now=morning) == 1
        assert digest.send_digests(session, now=morning + timedelta(hours=2)) == 0
        assert digest.send_digests(session, now=morning + DAY) == 0  # nothing new
        (told,) = session.query(Message).filter(Message.kind == "digest.due")
        assert told.subject_id == scene.ana.id

    def test_the_referent_alone_is_told_and_a_colleague_once_they_are_recused(
        self, session, scene
    ) -> None:
        scene.row.referent_id = scene.bob.id
        self.write(session, scene, scene.author)
        morning = paris_instant(paris_date(NOW) + DAY, 8)
        span = {"since": NOW - DAY, "until": morning}
        assert [len(news(session, one.id, **span)) for one in (scene.ana, scene.bob)] == [0, 1]
        session.add(
            Recusal(
                application_id=scene.id,
                person_id=scene.bob.id,
                origin="declared",
                reason="Un ami.",
                declared_at=NOW,
            )
        )
        session.flush()
        assert digest.send_digests(session, now=morning) == 1
        assert [len(news(session, one.id, **span)) for one in (scene.ana, scene.bob)] == [1, 0]


class TestOpinions:
    def ask(self, session, scene, **more):
        given = {
            "name": "Dominique Laforge",
            "email": "Dominique@Example.org ",
            "question": "Est-ce faisable ?",
            "field_keys": ["title", "summary", "inconnu"],
            "due_on": paris_date(NOW + 10 * DAY),
            "actor": scene.ana,
            "now": NOW,
        }
        return opinions.ask(session, scene.id, **{**given, **more})

    def test_an_opinion_is_given_once(self, session, scene) -> None:
        asked = self.ask(session, scene)
        assert (asked.email, asked.field_keys) == ("dominique@example.org", ["title", "summary"])
        later = NOW + 12 * DAY  # late advice is advice
        opinions.answer(session, asked.id, advice=Advice.RESERVED, text="Oui, mais.", now=later)
        with pytest.raises(Refused, match="answered_already"):
            opinions.answer(session, asked.id, advice=Advice.FAVOURABLE, text="Oui.", now=later)
        assert asked.advice is Advice.RESERVED

    def test_the_link_closes_on_expiry_on_cancelling_and_on_conflict(self, session, scene) -> None:
        asked = self.ask(session, scene)
        opinions.opened(session, asked.id, now=asked.expires_at - timedelta(seconds=1))
        with pytest.raises(Unknown):
            opinions.opened(session, asked.id, now=asked.expires_at)
        opinions.cancel(session, asked.id, actor=scene.ana, now=NOW)
        with pytest.raises(Unknown):
            opinions.opened(session, asked.id, now=NOW)
        other = self.ask(session, scene, email="autre@example.org")
        opinions.decline(session, other.id, has_conflict=True, now=NOW)
        with pytest.raises(Unknown):
            opinions.opened(session, other.id, now=NOW)

    def test_whoever_is_recused_is_neither_asked_nor_shown(self, session, scene) -> None:
        expert = a_person(session, email="expert@example.org")
        asked = self.ask(session, scene, email=expert.email)
        session.add(
            Recusal(
                application_id=scene.id,
                person_id=expert.id,
                origin="declared",
                reason="Un ami.",
                declared_at=NOW,
            )
        )
        session.flush()
        with pytest.raises(Unknown):
            opinions.opened(session, asked.id, now=NOW)
        asked.cancelled_at = NOW
        with pytest.raises(Refused, match="recused"):
            self.ask(session, scene, email=expert.email)

    def test_a_reminder_leaves_once_near_the_day(self, session, scene) -> None:
        self.ask(session, scene)
        assert opinions.remind(session, now=NOW + 5 * DAY) == 0
        assert opinions.remind(session, now=NOW + 7 * DAY) == 1
        assert opinions.remind(session, now=NOW + 8 * DAY) == 0

    def test_mistakes_are_told_beside_their_field(self, session, scene) -> None:
        for more, code, field in (
            ({"name": " "}, "name_missing", "name"),
            ({"email": "nulle part"}, "email_invalid", "email"),
            ({"question": ""}, "question_missing", "question"),
            ({"field_keys": ["inconnu"]}, "nothing_shown", "fields"),
            ({"due_on": paris_date(NOW)}, "due_date_is_past", "due_on"),
            ({"email": scene.author.email}, "is_the_applicant", "email"),
        ):
            with pytest.raises(Refused, match=code) as refusal:
                self.ask(session, scene, **more)
            assert refusal.value.field == field
