"""A browser without a screen: pages, forms with CSRF, files; nothing behind their back."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

Files = Mapping[str, tuple[str, bytes, str]]
FAILED = 400
NO_AUTHORITY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody: the site is on this machine. Reading every authority took each browser 40 ms."""
SILENT_SECONDS = 2.0
"""A connection silent for longer is used no more: the site closes it after `gunicorn.keepalive`,
and a request that leaves at that very instant is lost."""


class Unexpected(Exception):
    """The site answered something else than what was asked for."""


@dataclass
class HtmlForm:
    """One form of a page: where it goes, and what it would send as it stands."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    labels: dict[tuple[str, str], str] = field(default_factory=dict)
    """The value of an option or of a box by (name, words)."""
    words: list[str] = field(default_factory=list)
    """The visible text between its ends."""
    ids: dict[str, str] = field(default_factory=dict)
    """The name of a box by the identifier that its label has."""

    @property
    def names(self) -> set[str]:
        """Every name that the form can send."""
        pressed = {name for name, _ in self.buttons}
        return {name for name, _ in self.fields} | set(self.choices) | set(self.files) | pressed

    def filled(self, values: Mapping[str, Any], button: str | None) -> list[tuple[str, str]]:
        """What it sends once `values` are typed: lists for boxes and several choices.

        Raises:
            Unexpected: a name that the form does not have.
        """
        if unknown := set(values) - self.names:
            raise Unexpected(f"no field {sorted(unknown)} in the form to {self.action}")
        sent = [(name, value) for name, value in self.fields if name not in values]
        for name, value in values.items():
            several = value if isinstance(value, (list, tuple)) else [value]
            sent += [(name, str(one)) for one in several if one is not None]
        if button is not None:
            wanted = [one for one in self.buttons if button in one]
            sent += wanted[:1] or [(button, "1")]
        return sent


class _Reader(HTMLParser):
    """Collects forms, links and the visible text."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[HtmlForm] = []
        self.links: list[tuple[str, str]] = []
        self.text: list[str] = []
        self._form: HtmlForm | None = None
        self._loose: dict[str, HtmlForm] = {}
        self._link: str | None = None
        self._link_text: list[str] = []
        self._area: str | None = None
        self._area_text: list[str] = []
        self._select: tuple[str, HtmlForm] | None = None
        self._option: str | None = None
        self._option_text: list[str] = []
        self._silent = 0
        self._boxes: dict[str, tuple[HtmlForm, str, str]] = {}
        self._label: str | None = None
        self._label_text: list[str] = []
        self.titles: dict[str, str] = {}
        """What a label says, by the identifier of its box."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in {"script", "style", "template"}:
            self._silent += 1
        elif tag == "form":
            self._form = HtmlForm(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
            if "id" in given:
                self._loose[given["id"]] = self._form
        elif tag == "a":
            self._link, self._link_text = given.get("href"), []
        elif tag == "label":
            self._label, self._label_text = given.get("for"), []
        elif tag in {"input", "button", "textarea", "select", "option"}:
            self._control(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "template"}:
            self._silent -= 1
        elif tag == "form":
            self._form = None
        elif tag == "a" and self._link is not None:
            self.links.append((self._link, " ".join("".join(self._link_text).split())))
            self._link = None
        elif tag in {"label", "option"}:
            self._name_choice(tag)
        elif tag == "textarea" and self._area is not None:
            form, name = self._area_form, self._area
            form.fields.append((name, "".join(self._area_text).removeprefix("\n")))
            self._area = None
        elif tag == "select" and self._select:
            name, form = self._select
            if not any(one == name for one, _ in form.fields) and form.choices.get(name):
                form.fields.append((name, form.choices[name][0]))
            self._select = None

    def _name_choice(self, tag: str) -> None:
        """What an option reads, or the label beside a box."""
        if tag == "label" and self._label:
            self.titles.setdefault(self._label, " ".join("".join(self._label_text).split()))
        if tag == "label" and self._label in self._boxes:
            form, name, value = self._boxes[self._label]
            form.labels[name, " ".join("".join(self._label_text).split())] = value
        elif tag == "option" and self._select and self._option is not None:
            name, form = self._select
            form.labels[name, " ".join("".join(self._option_text).split())] = self._option
            self._option = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area_text.append(data)
        elif self._option is not None:
            self._option_text.append(data)
        elif not self._silent:
            self.text.append(data)
            self._link_text.append(data)
            self._label_text.append(data)
            if self._form is not None:
                self._form.words.append(data)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        form = self._loose.get(given.get("form", "")) or self._form
        name = given.get("name", "")
        if tag == "option" and self._select:
            chosen, form = self._select
            form.choices.setdefault(chosen, []).append(given.get("value", ""))
            self._option, self._option_text = given.get("value", ""), []
            if "selected" in given:
                form.fields.append((chosen, given.get("value", "")))
        if form is None or not name or "disabled" in given:
            return
        if tag == "textarea":
            self._area, self._area_text, self._area_form = name, [], form
        elif tag == "select":
            self._select = (name, form)
            form.choices.setdefault(name, [])
        elif tag == "button":
            form.buttons.append((name, given.get("value", "")))
        elif tag == "input":
            self._input(form, name, given)

    def _input(self, form: HtmlForm, name: str, given: dict[str, str]) -> None:
        kind, value = given.get("type", "text"), given.get("value", "")
        form.ids.setdefault(given.get("id", name), name)
        if kind in {"radio", "checkbox"}:
            value = given.get("value", "on")
            form.choices.setdefault(name, []).append(value)
            self._boxes[given.get("id", "")] = (form, name, value)
            if "aria-label" in given:
                form.labels[name, given["aria-label"]] = value
            if "checked" in given:
                form.fields.append((name, value))
        elif kind == "file":
            form.files.append(name)
        elif kind in {"submit", "image"}:
            form.buttons.append((name, value))
        else:
            form.fields.append((name, value))


@dataclass(frozen=True)
class Page:
    """One answer, read when somebody looks at it: after many an act nobody does."""

    browser: Browser
    answer: httpx.Response

    @cached_property
    def _read(self) -> _Reader:
        reader = _Reader()
        if "html" in self.answer.headers.get("content-type", ""):
            reader.feed(self.answer.text)
        return reader

    @property
    def forms(self) -> Sequence[HtmlForm]:
        """Its forms, in the order of the page."""
        return self._read.forms

    @property
    def links(self) -> Sequence[tuple[str, str]]:
        """Its links: (address, words)."""
        return self._read.links

    @cached_property
    def text(self) -> str:
        """Its visible text."""
        return " ".join("".join(self._read.text).split())

    @property
    def path(self) -> str:
        """Where the page was found, after redirections."""
        return self.answer.url.path

    @property
    def status(self) -> int:
        """Its HTTP status."""
        return self.answer.status_code

    def form(self, to: str = "", *, having: str | None = None) -> HtmlForm:
        """The first POST form whose address matches `to` (a regular expression).

        Raises:
            Unexpected: there is none.
        """
        for form in self.forms:
            right = re.search(to, form.action or self.path) if to else True
            if form.method == "post" and right and (having is None or having in form.names):
                return form
        actions = [form.action for form in self.forms]
        raise Unexpected(f"{self.path} ({self.status}): no form to {to!r} among {actions}")

    def send(
        self,
        values: Mapping[str, Any] | None = None,
        *,
        to: str = "",
        button: str | None = None,
        files: Files | None = None,
        expect: int = 200,
    ) -> Page:
        """Fill the form that goes to `to`, send it, and follow to the page it leads to."""
        form = self.form(to, having=next(iter(values or files or {}), None))
        return self.browser.post(
            urljoin(str(self.answer.url), form.action or self.path),
            form.filled(values or {}, button),
            files=files,
            expect=expect,
        )

    def press(self, to: str, *, reading: str = "", **held: str) -> Page:
        """Press the last button whose form goes to `to`, reads so and carries these values.

        Raises:
            Unexpected: there is none.
        """
        for form in reversed(self.forms):
            right = re.search(to, form.action or self.path) and reading in "".join(form.words)
            if right and set(held.items()) <= set(form.fields):
                address = urljoin(str(self.answer.url), form.action or self.path)
                return self.browser.post(address, form.filled({}, None))
        raise Unexpected(f"{self.path} ({self.status}): no button to {to!r} with {held}")

    def option(self, name: str, label: str) -> str:
        """The value of the option, or of the box with its label after it, that reads `label`.

        Raises:
            Unexpected: there is none.
        """
        for form in self.forms:
            for (field_name, text), value in form.labels.items():
                if field_name == name and label in text:
                    return value
        raise Unexpected(f"{self.path}: no option {label!r} in {name}")

    def box(self, label: str) -> str:
        """The name of the box whose label says `label`.

        Raises:
            Unexpected: there is none.
        """
        for form in self.forms:
            for identity, name in form.ids.items():
                if label in self._read.titles.get(identity, ""):
                    return name
        raise Unexpected(f"{self.path}: no box {label!r}")

    def link(self, pattern: str) -> str:
        """The first address that matches `pattern`.

        Raises:
            Unexpected: there is none.
        """
        for address, _ in self.links:
            if re.search(pattern, address):
                return address
        raise Unexpected(f"{self.path}: no link to {pattern!r}")

    def link_reading(self, pattern: str, words: str) -> str:
        """The first address that matches `pattern` behind words that hold `words`.

        Raises:
            Unexpected: there is none.
        """
        told = " ".join(words.split())  # as the words of links are read
        for address, text in self.links:
            if re.search(pattern, address) and told in text:
                return address
        raise Unexpected(f"{self.path}: no link to {pattern!r} reading {words!r}")

    def all_links(self, pattern: str) -> list[str]:
        """Every address that matches, once each, in the order of the page."""
        found = [address for address, _ in self.links if re.search(pattern, address)]
        return list(dict.fromkeys(found))


class Browser:
    """One person's browser: its cookies, its last page."""

    def __init__(self, base_url: str) -> None:
        self._client = httpx.Client(
            base_url=base_url,
            follow_redirects=True,
            timeout=30,
            verify=NO_AUTHORITY,
            limits=httpx.Limits(keepalive_expiry=SILENT_SECONDS),
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, path: str, *, expect: int = 200) -> Page:
        """Open a page.

        Raises:
            Unexpected: another status than `expect`.
        """
        return self._read(self._client.get(self._local(path)), expect)

    def download(self, path: str) -> bytes:
        """The bytes behind an address."""
        answer = self._client.get(self._local(path))
        if answer.status_code >= FAILED:
            raise Unexpected(f"GET {path}: {answer.status_code}")
        return answer.content

    def post(
        self,
        url: str,
        values: Sequence[tuple[str, str]],
        *,
        files: Files | None = None,
        expect: int = 200,
    ) -> Page:
        """Send form values (names may repeat), files beside them."""
        data: dict[str, list[str]] = {}
        for name, value in values:
            data.setdefault(name, []).append(value)
        answer = self._client.post(self._local(url), data=data, files=files)
        return self._read(answer, expect)

    def _local(self, url: str) -> str:
        """Mails carry the public address: keep the path, and stay on this server."""
        parts = urlsplit(url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def _read(self, answer: httpx.Response, expect: int) -> Page:
        page = Page(self, answer)
        if answer.status_code != expect:
            raise Unexpected(
                f"{answer.request.method} {answer.url.path}: {answer.status_code} "
                f"instead of {expect}: {page.text[:1500]}"
            )
        return page
