"""What differs between two revisions of a form. Pure: shown before publishing, and mailed after."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

from grants.calls.form import Field, FormDocument


class Aspect(StrEnum):
    """What of a question may have changed, in the words of its author."""

    LABEL = "label"
    HELP = "help"
    TYPE = "type"
    REQUIRED = "required"
    OPTIONAL = "optional"
    LIMITS = "limits"
    CHOICES = "choices"
    CONDITION = "condition"
    ASKED_OF = "asked_of"
    SECTION = "section"
    OTHER = "other"


@dataclass(frozen=True)
class Changed:
    """A question that both revisions ask, otherwise."""

    before: Field
    after: Field
    aspects: tuple[Aspect, ...]


@dataclass(frozen=True)
class Differences:
    """Questions added, removed and changed, in reading order."""

    added: tuple[Field, ...]
    removed: tuple[Field, ...]
    changed: tuple[Changed, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    @property
    def told(self) -> Differences:
        """Those that whoever fills in must know of: new wording of a help is not one."""
        silent = {Aspect.HELP, Aspect.OTHER, Aspect.SECTION}
        changed = tuple(one for one in self.changed if set(one.aspects) - silent)
        return Differences(self.added, self.removed, changed)


def differences(before: FormDocument, after: FormDocument) -> Differences:
    """What the second revision asks that the first did not, and the contrary."""
    old = {field.key: field for field in before.fields()}
    new = {field.key: field for field in after.fields()}
    changed = []
    for key, field in new.items():
        if key in old and (found := _aspects(old[key], field, _homes(before, after, key))):
            changed.append(Changed(old[key], field, found))
    return Differences(
        added=tuple(field for key, field in new.items() if key not in old),
        removed=tuple(field for key, field in old.items() if key not in new),
        changed=tuple(changed),
    )


def _homes(before: FormDocument, after: FormDocument, key: str) -> tuple[str, str]:
    return _home(before, key), _home(after, key)


def _home(form: FormDocument, key: str) -> str:
    return next(
        (one.key for one in form.sections if any(field.key == key for field in one.fields)), ""
    )


def _aspects(before: Field, after: Field, homes: tuple[str, str]) -> tuple[Aspect, ...]:
    found = {
        Aspect.LABEL: before.label_fr != after.label_fr,
        Aspect.HELP: before.help_fr != after.help_fr,
        Aspect.TYPE: before.type is not after.type,
        Aspect.REQUIRED: after.required and not before.required,
        Aspect.OPTIONAL: before.required and not after.required,
        Aspect.CHOICES: before.limits.choices != after.limits.choices,
        Aspect.LIMITS: _other_limits(before) != _other_limits(after),
        Aspect.CONDITION: before.show_if != after.show_if,
        Aspect.ASKED_OF: before.legal_forms != after.legal_forms,
        Aspect.SECTION: homes[0] != homes[1],
    }
    aspects = tuple(aspect for aspect, is_other in found.items() if is_other)
    return aspects or ((Aspect.OTHER,) if before != after else ())


def _other_limits(field: Field) -> tuple[object, ...]:
    names = [one.name for one in fields(field.limits) if one.name != "choices"]
    return tuple(getattr(field.limits, name) for name in names)
