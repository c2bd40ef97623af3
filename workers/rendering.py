"""Facts to words, in French or English: the templates of mails and letters.

A Flask application without a route, for its templates and its translations alone: mails and
letters read like the pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, render_template
from flask_babel import Babel, force_locale

from grants.applications import answers
from grants.applications.models import Application
from grants.calls.form import Reading
from grants.invariants import ALL
from grants.notices.giving import Written
from grants.web import wording
from grants.web.agreements import PROOF_WORDS
from grants.web.answers import ReadSection, read_sections
from grants.web.calls import closing
from grants.web.compiled import compiled_templates
from grants.web.decisions import sentence
from grants.web.letters import letter_blocks, order_blocks
from grants.web.sittings.words import RECORD

BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Paragraph:
    """Some lines of a mail; or a link, with the words above it."""

    lines: list[str]

    @property
    def url(self) -> str | None:
        """The address on the last of two lines, when it is one."""
        last = self.lines[-1]
        is_link = len(self.lines) == 2 and re.fullmatch(r"https?://\S+", last)  # noqa: PLR2004 -- words, address
        return last if is_link else None

    @property
    def label(self) -> str:
        """The words above the address."""
        return self.lines[0]


class Pages:
    """The renderer of mails and letters."""

    def __init__(self, root: Path) -> None:
        self._app = Flask("notices", root_path=str(root), template_folder="templates")
        self._app.config.from_mapping(
            BABEL_DEFAULT_LOCALE="en",
            BABEL_DEFAULT_TIMEZONE="Europe/Paris",
            BABEL_TRANSLATION_DIRECTORIES=str(root / "grants" / "translations"),
        )
        Babel(self._app)
        self._app.jinja_options["bytecode_cache"] = compiled_templates()
        self._app.jinja_env.trim_blocks = True
        self._app.jinja_env.globals["check_said"] = check_said
        self._app.jinja_env.filters.update(
            amount=wording.amount,
            closing=closing,
            day=wording.day,
            hour=wording.time_of_day,
            instant=wording.instant,
            moment=wording.moment,
            text=wording.localized,
        )

    def mail(self, kind: str, locale: str, facts: Mapping[str, Any]) -> Written:
        """One mail, its HTML made from the same paragraphs as its text."""
        with self._app.app_context(), force_locale(locale):
            plain = render_template(f"mails/{kind}.txt", **facts)
            subject, *rest = [one.strip() for one in BLANK_LINES.split(plain) if one.strip()]
            paragraphs = [Paragraph([line.strip() for line in one.splitlines()]) for one in rest]
            subject = " ".join(subject.split())
            html = render_template(
                "mails/layout.html", subject=subject, paragraphs=paragraphs, locale=locale
            )
        text = "\n\n".join("\n".join(one.lines) for one in paragraphs)
        return Written(subject=subject, text=f"{text}\n", html=html)

    @contextmanager
    def speaking(self, locale: str) -> Iterator[None]:
        """A place where words are in that language: for spreadsheets."""
        with self._app.app_context(), force_locale(locale):
            yield

    def letter(self, name: str, locale: str, facts: Mapping[str, Any]) -> str:
        """The page of a letter, to typeset."""
        with self._app.app_context(), force_locale(locale):
            return render_template(
                f"letters/{name}.html",
                locale=locale,
                sentence=sentence,
                blocks_of=letter_blocks,
                order_blocks_of=order_blocks,
                read=read,
                record_words=RECORD,
                proof_words=PROOF_WORDS,
                **facts,
            )


def check_said(name: str) -> str:
    """What a nightly check says must hold, in the language at hand; its name when it is gone."""
    for one in ALL:
        if one.name == name:
            return one.fr if wording.language() == "fr" else one.en
    return name


def read(application: Application) -> list[ReadSection]:
    """An application's answers as its applicant reads them."""
    return read_sections(
        answers.document(application),
        answers.as_shown(application),
        answers.deposited(application),
        Reading.APPLICANT,
        applicant=answers.applicant(application),
    )
