"""Letters seen before they leave: which text each takes, what a text must hold, one release."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from build.clock import NOW
from build.decisions import a_deliberation, a_refusal, a_scene, an_award, recused
from build.people import a_funder, a_funder_member, acting_as
from grants.decisions.models import Outcome
from grants.kernel.errors import Refused, Unknown
from grants.notices import choosing, services
from grants.notices.models import LetterRelease, LetterTemplate, LetterWording
from grants.notices.services import Drafted
from grants.outbox.models import Message

FRENCH = "Par l’acte [acte] du [date] : [montant].\n\nMotif : [motif]\n\n[recours]"
AWARD = Drafted(name="Accord", outcome=Outcome.AWARD, body_fr=FRENCH)
PARTIAL = replace(AWARD, name="Accord partiel", partial=True)
REFUSAL = Drafted(name="Refus", outcome=Outcome.REFUSAL, body_fr=FRENCH)


@pytest.fixture
def scene(session):
    return a_scene(session, applications=3)


@pytest.fixture
def voted(session, scene):
    return a_deliberation(
        session, scene, an_award(scene, amount=100), an_award(scene, 1), a_refusal(scene, 2)
    )


def keep(session, scene, drafted: Drafted) -> LetterTemplate:
    return services.add_template(session, scene.funder.id, drafted, actor=scene.officer, now=NOW)


def taken(session, scene, voted) -> list[str | None]:
    letters = choosing.letters_due(session, voted.id, viewer=scene.officer)
    by_title = sorted(letters, key=lambda one: one.application.title)
    return [one.template and one.template.name for one in by_title]


def seen(session, scene, voted) -> str:
    return choosing.fingerprint(choosing.letters_due(session, voted.id, viewer=scene.officer))


def test_each_letter_takes_the_first_text_that_fits(session, scene, voted):
    scene.applications[1].requested = 1_000_000  # what it was awarded
    session.flush()
    assert taken(session, scene, voted) == [None, None, None]
    keep(session, scene, PARTIAL)
    keep(session, scene, AWARD)
    refusal = keep(session, scene, REFUSAL)
    assert taken(session, scene, voted) == ["Accord partiel", "Accord", "Refus"]
    award = session.scalars(select(LetterTemplate).where(LetterTemplate.name == "Accord")).one()
    services.move_template(session, award.id, earlier=True, actor=scene.officer)
    assert taken(session, scene, voted) == ["Accord", "Accord", "Refus"]
    named = session.execute(choosing.taking(refusal, viewer=scene.officer)).all()
    assert [one.Application.title for one in named] == ["Projet 3"]
    foreign = keep(session, scene, replace(REFUSAL, name="Autre", track_key="food"))
    assert session.execute(choosing.taking(foreign, viewer=scene.officer)).all() == []


@pytest.mark.parametrize("block", ["acte", "date", "recours", "montant", "motif"])
def test_no_text_omits_a_mandatory_block_whoever_writes_it(session, scene, block):
    lame = Drafted(name="Boiteux", body_fr=FRENCH.replace(f"[{block}]", ""))
    with pytest.raises(Refused, match=r"letter_template.block_missing") as told:
        keep(session, scene, lame)
    assert told.value.facts["blocks"] == f"[{block}]"
    row = LetterTemplate(
        funder_id=scene.funder.id, position=1, name="Boiteux", body_fr=lame.body_fr, body_en="",
        revised_by=scene.officer.id, revised_at=NOW,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match=r"french_holds_its_blocks"), session.begin_nested():
        session.add(row)
        session.flush()


def test_a_text_for_refusals_need_not_tell_an_amount(session, scene):
    keep(session, scene, replace(REFUSAL, body_fr="[acte] [date] [motif] [recours]"))
    keep(session, scene, replace(AWARD, body_fr="[acte] [date] [montant] [recours]"))
    with pytest.raises(Refused, match=r"letter_template.variable_unknown"):
        keep(session, scene, replace(AWARD, body_fr=FRENCH + " [prenom]"))


def test_what_leaves_is_what_was_seen(session, scene, voted):
    template = keep(session, scene, AWARD)
    before = seen(session, scene, voted)
    services.change_template(
        session, template.id, AWARD, actor=scene.officer, now=NOW.replace(microsecond=1)
    )
    with pytest.raises(Refused, match=r"letters.changed_since"):
        release(session, scene, voted, before)
    assert voted.announced_at is None
    first = scene.applications[0]
    word(session, scene, voted, first, "Bravo.")
    release(session, scene, voted, seen(session, scene, voted))
    assert voted.announced_at == NOW
    kept = session.scalars(select(LetterWording).where(LetterWording.added != "")).one()
    assert (kept.application_id, kept.body, kept.added) == (first.id, FRENCH, "Bravo.")


def release(session, scene, voted, seen):
    return services.release_letters(session, voted.id, seen=seen, actor=scene.officer, now=NOW)


def word(session, scene, voted, application, added):
    services.word_letter(
        session, voted.id, application.id, added=added, actor=scene.officer, now=NOW
    )


def test_twice_is_once_and_nothing_changes_after(session, scene, voted):
    for _ in range(2):
        release(session, scene, voted, seen(session, scene, voted))
    count = select(func.count()).select_from(Message)
    assert session.scalar(count.where(Message.kind == "decision.announced")) == 3
    assert session.scalar(select(func.count()).select_from(LetterRelease)) == 1
    with pytest.raises(Refused, match=r"letters.released"):
        word(session, scene, voted, scene.applications[0], "Trop tard.")
    for statement in (
        "UPDATE letter_wording SET body = 'autre'",
        "DELETE FROM letter_wording",
        "UPDATE letter_release SET letters = 1",
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement))


def test_whoever_stepped_back_from_one_sends_none(session, scene, voted):
    away = recused(scene.officer, scene.applications[1])
    mine = choosing.letters_due(session, voted.id, viewer=away)
    seen_by_them = choosing.fingerprint(mine)
    with pytest.raises(Refused, match=r"letters\.not_whole"):
        services.release_letters(session, voted.id, seen=seen_by_them, actor=away, now=NOW)
    assert voted.announced_at is None


def test_the_frozen_words_outlive_their_text(session, scene, voted):
    template = keep(session, scene, AWARD)
    release(session, scene, voted, seen(session, scene, voted))
    services.remove_template(session, template.id, actor=scene.officer, now=NOW)
    due = choosing.letter_due(session, voted.id, scene.applications[0].id, viewer=None)
    assert services.body_of(due) == FRENCH


def test_others_prepare_no_letters_and_the_recused_see_none(session, scene, voted):
    template = keep(session, scene, AWARD)
    stranger = acting_as(session, a_funder_member(session, a_funder(session)))
    first = scene.applications[0]
    with pytest.raises(Unknown):
        services.release_letters(session, voted.id, seen="", actor=stranger, now=NOW)
    with pytest.raises(Unknown):
        services.remove_template(session, template.id, actor=stranger, now=NOW)
    with pytest.raises(Unknown):
        services.add_template(session, scene.funder.id, AWARD, actor=stranger, now=NOW)
    with pytest.raises(Unknown):
        choosing.letter_due(session, voted.id, first.id, viewer=stranger)
    kept_away = recused(scene.officer, first)
    assert len(choosing.letters_due(session, voted.id, viewer=kept_away)) == 2
    with pytest.raises(Unknown):
        choosing.letter_due(session, voted.id, first.id, viewer=kept_away)
