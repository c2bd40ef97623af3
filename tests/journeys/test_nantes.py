"""Nantes's prize: two tracks, each with its criteria, its ranking and its winner."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from grants.demo.cast import COURTS_CIRCUITS, Player
from grants.kernel.access import FunderRole
from journeys import applying, judging, officiating
from journeys.desk import a_desk, a_vote
from journeys.houses import a_house
from journeys.officiating import CALLS, Proposal

pytestmark = pytest.mark.slow
SLUG, SCHEME = "innovation-sociale-2018", "prix_innovation_sociale"
START, FIRM = "Amorçage", "Consolidation"
KEYS = {START: "amorcage", FIRM: "consolidation"}
STARTING, FIRMING, STARTING_TOO, FIRMING_TOO = EVERY = [
    replace(one, track=KEYS[track])
    for one, track in zip(COURTS_CIRCUITS[9:13], [START, FIRM] * 2, strict=True)
]
TITLES = {
    START: {STARTING.title, STARTING_TOO.title},
    FIRM: {FIRMING.title, FIRMING_TOO.title},
}
OWN = {START: "Prêt à démarrer", FIRM: "Chances de durer"}
"""The criterion that files of one track alone are scored on."""
READER = Player("Wandrille Ossélian")
OTHERS = [Player(name) for name in ("Yseult Garnavault", "Zacharie Pellan", "Anaïs Torrebenn")]
PRIZE = "Prix de l’innovation sociale"
VOTED_ON = date(2018, 11, 30)


def test_nantes_from_the_call_to_a_prize_in_each_track(stage):
    stage.move_to(datetime(2018, 9, 3, 8, tzinfo=UTC))
    house = a_house(
        stage,
        "estuaire",
        "Métropole de l’Estuaire",
        envelope="Dotations de l’Estuaire",
        voted=2_000_000,
    )
    with a_desk(stage, house) as desk:
        call_id = desk.publish(
            SCHEME,
            edition="2018",
            slug=SLUG,
            days=(date(2018, 9, 3), date(2018, 10, 5)),
            funder_nantes=house.name,
            envelope_dotations=house.envelope,
        )
    drafts = applying.others_apply(stage, EVERY, slug=SLUG, scheme=SCHEME, first_rank=340)
    juries = judging.juries_of(stage, call_id)

    stage.move_to(datetime(2018, 10, 9, 8, tzinfo=UTC))
    judging.seat_others(stage, juries["lecture"], [*OTHERS, READER])
    with a_desk(stage, house) as desk:
        desk.receive(call_id)
        desk.share_out(juries["lecture"])
    score_each_by_its_track(stage, juries["lecture"])
    judging.others_score(stage, juries["lecture"], OTHERS)
    officer = house.visitor(stage, FunderRole.OFFICER)
    judging.close(officer, juries["lecture"])
    firsts_of(officer, juries["lecture"])

    stage.move_to(datetime(2018, 10, 27, 8, tzinfo=UTC))
    judging.seat_others(stage, juries["jury"], OTHERS)
    with a_desk(stage, house) as desk:
        desk.shortlist(call_id, drafts.values())
        desk.share_out(juries["jury"])
    judging.others_score(stage, juries["jury"], OTHERS)
    house.back(stage, officer, FunderRole.OFFICER)
    judging.close(officer, juries["jury"])
    winners = firsts_of(officer, juries["jury"], prize=PRIZE)

    stage.move_to(datetime(2018, 11, 30, 17, tzinfo=UTC))
    house.back(stage, officer, FunderRole.OFFICER)
    award_each_track(officer, call_id, winners, drafts)
    with a_desk(stage, house) as desk:
        desk.vote(call_id, a_vote("DEL-E-1", "Prix de l’innovation sociale 2018", VOTED_ON))
    see_both_prizes(stage, winners)


def score_each_by_its_track(stage, jury_id):
    """A reader scores one file of each track, and is asked what its track is judged on."""
    reader = stage.enter(stage.visitor(), stage.person(READER.email))
    for track, title in ((START, STARTING.title), (FIRM, FIRMING.title)):
        text = reader.goto(f"/jury/{jury_id}").follow(title).text()
        assert OWN[track] in text
        assert not [words for key, words in OWN.items() if key != track and words in text]
        judging.score(reader, jury_id, title, ["8", "7", "9", "6"])


def firsts_of(officer, jury_id, *, prize=""):
    """The first of each track, from the tabs of the ranking; each has its own prize, if any."""
    page = officer.goto(f"/instruction/jurys/{jury_id}/classement")
    assert set(judging.ranked(page)) == TITLES[START] | TITLES[FIRM]
    firsts = {}
    for track, titles in TITLES.items():
        officer.follow(track)
        ranked = judging.ranked(officer)
        assert set(ranked) == titles
        ranks = officer.page.locator("tbody td:first-child").all_inner_texts()
        assert ranks[0] == "1"
        if prize:
            officer.says(f"{prize} — {track}")
        firsts[track] = ranked[0]
    return firsts


def award_each_track(officer, call_id, winners, drafts):
    """The table groups the tracks, and names the prize of whoever is first in each."""
    officer.goto(f"{CALLS}/{call_id}/decision").says("Chaque volet a son classement")
    lines = officer.page.locator("tbody tr")
    for track, title in winners.items():
        line = lines.filter(has_text=title)
        assert track in line.inner_text()
        assert line.locator('[name$="-label"]').input_value() == f"{PRIZE} — {track}"
    others = lines.locator('[name$="-label"]').evaluate_all("all => all.map(one => one.value)")
    assert sorted(others) == ["", "", f"{PRIZE} — {START}", f"{PRIZE} — {FIRM}"]
    refusal = Proposal("refusal", reason="Un autre projet de son volet est arrivé premier.")
    proposals = {}
    for one in EVERY:
        won = [track for track, title in winners.items() if title == one.title]
        prize = [Proposal("award", "prize", "4 000", label=f"{PRIZE} — {at}") for at in won]
        proposals[officiating.UUID(drafts[one.organisation][-36:])] = (*prize, refusal)[0]
    officiating.propose(officer, officer.path, proposals)
    assert officiating.figures(officer)["Proposé"] == "8 000,00 €"


def see_both_prizes(stage, winners):
    """Everybody reads two prizes, one a track."""
    passer_by = stage.visitor()
    passer_by.goto(f"/appels/{SLUG}").follow("Voir les résultats")
    passer_by.says(*winners.values(), f"{PRIZE} — {START}", f"{PRIZE} — {FIRM}")
    losers = (TITLES[START] | TITLES[FIRM]) - set(winners.values())
    assert not [one for one in losers if one in passer_by.text()]
