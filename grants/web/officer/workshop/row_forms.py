"""The forms of what a call has several of: tracks, stages, juries, criteria, batches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any, cast
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from grants.calls.models import (
    BALLOT_POINTS_MAX,
    JUDGED_BY_JURIES,
    REMIND_DAYS,
    REMIND_DAYS_MAX,
    Call,
    CallKind,
    RankingRule,
    StageKind,
    last_day,
)
from grants.calls.services.arranging import Arranged
from grants.kernel.clock import PARIS
from grants.kernel.money import Unit
from grants.web import calls as telling
from grants.web import wording
from grants.web.forms import Form, WholeField
from grants.web.officer.call_forms import day_field, last_instant, time_field
from grants.web.officer.sums import EurosField
from grants.web.officer.workshop.rows import RowsField
from grants.web.officer.workshop.setting_forms import TickBoxes, _text, plain

WORDS_MAX, HELP_MAX = 200, 1000
ALL, CUT = "all", "cut"
RULES: Mapping[RankingRule, Any] = {
    RankingRule.MEAN: _l("The mean of the jurors’ scores"),
    RankingRule.MEDIAN: _l("The median of the jurors’ scores"),
    RankingRule.SCHULZE: _l("Ballots: each juror ranks the files (Schulze’s method)"),
    RankingRule.APPROVAL: _l("Ballots: each juror ticks the files they approve of"),
    RankingRule.POINTS: _l("Ballots: each juror shares points out"),
    RankingRule.BUDGET: _l("Ballots: each juror chooses files within a budget"),
}
"""What an author may choose among."""


class RowForm(Form):
    """One row. `columns` are those of its own that are stored as they are typed."""

    columns: tuple[str, ...] = ()

    @classmethod
    def made_for(cls, call: Call, *, parent: str = "") -> RowForm:
        """The form of a new row of this call, inside `parent` when there are several."""
        form = cls()
        form.prepare(call, parent)
        return form

    def prepare(self, _call: Call, _parent: str = "") -> None:
        """Fill the lists that depend on the call."""

    def fill(self, row: Any) -> None:
        """Show the row as it is stored."""
        for name in self.columns:
            self[name].data = getattr(row, name)

    def values(self) -> dict[str, Any]:
        """The columns to store."""
        return {name: plain(self[name]) for name in self.columns}


class TrackForm(RowForm):
    """One thematic lot."""

    columns = ("label_fr", "label_en")
    label_fr = _text(_l("Name of the track"), WORDS_MAX, needed=_l("Write its name."))
    label_en = _text(_l("Name in English"), WORDS_MAX)


class StageForm(RowForm):
    """One step of the selection."""

    columns = (
        *("title_fr", "title_en", "help_fr", "help_en", "starts_on", "ends_on"),
        *("hide_others", "blind", "remind_days", "tells_comments", "tells_scores", "tells_rank"),
    )
    title_fr = _text(_l("Name of the stage"), WORDS_MAX, needed=_l("Write its name."))
    title_en = _text(_l("Name in English"), WORDS_MAX)
    kind = SelectField(_l("What happens"))
    help_fr = _text(_l("What applicants should know"), HELP_MAX, rows=3)
    help_en = _text(_l("The same in English"), HELP_MAX, rows=3)
    starts_on = day_field(_l("First day"), validators=[Optional()])
    ends_on = day_field(_l("Last day"), validators=[Optional()])
    entry = RadioField(
        _l("Who goes on to the next stage"),
        choices=[
            SelectChoice(ALL, _l("All of them")),
            SelectChoice(CUT, _l("Those above the cut")),
        ],
        default=ALL,
    )
    cut = WholeField(
        _l("How many go on"), validators=[Optional(), NumberRange(1, 9999, _l("At least one."))]
    )
    hide_others = BooleanField(
        _l("Each juror scores before seeing the others’ scores"), default=True
    )
    blind = BooleanField(
        _l("Jurors do not know who applies"),
        description=_l(
            "Names, contact details and names of documents are hidden from them; you may prepare "
            "a redacted copy of each file."
        ),
    )
    remind_days = WholeField(
        _l("Days before the end when jurors are reminded"),
        default=REMIND_DAYS,
        description=_l("One e-mail to each member with unfinished files. 0 for none."),
        filters=[lambda days: REMIND_DAYS if days is None else days],
        validators=[
            NumberRange(0, REMIND_DAYS_MAX, _l("Between 0 and 60.")),
        ],
    )
    tells_comments = BooleanField(_l("The jurors’ comments written for them"))
    tells_scores = BooleanField(
        _l("The mean of each criterion"), description=_l("Where at least two jurors scored it.")
    )
    tells_rank = BooleanField(_l("Their place in the ranking"))

    def prepare(self, _call: Call, _parent: str = "") -> None:
        """Name the kinds of stages."""
        self.kind.choices = [SelectChoice(one.value, telling.STAGES[one]) for one in StageKind]

    def fill(self, row: Any) -> None:
        """Show the row as it is stored."""
        super().fill(row)
        self.kind.data, self.cut.data = row.kind.value, row.cut
        self.entry.data = CUT if row.cut else ALL

    def validate_ends_on(self, field: Any) -> None:
        """Hold the days in order."""
        if field.data and not self.starts_on.data:
            raise ValidationError(_("Say when it begins too."))
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("It must end after it begins."))

    def validate_entry(self, field: Any) -> None:
        """A cut has a figure."""
        if field.data == CUT and not self.cut.data:
            raise ValidationError(_("Say how many go on."))

    def values(self) -> dict[str, Any]:
        """The columns to store."""
        cut = self.cut.data if self.entry.data == CUT else None
        return {**super().values(), "kind": StageKind(self.kind.data), "cut": cut}


class JuryForm(RowForm):
    """One panel."""

    unit = Unit.EUR

    columns = ("name_fr", "name_en", "quorum", "casting_vote")
    stage_id = SelectField(_l("Stage"))
    name_fr = _text(_l("Name of the jury"), WORDS_MAX, needed=_l("Write its name."))
    name_en = _text(_l("Name in English"), WORDS_MAX)
    prize_fr = _text(_l("Prize it awards"), WORDS_MAX, hint=_l("Leave empty if it awards none."))
    prize_en = _text(_l("Prize in English"), WORDS_MAX)
    quorum = WholeField(
        _l("Quorum"),
        default=3,
        description=_l("How many final scores an application needs to be ranked."),
        validators=[InputRequired(_l("Write a number.")), NumberRange(1, 99, _l("At least one."))],
    )
    casting_vote = BooleanField(
        _l("In the jury’s meetings, the chair’s vote settles a tie"),
        description=_l(
            "Not in a secret vote. Otherwise a motion with as many for as against is rejected."
        ),
    )

    rule = SelectField(
        _l("What makes the ranking"),
        default=RankingRule.MEAN.value,
        description=_l(
            "The median is not moved by one score far from the others. With few scores, "
            "the mean tells more applications apart."
        ),
    )
    ballot_points = WholeField(
        _l("Points of a ballot"),
        description=_l("How many each juror shares out. For the rule by points alone."),
        validators=[
            Optional(),
            NumberRange(1, BALLOT_POINTS_MAX, _l("Between 1 and 10,000.")),
        ],
    )
    ballot_budget = EurosField(
        _l("Budget of a ballot"),
        description=_l(
            "What the files chosen may ask for together, in the call’s unit. For the rule by "
            "budget alone."
        ),
    )

    def prepare(self, call: Call, parent: str = "") -> None:
        """Offer the stages that juries judge."""
        self.unit = call.unit
        self.rule.choices = [SelectChoice(one.value, words) for one, words in RULES.items()]
        stages = [one for one in call.stages if one.kind in JUDGED_BY_JURIES]
        self.stage_id.choices = [
            SelectChoice(str(one.id), wording.localized(one, "title")) for one in stages
        ]
        if parent and not self.is_submitted():
            self.stage_id.data = parent

    def fill(self, row: Any) -> None:
        """Show the row as it is stored."""
        super().fill(row)
        self.stage_id.data = str(row.stage_id)
        self.prize_fr.data, self.prize_en.data = row.prize_fr, row.prize_en
        self.rule.data = row.rule.value
        self.ballot_points.data = row.ballot_points
        self.ballot_budget.show(row.ballot_budget, self.unit)

    def values(self) -> dict[str, Any]:
        """The columns to store; a prize left empty is none."""
        prizes = {name: plain(self[name]) or None for name in ("prize_fr", "prize_en")}
        rule = RankingRule(self.rule.data)
        return {
            **super().values(),
            **prizes,
            "rule": rule,
            "ballot_points": self.ballot_points.data if rule is RankingRule.POINTS else None,
            "ballot_budget": (
                self.ballot_budget.amount(self.unit) if rule is RankingRule.BUDGET else None
            ),
            "stage_id": UUID(self.stage_id.data),
        }


class CriterionForm(RowForm):
    """One thing that a jury scores."""

    columns = (
        *("label_fr", "label_en", "help_fr", "help_en", "weight", "scale_max"),
        *("optional", "tracks"),
    )
    jury_id = SelectField(_l("Jury"))
    label_fr = _text(_l("Criterion"), WORDS_MAX, needed=_l("Name the criterion."))
    label_en = _text(_l("Criterion in English"), WORDS_MAX)
    help_fr = _text(_l("What is looked at"), HELP_MAX, rows=3)
    help_en = _text(_l("The same in English"), HELP_MAX, rows=3)
    weight = WholeField(
        _l("Weight"),
        description=_l("The weights of a jury’s criteria add up to 100."),
        validators=[
            InputRequired(_l("Write a number.")),
            NumberRange(1, 1000, _l("At least one.")),
        ],
    )
    scale_max = WholeField(
        _l("Best mark"),
        default=10,
        validators=[
            InputRequired(_l("Write a number.")),
            NumberRange(1, 100, _l("Between 1 and 100.")),
        ],
    )
    optional = BooleanField(
        _l("Jurors may leave it without mark"),
        description=_l("It then counts as an abstention: neither for nor against the file."),
    )
    tracks = TickBoxes(
        _l("Asked for files of these tracks alone"),
        description=_l("Tick none to ask it for every file."),
        validators=[Optional()],
    )
    anchors = RowsField(
        _l("What a mark means"),
        columns=("value", "label_fr", "label_en"),
        least=3,
        description=_l("One line per mark: jurors read it beside the scale."),
    )

    def prepare(self, call: Call, parent: str = "") -> None:
        """Offer the juries of the call."""
        juries = [jury for stage in call.stages for jury in stage.juries]
        self.jury_id.choices = [
            SelectChoice(str(one.id), wording.localized(one, "name")) for one in juries
        ]
        self.tracks.choices = [
            SelectChoice(one.key, wording.localized(one, "label")) for one in call.tracks
        ]
        if parent and not self.is_submitted():
            self.jury_id.data = parent

    def fill(self, row: Any) -> None:
        """Show the row as it is stored."""
        super().fill(row)
        self.jury_id.data = str(row.jury_id)
        self.anchors.data = [{**one, "value": str(one["value"])} for one in row.anchors]

    def validate_anchors(self, field: RowsField) -> None:
        """Marks that rise, within the scale, each with its words."""
        for row in field.filled:
            if not (row["value"].isdecimal() and row["value"].isascii()):
                raise ValidationError(_("“%(mark)s” is not a mark.", mark=row["value"]))
            if not row.get("label_fr"):
                raise ValidationError(_("Say what the mark %(mark)s means.", mark=row["value"]))
        marks = [int(row["value"][:4]) for row in field.filled]
        best = self.scale_max.data or 0
        if marks != sorted(set(marks)) or (marks and marks[-1] > best):
            raise ValidationError(
                _("Marks must rise from one line to the next, up to %(best)s.", best=best)
            )

    def values(self) -> dict[str, Any]:
        """The columns to store."""
        anchors = [
            {
                "value": int(row["value"]),
                "label_fr": row["label_fr"],
                "label_en": row.get("label_en") or row["label_fr"],
            }
            for row in self.anchors.filled
        ]
        return {**super().values(), "anchors": anchors, "jury_id": UUID(self.jury_id.data)}


class BatchForm(RowForm):
    """One gathering of a rolling call."""

    columns = ("label_fr", "label_en", "decides_on")
    label_fr = _text(
        _l("Name of the session"),
        WORDS_MAX,
        needed=_l("Write its name."),
        hint=_l("For example: Session of March."),
    )
    label_en = _text(_l("Name in English"), WORDS_MAX)
    cut_off_at = day_field(
        _l("Last day to be judged in this session"),
        validators=[InputRequired(_l("Write a date, for example 30/11/2018."))],
    )
    cut_off_time = time_field(
        _l("Time"), description=_l("Leave empty for midnight at the end of that day.")
    )
    decides_on = day_field(_l("Day of the decision"), validators=[Optional()])

    def fill(self, row: Any) -> None:
        """Show the row as it is stored."""
        super().fill(row)
        day = last_day(row.cut_off_at)
        civil = row.cut_off_at.astimezone(PARIS)
        at_midnight = (civil.hour, civil.minute) == (0, 0)
        self.cut_off_at.data = day if at_midnight else civil.date()
        self.cut_off_time.data = None if at_midnight else civil.time()

    def validate_cut_off_time(self, _field: object) -> None:
        """Refuse a time that the clocks skip."""
        if self.cut_off_at.data:
            last_instant(self.cut_off_at.data, self.cut_off_time.data)

    def values(self) -> dict[str, Any]:
        """The columns to store."""
        instant = last_instant(cast(Any, self.cut_off_at.data), self.cut_off_time.data)
        return {**super().values(), "cut_off_at": instant.astimezone(UTC)}


FORMS: Mapping[Arranged, type[RowForm]] = {
    Arranged.TRACK: TrackForm,
    Arranged.STAGE: StageForm,
    Arranged.JURY: JuryForm,
    Arranged.CRITERION: CriterionForm,
    Arranged.BATCH: BatchForm,
}


def has_batches(call: Call) -> bool:
    """Whether the call gathers applications in sessions."""
    return call.kind is CallKind.ROLLING
