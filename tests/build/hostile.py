"""Requests that nobody who means well would send: a form's values, names and bytes made wrong."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote_plus

URLENCODED = "application/x-www-form-urlencoded"
SCRIPT = "<script>alert(31337)</script>"
"""Never to be seen as it is in an answer."""
SUM, SUM_DONE = "{{31337*31337}}", "982007569"
"""What a template engine would make of it."""
HEADER = "X-Injected"
LARGE = 70 * 1024

TEXTS: Sequence[str] = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "a\udfffb",
    "\ufeff",
    "\uffff",
    "\U0010ffff",
    "\U000e0001",
    "\u202e\u202d\u2066",
    "\u200b" * 50,
    "e\u0301" * 200,
    "\U0001f468\u200d\U0001f469\u200d\U0001f466",
    "1e309",
    "-1e309",
    "1E5",
    "NaN",
    "nan",
    "Infinity",
    "-inf",
    "0x1F",
    "1_000",
    "+5",
    "--5",
    "-0",
    "٣٤٥",
    "३४५",
    "３４５",
    "①",
    "½",
    "1٬234٫5",
    "9" * 25,
    "9" * 400,
    "-" + "9" * 400,
    "0." + "0" * 400 + "1",
    "1,2,3",
    "1.2.3.4",
    "∞",
    "1 234 567 890 123 456 789",
    "00000000000000000000",
    "2147483648",
    "9223372036854775808",
    "-9223372036854775809",
    "true",
    "null",
    "None",
    "undefined",
    "on",
    "[]",
    "{}",
    "31/02/2018",
    "29/02/1900",
    "00/00/0000",
    "2018-13-01",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "01/01/99999",
    "2018-10-01T25:61",
    "2018-10-28T02:30",
    "2018-03-25T02:30",
    "-1",
    "0",
    "25:00",
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "g" * 36,
    "{" * 36,
    SCRIPT,
    f'"><img src=x onerror=alert(1)>{SCRIPT}',
    "'\"`&<>",
    SUM,
    "${31337*31337}",
    "#{7*7}",
    "<%= 7*7 %>",
    "%s%n%d%x",
    "%(secret)s",
    "{0.__class__}",
    "%00",
    "%",
    "\\",
    "\\x00",
    "\\u0000",
    "'; DROP TABLE application; --",
    "' OR '1'='1",
    "1) OR (1=1",
    "$1",
    ":id",
    "%%",
    "a%' ESCAPE '",
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "+1+1",
    "\t=1",
    f"a\r\n{HEADER}: 1\r\n\r\n",
    f"a%0d%0a{HEADER}:1",
    "\r",
    "\n" * 500,
    "../../../../etc/passwd",
    "..\\..\\boot.ini",
    "/etc/passwd\x00.pdf",
    "file:///etc/passwd",
    "//evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "\\\\evil\\share",
    "http://[::1",
    "http://a b",
    "a@b",
    "@",
    "a" * 300 + "@b.example",
    "a@" + "b." * 200 + "example",
    "a@b.example\nBcc: c@d.example",
    "requested <= 1",
    "__import__('os').system('id')",
    "(" * 500,
    "not " * 500,
    "sum(" * 100,
    "1" + "+1" * 2000,
    "a" * LARGE,
    "é" * (LARGE // 2),
    "mot " * (LARGE // 4),
    "\n".join("ab"),
    "🂡" * 5000,
)
"""Values for a box. Lone surrogates are sent as the three bytes that no encoder makes."""

NAMES = (
    "is_operator",
    "state",
    "id",
    "version",
    "__proto__",
    "_method",
    "csrf_token",
    "q_",
    "q_x",
    "funder",
    "role",
    "action",
    "x" * 500,
    "a[b][c]",
    "a.b",
    "é",
    "\x00",
    "page",
    "next",
)

BODIES: Sequence[tuple[bytes, str]] = (
    (b"", URLENCODED),
    (b"&&&===%%%", URLENCODED),
    (b"=", URLENCODED),
    (b"%", URLENCODED),
    (b"a=%C0%AF&b=%FF%FE&c=%F5%80%80%80", URLENCODED),
    ("name=é".encode("latin-1"), f"{URLENCODED}; charset=latin-1"),
    (b"name=+AGE-", f"{URLENCODED}; charset=utf-7"),
    ("name=a&title=b".encode("utf-16"), f"{URLENCODED}; charset=utf-16"),
    (b"name=a", f"{URLENCODED}; charset=no-such-charset"),
    (b"name=a", "text/plain"),
    (b"name=a", ""),
    (b"name=a", "/"),
    (b'{"name": null, "amount": 1e309}', "application/json"),
    (b'{"a":' * 2000, "application/json"),
    (b"<a/>", "application/xml"),
    (b"\x1f\x8b\x08\x00\x00", URLENCODED),
    (b"\x00\x01", "multipart/form-data"),
    (b"\x00\x01", 'multipart/form-data; boundary="'),
    (b"--x", "multipart/form-data; boundary=x"),
    (b'--x\r\nContent-Disposition: form-data; name="a"', "multipart/form-data; boundary=x"),
    (
        b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n",
        "multipart/form-data; boundary=x",
    ),
    (b"--x\r\nContent-Disposition: \xff\r\n\r\na\r\n--x--\r\n", "multipart/form-data; boundary=x"),
    (b"--x\r\n\r\n\r\n--x--", "multipart/form-data; boundary=" + "x" * 300),
    (b"&".join(b"a%d=1" % n for n in range(3000)), URLENCODED),
)


@dataclass(frozen=True)
class Attack:
    """What to send, and words to tell it by."""

    what: str
    data: bytes
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


Pairs = list[tuple[str, str]]


def attacks(form: Mapping[str, str], chance: random.Random) -> Iterator[Attack]:
    """Attacks on one form, without end; the same for the same `chance`."""
    while True:
        yield chance.choice(WAYS)(form, chance)


def _one_value(form: Mapping[str, str], chance: random.Random) -> Attack:
    changed, text = dict(form), chance.choice(TEXTS)
    name = chance.choice([*form, "extra"])
    changed[name] = text
    return _sent(f"{name} is {text[:40]!r}", list(changed.items()))


def _all_values(form: Mapping[str, str], chance: random.Random) -> Attack:
    text = chance.choice(TEXTS)
    return _sent(f"all are {text[:40]!r}", [(name, text) for name in form])


def _each_value(form: Mapping[str, str], chance: random.Random) -> Attack:
    return _sent("each is some nonsense", [(name, chance.choice(TEXTS)) for name in form])


def _missing(form: Mapping[str, str], chance: random.Random) -> Attack:
    kept = [(name, value) for name, value in form.items() if chance.random() < 0.5]
    return _sent(f"only {[name for name, _ in kept]}", kept)


def _twice(form: Mapping[str, str], chance: random.Random) -> Attack:
    pairs = [
        pair
        for name, value in form.items()
        for pair in ((name, value), (name, chance.choice(TEXTS)))
    ]
    chance.shuffle(pairs)
    return _sent("each twice", pairs)


def _extra(form: Mapping[str, str], chance: random.Random) -> Attack:
    more = [(name, chance.choice(TEXTS)) for name in chance.sample(NAMES, 5)]
    return _sent(f"with {[name[:20] for name, _ in more]}", [*form.items(), *more])


def _renamed(form: Mapping[str, str], chance: random.Random) -> Attack:
    ways: Sequence[Callable[[str], str]] = (
        lambda name: f"{name}[]",
        lambda name: f"{name}-0",
        lambda name: f"{name}\x00",
        lambda name: f" {name} ",
        lambda name: name.upper(),
        lambda name: f"{name}-amount",
    )
    way = chance.choice(ways)
    return _sent("renamed", [(way(name), value) for name, value in form.items()])


def _body(_form: Mapping[str, str], chance: random.Random) -> Attack:
    data, kind = chance.choice(BODIES)
    return Attack(f"{data[:30]!r} as {kind[:40]!r}", data, kind)


def _json(form: Mapping[str, str], _chance: random.Random) -> Attack:
    return Attack("as JSON", json.dumps(dict(form)).encode(), "application/json")


def _files(form: Mapping[str, str], chance: random.Random) -> Attack:
    """Every text as a document, with a name of its own."""
    name = chance.choice(TEXTS).replace("\r", "").replace("\n", "").replace('"', "")[:300]
    parts = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n%s\r\n'
        % (key.encode(), name.encode("utf-8", "surrogatepass"), b"%PDF-1.4\n%%EOF")
        for key in (*form, "document")
    )
    return Attack(
        f"documents named {name[:40]!r}", parts + b"--x--\r\n", "multipart/form-data; boundary=x"
    )


def _headers(form: Mapping[str, str], chance: random.Random) -> Attack:
    name = chance.choice(
        [
            "Referer",
            "Origin",
            "Accept-Language",
            "X-Forwarded-For",
            "User-Agent",
            "X-Requested-With",
            "If-Match",
            "Accept",
            "Content-Language",
        ]
    )
    text = chance.choice([one for one in TEXTS if one.isascii() and one.isprintable()])[:5000]
    found = _sent(f"{name}: {text[:40]!r}", list(form.items()))
    return Attack(found.what, found.data, found.content_type, {name: text})


WAYS = (
    _one_value,
    _one_value,
    _one_value,
    _all_values,
    _each_value,
    _each_value,
    _missing,
    _twice,
    _extra,
    _renamed,
    _body,
    _json,
    _files,
    _headers,
)


def _sent(what: str, pairs: Pairs) -> Attack:
    encoded = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)
    return Attack(what, encoded.encode(), URLENCODED)


def _quoted(text: str) -> str:
    return quote_plus(text.encode("utf-8", "surrogatepass"))


def altered(token: str) -> str:
    """The same token but for one sign in its middle, whatever stood there."""
    at = len(token) // 2
    return token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
