"""Each refusal on the path of the money says what would unblock it."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
from babel.support import Translations

from config import ROOT
from grants.lifecycles import LIFECYCLES
from grants.web import sentences
from grants.web.sentences import REMEDIES, SENTENCES, from_states, remedies, unblocking
from grants.web.sentences import watch as law

SHORTAGES = [one for one in SENTENCES if one.startswith(("ledger.exceeds_", "ledger.schedule_"))]
TO_SIGN = [f"agreement.{one}" for one in ("countersign.from_sent", "bring_into_force.from_signed")]
DOMAINS = (
    *("agreements", "appeals", "councils", "decisions", "duties", "followup", "ledger"),
    *("notices", "payments", "scenarios", "watch", "withdrawals"),
)
SUBJECTS = ("agreement", "appeal", "claim", "council_session", "payment_order", "withdrawal")
TOLD = [importlib.import_module(f"{sentences.__name__}.{one}") for one in (*DOMAINS, "scans")]
BESIDE = re.compile(r"[.:;,] |^")
# An order, to whoever reads: what a clause begins with when it says what to do.
DO = {
    *("Accept", "Acknowledge", "Add", "Ask", "Attach", "Begin", "Bring", "Change", "Check"),
    *("Choose", "Close", "Compare", "Continue", "Correct", "Decide", "Enter", "Fill", "Give"),
    *("Go", "Group", "Have", "Keep", "Leave", "Look", "Lower", "Mend", "Name", "Open", "Pass"),
    *("Plan", "Print", "Propose", "Provide", "Put", "Read", "Record", "Remove", "Save", "Say"),
    *("See", "Select", "Sign", "State", "Take", "Tell", "Tick", "Try", "Upload", "Use", "Wait"),
    *("Withdraw", "Write"),
}
FAITES = re.compile(r"(\w+ez|Dites|Faites)\b")
FRENCH = Translations.load(str(Path(ROOT, "grants", "translations")), ["fr"])


def from_states_of_lifecycles() -> set[str]:
    """Every code of an arrow that is asked for where it does not begin."""
    return {
        f"{one.subject}.{arrow.name}.from_{state}"
        for one in LIFECYCLES
        if one.subject in SUBJECTS
        for arrow in one.transitions
        for state in type(one.initial)
        if state not in arrow.sources
    }


def refusals() -> list[str]:
    """Every code that these domains refuse with; those put together are the sentences' own."""
    written = {
        code
        for domain in DOMAINS
        for path in sorted(Path(ROOT, "grants", domain).rglob("*.py"))
        for code in re.findall(r'Refused\(\s*"([a-z_.]+)"', path.read_text())
    }
    told = {code for module in TOLD for code in module.SENTENCES if ".from_" not in code}
    return sorted(written | told | from_states_of_lifecycles())


def orders(text: str, verbs: re.Pattern[str]) -> bool:
    """Whether a clause of a text says what to do."""
    return any(verbs.match(one.strip(" \u202f«").capitalize()) for one in BESIDE.split(text))


ENGLISH = re.compile(rf"({'|'.join(sorted(DO))})\b")


def lacking(code: str) -> list[str]:
    """In which languages a refusal leaves its reader without a way on."""
    sentence, remedy = str(SENTENCES[code]), str(REMEDIES.get(code, ""))
    if not remedy and not orders(sentence, ENGLISH):
        return ["en"]
    said = str(FRENCH.gettext(remedy or sentence))
    if said == (remedy or sentence) or not (remedy or orders(said, FAITES)):
        return ["fr"]
    return []


def test_every_refusal_between_the_vote_and_the_closing_says_what_would_unblock_it():
    found = refusals()
    assert len(found) > 350
    assert [code for code in found if not sentences.is_known(code)] == []
    assert {code: told for code in found if (told := lacking(code))} == {}


def test_a_remedy_says_something_else_than_its_sentence():
    assert [one for one in REMEDIES if str(REMEDIES[one]) == str(SENTENCES.get(one))] == []


@pytest.mark.parametrize(
    "module", [remedies, from_states, unblocking], ids=lambda one: one.__name__
)
def test_no_remedy_is_for_a_refusal_that_nobody_makes(module):
    assert set(module.REMEDIES) <= set(SENTENCES)


@pytest.mark.parametrize("code", [*SHORTAGES, *TO_SIGN, "waiting.money_gone"])
def test_what_lacks_is_said_with_what_brings_it(code):
    assert str(REMEDIES[code]) not in {"", str(SENTENCES[code])}


THRESHOLDS = [one for one in law.SENTENCES if one.startswith(("watch.de_", "watch.capital_u"))]


@pytest.mark.parametrize("code", [*THRESHOLDS, "watch.capital_share", "watch.public_aid"])
def test_a_threshold_names_what_may_still_be_done_and_who_answers_for_more(code):
    assert "answer" in str(law.SENTENCES[code])
