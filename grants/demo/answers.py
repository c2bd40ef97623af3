"""What candidates write: their own project in the questions that a call asks."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from grants.calls.form import Field, FieldType, FormDocument, Section
from grants.calls.templates import template
from grants.demo.browser import Files, HtmlForm
from grants.demo.cast import Candidate

PARAGRAPHS = tuple(
    """
Nous sommes partis d’un constat partagé avec les habitants : le besoin est là, sans réponse.
Une personne égale une voix : salariés, bénévoles et usagers décident ensemble, chaque trimestre.
L’activité est pensée pour durer : deux emplois sont créés, les recettes montent chaque année.
Nos partenaires sont les centres sociaux, les bailleurs et les associations du quartier.
Le projet se déroule entièrement sur le territoire, avec des fournisseurs d’ici.
""".strip().splitlines()
)

AHEAD = timedelta(days=90)
"""How far in the future a project begins."""


def document(key: str) -> FormDocument:
    """The form of a call template."""
    return FormDocument.parse(dict(template(key).form))


class Answers:
    """One candidate's way of filling a form in. Seeded: the same play every time."""

    def __init__(self, candidate: Candidate, key: str, today: date) -> None:
        self._candidate = candidate
        self._chance = random.Random(candidate.organisation)  # noqa: S311 -- a play, not a secret
        self._day = today + AHEAD
        self._least = 0
        self.sections = document(key).sections

    def typed(self, section: Section, form: HtmlForm) -> dict[str, Any]:
        """What to type in the controls of one section's page."""
        values: dict[str, Any] = {}
        for field in section.fields:
            name = f"q_{field.key}"
            if field.type is FieldType.BUDGET:
                values |= self._budget(name, form)
            elif field.type is FieldType.ADDRESS:
                place = self._candidate.place
                values |= {
                    f"{name}-street": "12 place des Coopératives",
                    f"{name}-postcode": place.postcode,
                    f"{name}-city": place.city,
                }
            elif field.type is not FieldType.FILE:
                values[name] = self._answer(field)
        return values

    def files(self, section: Section, form: HtmlForm) -> Files:
        """A real document for each place that asks for one."""
        wanted = [one.key for one in section.fields if one.type is FieldType.FILE]
        return {
            f"q_{key}": (f"{key}.pdf", a_pdf(f"{self._candidate.organisation} - {key}"), PDF_TYPE)
            for key in wanted
            if f"q_{key}" in form.files
        }

    def _answer(self, field: Field) -> Any:
        if (own := self._by_role(str(field.role))) is not None:
            return own
        if field.limits.choices:
            keys = [one.key for one in field.limits.choices]
            if field.type is FieldType.CHOICES:
                return self._chance.sample(keys, min(field.limits.min or 2, len(keys)))
            return self._chance.choice(keys)
        value = self._by_type()[field.type]
        return self._grown(field, value) if field.type is FieldType.NUMBER else value

    def _by_role(self, role: str) -> Any:
        known = {
            "title": self._candidate.title,
            "requested": self._candidate.requested,
            "summary": self._candidate.about,
            "track": self._candidate.track or None,
        }
        return known.get(role)

    def _by_type(self) -> Mapping[FieldType, Any]:
        chance, place = self._chance, self._candidate.place
        return {
            FieldType.SHORT_TEXT: self._candidate.person.name,
            FieldType.LONG_TEXT: " ".join(chance.sample(PARAGRAPHS, 2)),
            FieldType.NUMBER: chance.randint(2, 9),
            FieldType.MONEY: f"{chance.randint(12, 90)} 000",
            FieldType.QUANTITY: max(10, self._candidate.requested // 2),
            FieldType.DATE: f"{self._later():%d/%m/%Y}",
            FieldType.YES_NO: "yes",
            FieldType.EMAIL: self._candidate.person.email,
            FieldType.PHONE: "0" + str(chance.randint(6, 7)) + " 99 00 12 34",
            FieldType.URL: "https://www.demo.example/",
            FieldType.COMMUNE: f"{place.postcode} {place.city} ({place.code})",
        }

    def _grown(self, field: Field, value: int) -> int:
        """Numbers grow in the order of the questions: what there is, then what is aimed at."""
        self._least = max(self._least, value, field.limits.min or 0)
        return min(self._least, field.limits.max or self._least)

    def _later(self) -> date:
        """Days follow each other in the order of the questions: a beginning, then its end."""
        self._day += timedelta(days=self._chance.randint(3, 9))
        return self._day

    def _budget(self, name: str, form: HtmlForm) -> dict[str, Any]:
        """Charges equal products; the amount asked stands under account 74."""
        asked = self._candidate.requested
        own = self._chance.randint(2, 9) * 1000
        wanted = {
            "charges": {"60": 2 * own, "64": asked},
            "products": {"74": asked, "70": own, "75": own},
        }
        typed: dict[str, Any] = {}
        for row, account in form.fields:
            side = row.removeprefix(f"{name}-").partition("-")[0]
            if row.startswith(f"{name}-") and row.endswith("-account"):
                amount = wanted.get(side, {}).pop(account, None)
                if amount is not None:
                    typed[row.removesuffix("account") + "amount"] = amount
        return typed


PDF_TYPE = "application/pdf"


def a_pdf(words: str) -> bytes:
    """A real one-page PDF that says a few words."""
    plain = words.encode("latin-1", "replace").replace(b"(", b"").replace(b")", b"")
    drawn = b"BT /F1 16 Tf 60 760 Td (" + plain + b") Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (count, table, count, len(body))
    )
