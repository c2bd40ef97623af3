"""Forms of jurors: answering an invitation, scoring, stepping back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import BooleanField, HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from grants.juries.queries import CriterionLine, Sheet
from grants.juries.services import Intent, Written
from grants.kernel.errors import Refused
from grants.web.forms import Form
from grants.web.wording import localized

TEXT_MAX = 4000
ABSTAINS = "abstain"
MARK = "mark_"
DIGITS_MAX = 3
VERSION_MAX = 9
"""Digits: int() refuses thousands of them."""
SURE: Mapping[str, Any] = {
    "": _l("Unsaid"),
    "1": _l("Not very sure"),
    "2": _l("Rather sure"),
    "3": _l("Very sure"),
}
"""What a juror's confidence is called; it counts for nothing in the score."""
TOO_LONG = Length(max=TEXT_MAX, message=_l("This text is too long: 4,000 characters at most."))


def text_area(label: Any, hint: Any, rows: int = 3) -> TextAreaField:
    """A text that may stay empty."""
    return TextAreaField(
        label,
        description=hint,
        validators=[TOO_LONG],
        filters=[lambda text: (text or "").replace("\r\n", "\n").strip()],
        render_kw={"rows": rows},
    )


class CharterForm(Form):
    """The charter, accepted with the seat."""

    charter = BooleanField(
        _l("I have read this charter and I commit to it."),
        validators=[InputRequired(_l("Tick the box to accept the charter."))],
    )


class DeclineForm(Form):
    """A word for whoever asked."""

    reason = text_area(_l("Why, in a few words"), _l("Only the service will read it."))


class ReviewForm(Form):
    """Comments of a review; the marks are added line by line from the rubric (`lay_out`).

    `version` is that of the review on screen when the page was sent.
    """

    version = HiddenField()
    confidence = RadioField(
        _l("How sure are you of your score?"),
        choices=[SelectChoice(key, words) for key, words in SURE.items()],
        default="",
        validators=[Optional()],
        filters=[lambda one: "" if one is None else str(one)],
    )
    comment_jury = text_area(
        _l("For the jury"), _l("Strengths, doubts, questions. Read by the other members.")
    )
    comment_applicant = text_area(
        _l("For the applicant"), _l("May be sent with the decision, without your name.")
    )
    private_note = text_area(_l("For yourself"), _l("Nobody else will ever read it."), rows=2)

    missing: Sequence[str] = ()
    is_stale = False

    def refuse(self, refusal: Refused) -> None:
        """A review that is not complete is to be corrected, which is no conflict."""
        self.is_stale = refusal.code == "review.stale"
        if refusal.code == "review.incomplete":
            self.missing = refusal.facts["missing"]  # type: ignore[assignment]
            return
        super().refuse(refusal)

    @property
    def status(self) -> int:
        """422 as well when the rubric, which validation does not know, has holes."""
        return 422 if self.missing else super().status

    def written(self) -> Written:
        """What the juror wrote, marks included."""
        version = self.version.data or ""
        return Written(
            version=int(version) if version.isdecimal() and len(version) <= VERSION_MAX else 0,
            marks=sent_marks(),
            confidence=int(self.confidence.data) if self.confidence.data else None,
            comment_jury=self.comment_jury.data or "",
            comment_applicant=self.comment_applicant.data or "",
            private_note=self.private_note.data or "",
        )

    def lay_out(self, sheet: Sheet) -> list[Scale]:
        """The rubric as it was sent, or else as it is saved, with what is missing."""
        sent = sent_marks() if request.method == "POST" else saved_marks(sheet)
        scales = [
            Scale(line, MARK + line.key, chosen(sent, line), line.key in self.missing)
            for line in sheet.criteria
        ]
        link = Markup('<a href="#{}-0">{}</a>')
        self.form_errors = [
            *self.form_errors,
            *(
                link.format(
                    one.name,
                    _(
                        "%(criterion)s: choose a mark, or abstain.",
                        criterion=localized(one.line, "label"),
                    ),
                )
                for one in scales
                if one.is_missing
            ),
        ]
        return scales


class RevisionForm(ReviewForm):
    """A final score changed in the discussion: the rubric again, and why."""

    reason = TextAreaField(
        _l("Why you change your score"),
        description=_l("One sentence. The other members read it, and the minutes keep it."),
        validators=[DataRequired(_l("Say in a sentence why your score changes.")), TOO_LONG],
        render_kw={"rows": 2},
    )


@dataclass(frozen=True)
class Scale:
    """One criterion to answer. Plain on purpose: a page has hundreds of these buttons."""

    line: CriterionLine
    name: str
    chosen: str | None
    is_missing: bool

    @property
    def marks(self) -> list[str]:
        """Every mark, as it is sent."""
        return [str(mark) for mark in range(self.line.scale_max + 1)]


def sent_marks() -> dict[str, int | None]:
    """The marks in the request, by criterion key; what is no number is off every scale."""
    return {
        name.removeprefix(MARK): None if value == ABSTAINS else whole(value)
        for name, value in request.form.items()
        if name.startswith(MARK) and value
    }


def saved_marks(sheet: Sheet) -> dict[str, int | None]:
    """The marks that the database holds."""
    return {line.key: line.value for line in sheet.criteria if line.marked}


def chosen(marks: Mapping[str, int | None], line: CriterionLine) -> str | None:
    """The option to show as chosen."""
    if line.key not in marks:
        return None
    value = marks[line.key]
    return ABSTAINS if value is None else str(value)


def whole(text: str) -> int:
    """A mark as a number; -1 for what is none."""
    return int(text) if text.isdecimal() and len(text) <= DIGITS_MAX else -1


INTENTS = {
    "save": (Intent.SAVE, False),
    "save_next": (Intent.SAVE, True),
    "finalise": (Intent.FINALISE, True),
    "abstain": (Intent.ABSTAIN, True),
}
"""What each button means, and whether the next file opens afterwards."""
