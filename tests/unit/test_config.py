"""Settings name every problem at once."""

from __future__ import annotations

import pytest

from config import Settings


def test_a_fresh_checkout_needs_no_variable(tmp_path):
    settings = Settings.from_env({"LAUREAT_VAR": str(tmp_path)})
    assert settings.embedded
    assert settings.database_url is None
    assert settings.secret_key == Settings.from_env({"LAUREAT_VAR": str(tmp_path)}).secret_key
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_every_missing_and_every_wrong_variable_is_named_at_once(tmp_path):
    env = {
        "LAUREAT_VAR": str(tmp_path),
        "DATABASE_URL": "mysql://x",
        "MAIL_URL": "smtp://localhost",
        "SECRET_KEY": "short",
        "WEB_WORKERS": "many",
    }
    with pytest.raises(SystemExit) as stop:
        Settings.from_env(env)
    text = str(stop.value)
    for name in ("BROKER_URL", "STORAGE_URL", "BASE_URL", "DATABASE_URL", "SECRET_KEY"):
        assert name in text
    assert "WEB_WORKERS" in text
    assert "MAIL_URL" not in text
    assert "short" not in text


def test_production_is_not_embedded_and_moves_no_clock(tmp_path):
    settings = Settings.from_env(
        {
            "LAUREAT_VAR": str(tmp_path),
            "DATABASE_URL": "postgresql://u@h/d",
            "BROKER_URL": "amqp://h",
            "MAIL_URL": "smtp://h",
            "STORAGE_URL": "file:///srv/files",
            "SECRET_KEY": "s" * 32,
            "BASE_URL": "https://aides.example",
        }
    )
    assert settings.clock_file is None
    assert settings.secure_cookies
    assert settings.database_url == "postgresql+psycopg://u@h/d"
    assert str(settings.storage) == "/srv/files"


def test_the_public_register_is_off_until_its_address_is_given(tmp_path):
    there = {"LAUREAT_VAR": str(tmp_path)}
    assert Settings.from_env(there).register_url is None
    given = {"REGISTER_URL": "https://register.example/", "REGISTER_SECONDS": "1.5"}
    settings = Settings.from_env(there | given)
    assert (settings.register_url, settings.register_seconds) == ("https://register.example", 1.5)
    wrong = {"REGISTER_URL": "ftp://register.example", "REGISTER_SECONDS": "soon"}
    with pytest.raises(SystemExit, match=r"(?s)REGISTER_SECONDS|REGISTER_URL") as stop:
        Settings.from_env(there | wrong)
    assert {"REGISTER_SECONDS", "REGISTER_URL"} <= set(str(stop.value).split())
