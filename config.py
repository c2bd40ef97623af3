"""Every setting of the web server, the workers and the command line, read once at the start."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parent

SCHEMES = {
    "DATABASE_URL": {"postgresql", "postgresql+psycopg"},
    "BROKER_URL": {"redis", "rediss", "valkey", "amqp", "amqps", "unix", "redis+socket"},
    "MAIL_URL": {"smtp", "smtps"},
    "STORAGE_URL": {"file"},
    "BASE_URL": {"http", "https"},
    "REGISTER_URL": {"http", "https"},
    "GROUPINGS_URL": {"http", "https"},
    "CLAMD_URL": {"tcp", "unix"},
}
"""What each address may begin with."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one deployment decides. Nothing else reads the environment.

    `embedded` is the default of a fresh checkout: the servers of the wheels, a local mailbox,
    a clock that the demonstration may move. In that case the three addresses may be None until
    `grants.running` has started what they name. `register_url` is the public register of
    companies, asked to fill in the identity of organisations; without it nobody is asked.
    `groupings_url` is that of territories, which tells the communes of a grouping. `signing` names
    the implementation of electronic signature (`grants.agreements.signing.SIGNINGS`).
    """

    root: Path = ROOT
    var: Path
    embedded: bool
    database_url: str | None
    broker_url: str | None
    mail_url: str | None
    storage: Path
    secret_key: str
    base_url: str | None
    mail_from: str = "ne-pas-repondre@laureat.invalid"
    web_workers: int = 4
    relay_seconds: float = 2.0
    log_level: str = "INFO"
    csrf: bool = True
    clamd_url: str | None = None
    demo_oneshot: bool = False
    register_url: str | None = None
    register_seconds: float = 3.0
    groupings_url: str | None = None
    signing: str = "local"

    @property
    def clock_file(self) -> Path | None:
        """Where the demonstration's clock keeps its shift; nowhere in production."""
        return self.var / "clock" if self.embedded else None

    @property
    def secure_cookies(self) -> bool:
        """Whether browsers reach us by TLS, so that cookies may demand it."""
        return bool(self.base_url and self.base_url.startswith("https://"))

    def for_flask(self) -> dict[str, object]:
        """Flask's own configuration."""
        return {
            "SECRET_KEY": self.secret_key,
            "WTF_CSRF_ENABLED": self.csrf,
            "WTF_CSRF_TIME_LIMIT": None,
            "WTF_CSRF_SSL_STRICT": False,
            # One file of 20 MB and the form around it; anything larger is a 413.
            "MAX_CONTENT_LENGTH": 21 * 1024 * 1024 + 512 * 1024,
            "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
            "MAX_FORM_PARTS": 5000,
            "SESSION_COOKIE_NAME": "__Host-laureat" if self.secure_cookies else "laureat",
            "SESSION_COOKIE_SECURE": self.secure_cookies,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "BABEL_DEFAULT_LOCALE": "en",
            "BABEL_DEFAULT_TIMEZONE": "Europe/Paris",
            "BABEL_TRANSLATION_DIRECTORIES": str(self.root / "grants" / "translations"),
            "BOOTSTRAP_SERVE_LOCAL": True,
        }

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read the variables; name every missing or wrong one at once rather than the first.

        Raises:
            SystemExit: with one line per problem.
        """
        var = Path(env.get("LAUREAT_VAR") or ROOT / "var").absolute()
        embedded = "DATABASE_URL" not in env or env.get("LAUREAT_EMBEDDED") == "1"
        problems = [] if embedded else _missing(env)
        problems += _wrong(env)
        workers = _number(env, "WEB_WORKERS", 4, problems)
        relay_seconds = _number(env, "RELAY_SECONDS", 2.0, problems)
        register_seconds = _number(env, "REGISTER_SECONDS", cls.register_seconds, problems)
        if problems:
            raise SystemExit("Lauréat cannot start:\n" + "\n".join(f"  {one}" for one in problems))
        storage = env.get("STORAGE_URL")
        return cls(
            var=var,
            embedded=embedded,
            database_url=_for_psycopg(env.get("DATABASE_URL")),
            broker_url=env.get("BROKER_URL"),
            mail_url=env.get("MAIL_URL"),
            storage=Path(urlsplit(storage).path) if storage else var / "files",
            secret_key=env.get("SECRET_KEY") or _kept_secret(var),
            base_url=(env.get("BASE_URL") or "").rstrip("/") or None,
            mail_from=env.get("MAIL_FROM", cls.mail_from),
            web_workers=int(workers),
            relay_seconds=relay_seconds,
            log_level=env.get("LOG_LEVEL", "INFO"),
            clamd_url=env.get("CLAMD_URL") or None,
            demo_oneshot=env.get("DEMO_ONESHOT", "") not in {"", "0"},
            register_url=(env.get("REGISTER_URL") or "").rstrip("/") or None,
            register_seconds=register_seconds,
            groupings_url=(env.get("GROUPINGS_URL") or "").rstrip("/") or None,
            signing=env.get("SIGNING") or cls.signing,
        )


def _missing(env: Mapping[str, str]) -> list[str]:
    required = ("BROKER_URL", "MAIL_URL", "STORAGE_URL", "SECRET_KEY", "BASE_URL")
    return [f"{name} is missing (DATABASE_URL is set)" for name in required if not env.get(name)]


def _wrong(env: Mapping[str, str]) -> list[str]:
    problems = []
    for name, schemes in SCHEMES.items():
        value = env.get(name)
        if value and urlsplit(value).scheme not in schemes:
            problems.append(f"{name} must begin with {' or '.join(sorted(schemes))}://")
    if len(env.get("SECRET_KEY", "x" * 32)) < 32:  # noqa: PLR2004 -- 256 bits written in hexadecimal and less is weak
        problems.append("SECRET_KEY must have at least 32 characters")
    return problems


def _number(env: Mapping[str, str], name: str, default: float, problems: list[str]) -> float:
    try:
        value = float(env.get(name) or default)
    except ValueError:
        value = 0
    if value <= 0:
        problems.append(f"{name} must be a number above zero")
    return value


def _for_psycopg(url: str | None) -> str | None:
    return url.replace("postgresql://", "postgresql+psycopg://", 1) if url else None


def _kept_secret(var: Path) -> str:
    """The secret of an embedded installation: made once, readable by its owner alone."""
    file = var / "secret_key"
    if not file.exists():
        var.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32))
        try:
            file.hardlink_to(fresh)  # two processes may start at once: the first one wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return file.read_text()
