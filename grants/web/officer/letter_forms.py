"""Forms of the texts of letters, and of what is about to leave."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField

# Newer than the stubs of wtforms.
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, ValidationError

from grants.calls.models import Call
from grants.decisions.models import Instrument, Outcome
from grants.notices import texts
from grants.notices.models import LetterTemplate
from grants.notices.services import Drafted
from grants.people.models import Funder
from grants.web import wording
from grants.web.decisions import INSTRUMENTS, OUTCOMES
from grants.web.forms import Form
from grants.web.letters import USUAL_FR

BODY_MAX = 10_000
TOO_LONG = _l("This text is too long.")
ANY = ""
PARTIAL = {
    "": _l("Any amount"),
    "yes": _l("Less than requested"),
    "no": _l("All that was requested"),
}


class TemplateForm(Form):
    """A text of letters, and for which decisions it is meant."""

    funder = SelectField(_l("Authority"))
    name = StringField(
        _l("Name of the text"),
        [InputRequired(_l("Give the text a name.")), Length(max=120, message=TOO_LONG)],
    )
    outcome = SelectField(_l("Outcome"))
    instrument = SelectField(_l("Form"))
    partial = SelectField(_l("Amount awarded"))
    call = SelectField(_l("Call"))
    track = StringField(
        _l("Track"),
        [Length(max=60, message=TOO_LONG)],
        description=_l("Key of the track, for example “food”; leave empty for all tracks."),
    )
    body_fr = TextAreaField(
        _l("Text in French"),
        [InputRequired(_l("Write the text.")), Length(max=BODY_MAX, message=TOO_LONG)],
        render_kw={"rows": 18},
    )
    body_en = TextAreaField(
        _l("Translation into English"),
        [Length(max=BODY_MAX, message=TOO_LONG)],
        description=_l("Added to the French text for applicants who read English."),
        render_kw={"rows": 8},
    )

    def offer(self, funders: Sequence[Funder], calls: Sequence[Call]) -> None:
        """Give every list its choices."""
        self.funder.choices = [SelectChoice(str(one.id), one.name) for one in funders]
        self.partial.choices = [SelectChoice(key, words) for key, words in PARTIAL.items()]
        outcomes = [SelectChoice(o.value, words) for o, (words, _tone) in OUTCOMES.items()]
        self.outcome.choices = [SelectChoice(ANY, _("Any outcome")), *outcomes]
        forms = [SelectChoice(i.value, words) for i, words in INSTRUMENTS.items()]
        self.instrument.choices = [SelectChoice(ANY, _("Any form")), *forms]
        named = [SelectChoice(str(one.id), wording.localized(one, "title")) for one in calls]
        self.call.choices = [SelectChoice(ANY, _("All calls")), *named]

    def validate_body_fr(self, control: TextAreaField) -> None:
        """Refuse a text without what every letter must say."""
        self._must_hold(control)

    def validate_body_en(self, control: TextAreaField) -> None:
        """The same for the translation, where there is one."""
        if (control.data or "").strip():
            self._must_hold(control)

    def _must_hold(self, control: TextAreaField) -> None:
        outcome = Outcome(self.outcome.data) if self.outcome.data in set(Outcome) else None
        body = control.data or ""
        if lacking := texts.missing(body, outcome):
            blocks = wording.listed([f"[{one}]" for one in lacking])
            raise ValidationError(
                _("Every letter of this kind must contain %(blocks)s: add it.", blocks=blocks)
            )
        if odd := texts.unknown(body):
            names = wording.listed([f"[{one}]" for one in odd])
            raise ValidationError(
                _("There is no variable called %(names)s: see the list alongside.", names=names)
            )

    @property
    def drafted(self) -> Drafted:
        """What was typed, once it is valid."""
        partial = self.partial.data
        return Drafted(
            name=self.name.data or "",
            outcome=Outcome(self.outcome.data) if self.outcome.data else None,
            instrument=Instrument(self.instrument.data) if self.instrument.data else None,
            call_id=UUID(self.call.data) if self.call.data else None,
            track_key=self.track.data or "",
            partial=None if not partial else partial == "yes",
            body_fr=self.body_fr.data or "",
            body_en=self.body_en.data or "",
        )


def kept(template: LetterTemplate | None) -> dict[str, object]:
    """A text as the form shows it; a new one begins as the usual letter."""
    if template is None:
        return {"body_fr": USUAL_FR}
    partial = {None: "", True: "yes", False: "no"}[template.partial]
    return {
        "funder": str(template.funder_id),
        "name": template.name,
        "outcome": template.outcome or "",
        "instrument": template.instrument or "",
        "partial": partial,
        "call": str(template.call_id or ""),
        "track": template.track_key,
        "body_fr": template.body_fr,
        "body_en": template.body_en,
    }


class WordingForm(Form):
    """A paragraph of its own for one letter."""

    added = TextAreaField(
        _l("Paragraph for this letter alone"), [Length(max=2_000, message=TOO_LONG)]
    )


class ReleaseForm(Form):
    """The word of whoever looked through all the letters."""

    seen = HiddenField()
    looked = BooleanField(
        _l("I have read these letters"),
        [InputRequired(_l("Confirm that you have read the letters."))],
    )
