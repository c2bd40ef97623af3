"""Sentences of templates, translated by one look-up each: a page has a hundred of them.

The catalogues are Flask-Babel's and never change while the process lives. What is kept here is
the finished markup of sentences without variables, by language; with variables it is the
translated pattern, and Jinja's newstyle rules hold: values are escaped, `%%` is a per cent.
"""

from __future__ import annotations

from flask_babel import get_translations
from markupsafe import Markup

from grants.web.wording import language

KEPT_MAX = 20_000
"""Above it nothing more is kept: messages are constants, and far fewer."""

_plain: dict[tuple[str, str], Markup] = {}
_patterns: dict[tuple[str, str], Markup] = {}


def gettext(message: str, /, **variables: object) -> Markup:
    """The sentence in the language of the answer, as markup."""
    key = (language(), message)
    if variables:
        return _pattern(key) % variables
    found = _plain.get(key)
    if found is None:
        found = _pattern(key) % {}
        if len(_plain) < KEPT_MAX:
            _plain[key] = found
    return found


def ngettext(singular: str, plural: str, num: int, /, **variables: object) -> Markup:
    """The sentence for that many, as markup; `%(num)s` is the count."""
    pattern = Markup(get_translations().ungettext(singular, plural, num))  # noqa: S704 -- ours
    return pattern % {"num": num, **variables}


def _pattern(key: tuple[str, str]) -> Markup:
    found = _patterns.get(key)
    if found is None:
        found = Markup(get_translations().ugettext(str(key[1])))  # noqa: S704 -- our own sentences
        if len(_patterns) < KEPT_MAX:
            _patterns[key] = found
    return found


FOR_TEMPLATES = {"_": gettext, "gettext": gettext, "ngettext": ngettext}
"""In place of Flask-Babel's, which asks half a dozen proxies for the language each time."""
