"""Reads what people wrote (a form, a call template) strictly, and says every mistake at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeVar

E = TypeVar("E", bound=StrEnum)
WHOLE_MAX = 10**15
"""Amounts are in cents; what is larger than a country's budget is a slip."""


class Malformed(ValueError):
    """The text does not follow its schema. `errors` are sentences, each with its path."""

    def __init__(self, errors: Sequence[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = tuple(errors)


class Reader:
    """One mapping of the text, and the mistakes found so far in the whole of it.

    Each method takes the value under a key, or notes a mistake and gives a harmless
    stand-in, so that reading goes on. `done` notes the keys that nobody asked for.
    """

    def __init__(self, value: object, *, path: str = "", errors: list[str] | None = None) -> None:
        self.path = path
        self.errors: list[str] = [] if errors is None else errors
        self._asked: set[str] = set()
        self._values: Mapping[str, object] = {}
        if isinstance(value, Mapping):
            self._values = {str(key): one for key, one in value.items()}
        else:
            self.wrong("", "must be a mapping")

    def wrong(self, key: str, why: str) -> None:
        """Note a mistake under `key`."""
        at = ".".join(part for part in (self.path, key) if part)
        self.errors.append(f"{at or 'document'}: {why}")

    def has(self, key: str) -> bool:
        """Whether the key was written."""
        return key in self._values

    def raw(self, key: str) -> object:
        """Whatever is under the key, None when nothing is."""
        self._asked.add(key)
        return self._values.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        """A text, stripped; required and not empty when there is no default."""
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if isinstance(value, str) and (value.strip() or default is not None):
            return value.strip()
        self.wrong(key, "must be a text" if value is not None else "is missing")
        return ""

    def flag(self, key: str, *, default: bool = False) -> bool:
        """A yes or no."""
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(key, "must be true or false")
        return value is True

    def integer(
        self, key: str, default: int | None = None, *, least: int = 0, most: int = WHOLE_MAX
    ) -> int:
        """A whole number from `least` to `most`."""
        value = self.optional_integer(key, least=least, most=most)
        if value is not None:
            return value
        if default is None and not self.has(key):
            self.wrong(key, "is missing")
        return least if default is None else default

    def optional_integer(self, key: str, *, least: int = 0, most: int = WHOLE_MAX) -> int | None:
        """A whole number from `least` to `most`, or None."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            self.wrong(key, f"must be a whole number, at least {least}")
            return None
        if value > most:
            self.wrong(key, f"must be {most} at most")
            return None
        return value

    def one_of(self, key: str, kinds: type[E], default: E | None = None) -> E:
        """One value of an enumeration."""
        value = self.raw(key)
        if value is None and default is not None:
            return default
        for kind in kinds:
            if kind.value == value:
                return kind
        known = ", ".join(kind.value for kind in kinds)
        self.wrong(key, f"must be one of {known}" if value is not None else "is missing")
        return default if default is not None else next(iter(kinds))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty when not written."""
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.wrong(key, "must be a list of texts")
            return ()
        return tuple(value)

    def day(self, key: str) -> date | None:
        """A day written 2018-11-30, or None."""
        value = self.raw(key)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.wrong(key, "must be a day written 2018-11-30")
            return None

    def optional_instant(self, key: str) -> datetime | None:
        """An instant with its zone, written 2018-11-30T23:00:00+00:00, or None; given in UTC."""
        value = self.raw(key)
        if value is None:
            return None
        try:
            instant = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
            if instant.tzinfo is not None:
                return instant.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        self.wrong(key, "must be an instant with its zone, 2018-11-30T23:00:00+00:00")
        return None

    def instant(self, key: str) -> datetime:
        """An instant, required."""
        found = self.optional_instant(key)
        if found is None and not self.has(key):
            self.wrong(key, "is missing")
        return found or datetime.min.replace(tzinfo=UTC)

    def rows(self, key: str, *, least: int = 0) -> Iterator[Reader]:
        """A list of mappings, one reader each."""
        value = self.raw(key)
        rows = value if isinstance(value, list) else []
        if value is not None and not isinstance(value, list):
            self.wrong(key, "must be a list")
        elif len(rows) < least:
            self.wrong(key, f"must have at least {least} entry")
        for position, row in enumerate(rows):
            yield self._under(row, f"{key}[{position}]")

    def part(self, key: str) -> Reader:
        """A mapping inside this one, empty when not written."""
        value = self.raw(key)
        return self._under({} if value is None else value, key)

    def done(self) -> None:
        """Note the keys that were written and never asked for: typing mistakes, mostly."""
        for key in self._values:
            if key not in self._asked:
                self.wrong(key, "is not a known key here")

    def check(self) -> None:
        """Stop here if anything was wrong.

        Raises:
            Malformed: with every mistake found.
        """
        if self.errors:
            raise Malformed(self.errors)

    def _under(self, value: object, key: str) -> Reader:
        path = f"{self.path}.{key}" if self.path else key
        return Reader(value, path=path, errors=self.errors)
