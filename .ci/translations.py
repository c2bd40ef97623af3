"""The messages of the code and the templates, and whether each has its translation.

`check` exits 1 when a message is missing, empty or fuzzy; `gather` adds the missing ones, empty.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
CATALOGUES = sorted((ROOT / "grants" / "translations").glob("*/LC_MESSAGES/messages.po"))
METHODS = [
    ("grants/**.py", "python"),
    ("workers/**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
]
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "_n": (1, 2),
    "_ln": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
OPTIONS = {
    "templates/**": {"silent": "false", "extensions": "jinja2.ext.do,jinja2.ext.loopcontrols"}
}


def messages() -> Catalog:
    """Every message that the product can show."""
    catalog = Catalog()
    for file, line, message, comments, context in extract_from_dir(
        str(ROOT), METHODS, OPTIONS, KEYWORDS, directory_filter=ours
    ):
        if message:
            catalog.add(message, None, [(file, line)], auto_comments=comments, context=context)
    return catalog


def ours(directory: str) -> bool:
    """Leave out what is not source."""
    return Path(directory).name not in {".venv", ".git", "var", "node_modules", "__pycache__"}


def faults(wanted: Catalog, file: Path) -> Iterator[str]:
    """What a catalogue lacks, one line each."""
    known = read(file)
    for message in wanted:
        if not message.id:
            continue
        found = known.get(message.id, context=message.context)
        where = ":".join(str(part) for part in message.locations[0])
        if found is None:
            yield f"{where}: not translated: {message.id!r}"
        elif found.fuzzy:
            yield f"{where}: fuzzy: {message.id!r}"
        elif not all(texts(found)):
            yield f"{where}: empty: {message.id!r}"
        elif any(problem := str(error) for error in found.check()):
            yield f"{where}: {problem}: {message.id!r}"


def texts(message: Message) -> tuple[str, ...]:
    """The translation, in each of its plural forms."""
    return message.string if isinstance(message.string, tuple | list) else (message.string,)


def read(file: Path) -> Catalog:
    """One catalogue."""
    with file.open("rb") as stream:
        return read_po(stream, locale=file.parts[-3])


def check() -> int:
    """Tell every fault of every catalogue."""
    wanted = messages()
    found = [fault for file in CATALOGUES for fault in faults(wanted, file)]
    print("\n".join(found) or f"{len(wanted)} messages, all translated")
    return bool(found)


def gather() -> int:
    """Add what is missing, untranslated, and drop what nobody says any more."""
    wanted = messages()
    for file in CATALOGUES:
        known = read(file)
        known.update(wanted, no_fuzzy_matching=True)
        known.obsolete.clear()
        for message in known:
            message.locations, message.auto_comments = [], []
        with file.open("wb") as stream:
            write_po(stream, known, width=100, sort_output=True)
        print(f"{file.relative_to(ROOT)}: {len(known)} messages")
    return 0


if __name__ == "__main__":
    sys.exit({"check": check, "gather": gather}[sys.argv[1]]())
