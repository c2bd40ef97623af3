"""What people and machines type: never a failure, always a sentence, nothing typed is lost."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from werkzeug.routing import IntegerConverter, Rule

from build.html import Page
from build.matrix import Call, Entry, entries, rules
from build.site import digest
from build.world import ROLES

MATRIX = entries()
NUL = "a\x00b"
LONG = "mot " * 25_000
HOSTILE = {
    "NUL": NUL,
    "100 KB": LONG,
    "Arabic digits": "٣٤٥",
    "infinity": "1e309",
    "400 digits": "9" * 400,
    "no such day": "31/02/2018",
    "the last day": "31/12/9999",
    "markup": "<b>'\"&{{7*7}}%s",
    "other signs": "NaN \u202e\ufeff\uffff \U0001d504",
}
AT_ONCE = 3
"""Kinds of nonsense that one form or address meets here; `make attack` sends them all."""
ANSWERS = {200, 303, 404, 409, 413, 422}
ENGLISH = re.compile(
    r"\b(this|field|must|invalid|choice|required|between|cannot|longer|not a|the)\b", re.IGNORECASE
)
FOR_SCRIPTS = {
    "applicant.sections.presence",
    "applicant.uploads.begin",
    "applicant.uploads.piece",
}
"""Asked by the scripts of a page, and answered in JSON."""
MAY_BE_EMPTY = {
    "applicant.sections.save": 303,  # a draft may have holes
    "applicant.complements.send": 303,
    "juror.invitations.decline": 303,
    "juror.reviews.save": 303,  # so may a draft of scores
    "juror.ballots.save": 303,  # and of a ballot
    "officer.applications.act": 303,  # nothing ticked, nothing done
    "officer.decisions.save": 303,
    "officer.waiting.move": 303,  # up, unless it says down
    "finance.batches.send": 303,  # no reason but for transfers that left
    **dict.fromkeys(
        ("finance.orders.reveal", "finance.accounts.reveal", "finance.batches.take"), 200
    ),
    "public.opinions.decline": 200,  # no reason need be given
    **dict.fromkeys(
        (
            "officer.applications.act_everywhere",
            "officer.appraisal.hand_over",
            "officer.checklists.judge",
            "officer.spreadsheets.start",
            "officer.contacts.move",
            "officer.letter_templates.move",
            "officer.letters.word",
            "officer.workshop.arranged.move",
        ),
        303,
    ),  # nothing chosen, nothing done, and the list says so
    # What is named by nothing is not there.
    "applicant.applications.take_up": 404,
    "officer.appraisal.stick": 404,
    "officer.council_rooms.say_concerned": 404,
    "officer.appraisal.unstick": 404,
    # A version of the form that nobody saw is not the one being written.
    **{
        f"officer.workshop.outline.{verb}_{what}": 409
        for verb in ("move", "copy", "delete")
        for what in ("section", "field")
    },
    "officer.workshop.conditions.save_computed": 409,
    "officer.workshop.eligibility.delete": 409,
    "officer.workshop.rulebook.delete_check": 409,
    "public.judging.judge": 200,  # no answer is an answer: it cannot be known
    "public.judging.reckon": 200,
    **dict.fromkeys(
        (
            "juror.hearings.say",
            "juror.profiles.save",
            "sittings.holding.time",
            "sittings.holding.note",
        ),
        303,
    ),  # coming never, nothing to say, no timer, no note: all may be said
    # Of a meeting, what nobody named is not there.
    "sittings.agenda.arrange": 404,
    "sittings.members.mark": 404,
    "sittings.members.give": 404,
    "sittings.members.revoke": 404,
    "sittings.motions.vote": 404,
    # What only the domain knows to be missing is its refusal: 409, beside the box.
    "applicant.hearings.reply": 409,
    "juror.offline.take": 409,
    "officer.admissibility.refuse": 409,
    "officer.admissibility.note": 409,
    "applicant.claims.answer": 409,
    "officer.claims.refuse": 409,
    "officer.claims.save_plan": 409,
    "finance.orders.reject": 409,
    "finance.accounts.answer": 409,
    "finance.returns.set_aside": 409,
    "finance.settings.save": 303,  # no threshold, no codes: as most are
}


def forms(site) -> Iterator[tuple[Entry, str, Call]]:
    """Every form of the site, well filled in, with whoever may send it."""
    for name, rule in rules(site.app):
        entry = MATRIX[name]
        if entry.method == "POST":
            role = next((one for one in ROLES if entry.answers.get(one) in {200, 303}), None)
            if role is not None and rule.endpoint not in FOR_SCRIPTS:
                yield entry, role, entry.call(site, rule, site.world.ours)


def some_nonsense(nth: int) -> list[tuple[str, str]]:
    """Three kinds, other ones for the next form: every code that forms share meets them all."""
    kinds = list(HOSTILE.items())
    return [kinds[(AT_ONCE * nth + one) % len(kinds)] for one in range(AT_ONCE)]


def failings(site, answer, sent: dict[str, str]) -> list[str]:
    """What is wrong with a page that asks to mend what was sent."""
    page = Page(answer.text)
    found = []
    if not page.summary:
        found.append("no summary")
    if page.summary_title != "Il y a quelque chose à corriger":
        found.append(f"summary headed « {page.summary_title} »")
    if "<title>Erreur" not in answer.text:
        found.append("the title does not say that something is wrong")
    for address, sentence in page.summary:
        if address is not None and address.removeprefix("#") not in page.ids:
            found.append(f"{address} leads nowhere")
        if not sentence or ENGLISH.search(sentence):
            found.append(f"not French: « {sentence} »")
    return found + [f"lost: {name}" for name in lost(page, sent)]


def lost(page: Page, sent: dict[str, str]) -> list[str]:
    """The boxes of the page that no longer hold what was typed in them."""
    gone = []
    for name, typed in sent.items():
        kind = page.kinds.get(name)
        if kind is None or kind in {"password", "file", "submit"}:
            continue
        wanted = typed.replace("\x00", "")
        if kind in {"radio", "checkbox", "select"}:
            if wanted in page.options[name] and wanted not in page.boxes[name]:
                gone.append(name)
        elif kind != "hidden" and flat(wanted) not in map(flat, page.boxes[name]):
            gone.append(name)
    return gone


def flat(text: str) -> str:
    """A text without the spaces that a filter may take off its ends, nor those of numbers."""
    return re.sub(r"\s+", "", text)


def send(site, role: str, path: str, form: dict[str, str]) -> tuple[int, list[str]]:
    """The status of an answer, and what is wrong with it."""
    answer = site.call(role, "POST", path, data=form)
    wrong = [] if answer.status_code in ANSWERS else [f"status {answer.status_code}"]
    if answer.status_code == 422 or 'id="error-summary"' in answer.text:
        wrong += failings(site, answer, form)
    return answer.status_code, wrong


def test_an_empty_form_is_told_what_it_lacks(site):
    wrong = []
    for entry, role, call in forms(site):
        status, found = send(site, role, call.path, {})
        wrong += [f"{entry.name}: {one}" for one in found]
        if status != MAY_BE_EMPTY.get(entry.endpoint, 422 if call.form else 303):
            wrong.append(f"{entry.name}: {status} for nothing at all")
    assert wrong == [], "\n".join(wrong)


def test_a_form_of_nonsense_is_no_failure(site):
    wrong = []
    for nth, (entry, role, call) in enumerate(forms(site)):
        for what, nonsense in some_nonsense(nth):
            _status, found = send(site, role, call.path, dict.fromkeys(call.form, nonsense))
            wrong += [f"{entry.name} full of {what}: {one}" for one in found]
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("what", ["100 KB", "400 digits"])  # `make attack` sends the others
def test_one_field_of_nonsense_among_good_ones_is_no_failure(site, what):
    wrong = []
    for entry, role, call in forms(site):
        for name in call.form:
            status, found = send(site, role, call.path, {**call.form, name: HOSTILE[what]})
            wrong += [f"{entry.name} {name} is {what}: {one}" for one in found]
            if what == "100 KB" and status == 303 and name not in SWALLOWED:
                wrong.append(f"{entry.name} {name}: takes 100 KB")
    assert wrong == [], "\n".join(wrong)


SWALLOWED = {
    # Boxes to tick and buttons: whatever comes counts as yes, or as no button.
    *("being_created", "certified", "committed", "charter", "nothing", "later", "act", "intent"),
    *("partial", "typed"),
    # What is no identifier or version was never on the page.
    *("id", "application", "version"),
    # Switches and directions: what is not offered is the usual one.
    *("direction", "joiner", "kind", "mode", "verdict"),
    # Drafts keep whatever was typed, and say what to mend before one goes on.
    *("q_title", "q_summary"),
}


def test_fields_twice_unknown_fields_and_files_as_texts_are_no_failure(site):
    for entry, role, call in forms(site):
        twice = {name: [value, "zzz", value] for name, value in call.form.items()}
        files = {name: (io.BytesIO(b"%PDF-1.4"), "x.pdf") for name in call.form}
        for sent in (twice, files, {**call.form, "is_operator": "y", "state": "paid"}):
            answer = site.call(role, "POST", call.path, data=sent)
            assert answer.status_code in ANSWERS, (entry.name, sent)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"name=%ED%A0%80&email=%FF%FE", "application/x-www-form-urlencoded"),
        (b"name=\xff\xfe\xed\xa0\x80", "application/x-www-form-urlencoded"),
        (b"&&&===%%%", "application/x-www-form-urlencoded"),
        (b'{"name": null, "amount": 1e309}', "application/json"),
        (b'--x\r\nContent-Disposition: form-data; name="a"', "multipart/form-data; boundary=x"),
        (b"\x00\x01", "multipart/form-data"),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--",
         "multipart/form-data; boundary=x"),
    ],
)  # fmt: skip
def test_bytes_that_are_no_form_are_no_failure(site, body, kind):
    for entry, role, call in forms(site):
        answer = site.call(role, "POST", call.path, data=body, content_type=kind)
        assert answer.status_code in ANSWERS, entry.name


def test_a_refused_form_stores_nothing(site):
    """What is taken is undone at once; what all that was refused left behind is seen at the end."""
    refused = 0
    with site.database.undone():
        with site.database.transaction() as session:
            before = digest(session)
        for _entry, role, call in forms(site):
            for nonsense in (NUL, "31/02/2018", "-5"):
                sent = dict.fromkeys(call.form, nonsense)
                with site.database.begun() as step:
                    status = site.call(role, "POST", call.path, data=sent).status_code
                    (step.commit if status >= 400 else step.rollback)()
                refused += status >= 400
        with site.database.transaction() as session:
            after = digest(session)
    assert refused > 50
    assert {name for name in before if before[name] != after[name]} == set()


ASKED = (
    "q", "state", "page", "sort", "track", "size", "role", "show", "appel",
    "plus", "before", "next", "back", "lang",
)  # fmt: skip


def test_nonsense_in_an_address_is_no_failure(site):
    for nth, (name, rule) in enumerate(rules(site.app)):
        entry = MATRIX[name]
        role = next((one for one in reversed(ROLES) if entry.expected(one) == 200), None)
        if entry.method != "GET" or role is None:
            continue
        path = entry.call(site, rule, site.world.ours).path.partition("?")[0]
        for _what, nonsense in some_nonsense(nth):
            short = nonsense[:2000]
            asked = (*ASKED, *entry.ask)
            answer = site.call(role, "GET", path, query_string=dict.fromkeys(asked, short))
            assert answer.status_code in {200, 303, 404}, (name, short[:20])


ANY_OF = "<any("
"""A path that takes a few words only: any other leads nowhere before a view is asked."""


@pytest.mark.parametrize(
    "nonsense", ["a%00b", "%ED%A0%80", "%FF", "..%2F..%2Fconfig.py", "9" * 3000]
)
def test_nonsense_in_the_path_is_no_failure(site, nonsense):
    for name, rule in rules(site.app):
        entry = MATRIX[name]
        texts = [one for one in rule.arguments if entry.of.get(one, "=").startswith("=")]
        texts += [one for one in rule.arguments if one in {"slug", "token"}]
        if entry.method != "GET" or not texts or ANY_OF in rule.rule:
            continue
        held = {one: place_of(rule, one) for one in texts}
        path = entry.call(site, rule, site.world.ours, **held).path
        for place in held.values():
            path = path.replace(place, nonsense)
        for role in ("nobody", "officer"):
            answer = site.call(role, "GET", path)
            assert answer.status_code in {200, 303, 404, 409}, name


def place_of(rule: Rule, argument: str) -> str:
    """What holds the place of nonsense in an address: no number is built of letters."""
    converter = rule._converters.get(argument)
    return "8675309" if isinstance(converter, IntegerConverter) else "NONSENSE"
