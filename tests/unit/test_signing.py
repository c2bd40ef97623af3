"""What every implementation of signature promises; the trail that it leaves; a drawn mark."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from build.clock import NOW
from config import Settings
from grants.agreements import drawing
from grants.agreements.models import SigningCode
from grants.agreements.signing import LASTS, SIGNINGS, TRIES_MAX, is_whole, signing, trail
from grants.app import create_app
from grants.web.signing import device

VERSION, PERSON = UUID(int=1), UUID(int=2)
ZIGZAG = "M10 100" + "".join(f"L{20 + 10 * at} {100 + (-1) ** at * 30}" for at in range(10))


def asked(nth=0, **changes):
    said = {"version_id": VERSION, "person_id": PERSON, "asked_at": NOW, "tries": 1}
    row = SigningCode(id=UUID(int=10 + nth), expires_at=NOW + LASTS, used_at=None, **said)
    for name, value in changes.items():
        setattr(row, name, value)
    return row


@pytest.fixture(params=sorted(SIGNINGS))
def one(request):
    """Every implementation there is."""
    return signing(request.param, "s" * 32)


def answer(one, row):
    challenge = one.challenge(row)
    assert (challenge.code is None) != (challenge.url is None)
    return challenge.code or challenge.url


def test_whoever_meets_the_challenge_has_a_proof_of_this_very_text(one):
    row = asked()
    proof = one.prove(row, answer(one, row), now=NOW)
    assert (proof.code_id, proof.version_id, proof.person_id) == (row.id, VERSION, PERSON)
    assert (proof.at, proof.provider) == (NOW, one.name)
    assert SIGNINGS[one.name]("s" * 32).name == one.name


def test_the_same_challenge_comes_back_and_another_is_another(one):
    assert one.challenge(asked()) == one.challenge(asked())
    assert one.challenge(asked()) != one.challenge(asked(1))
    assert one.challenge(asked()) != signing(one.name, "t" * 32).challenge(asked())


@pytest.mark.parametrize(
    "changes",
    [
        {"used_at": NOW},
        {"expires_at": NOW},
        {"expires_at": NOW - timedelta(seconds=1)},
        {"tries": TRIES_MAX + 1},
    ],
)
def test_what_is_used_late_or_tried_too_often_proves_nothing(one, changes):
    row = asked(**changes)
    assert one.prove(row, answer(one, row), now=NOW) is None


def test_a_wrong_answer_proves_nothing_and_the_right_one_is_written_nowhere(one):
    row, right = asked(), answer(one, asked())
    for wrong in ("", " ", right[:-1], right + "0", answer(one, asked(1))):
        assert one.prove(row, wrong, now=NOW) is None
    proof = one.prove(row, right, now=NOW)
    assert right not in repr(proof.evidence)
    assert len(proof.digest) == 64
    assert proof.digest != one.prove(asked(1), answer(one, asked(1)), now=NOW).digest


def test_an_unknown_implementation_stops_the_site_at_its_start(tmp_path):
    settings = Settings.from_env({"LAUREAT_VAR": str(tmp_path), "SIGNING": "nobody"})
    with pytest.raises(ValueError, match="local"):
        create_app(settings)


def test_a_trail_tells_whichever_step_was_changed_taken_out_or_moved():
    links = trail([{"step": "text", "digest": "a"}, {"step": "asked", "at": "b"}, {"step": "c"}])
    assert is_whole(links)
    assert len({one["sha256"] for one in links}) == 3
    for broken in (
        [{**links[0], "digest": "x"}, *links[1:]],
        links[1:],
        [links[0], links[2]],
        [links[0], links[2], links[1]],
        [*links[:2], {**links[2], "more": 1}],
    ):
        assert not is_whole(broken)


def test_a_drawing_is_lines_inside_the_box_and_written_anew():
    assert drawing.is_drawing(ZIGZAG)
    assert ZIGZAG in drawing.svg(ZIGZAG)
    for wrong in (
        "",
        "M10 10L20 20",
        "M1 1" + "L1 2" * 20,
        ZIGZAG + "L601 10",
        ZIGZAG + "L10 201",
        ZIGZAG + '"/><script>',
        ZIGZAG + "C1 2 3 4 5 6",
        ZIGZAG + " ",
        ZIGZAG.removeprefix("M10 100"),
        "M10 100" + "L20 20" * 2_000,
    ):
        assert not drawing.is_drawing(wrong), wrong[:80]
        with pytest.raises(ValueError, match="drawing"):
            drawing.svg(wrong)


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Firefox/130.0", "computer"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148", "phone"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/120 Mobile Safari/537", "phone"),
        ("Mozilla/5.0 (Linux; Android 14; SM-X200) Chrome/120 Safari/537", "tablet"),
        ("Mozilla/5.0 (iPad; CPU OS 16_0 like Mac OS X)", "tablet"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)
def test_of_a_device_its_class_alone_is_kept(agent, told):
    assert device(agent) == told
