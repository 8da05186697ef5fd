from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment


@pytest.mark.parametrize("name", ["SECRET_KEY", "ENCRYPTION_KEY"])
def test_without_debug_every_secret_must_be_given(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "a")
    monkeypatch.setenv("ENCRYPTION_KEY", "b")
    monkeypatch.delenv(name)
    with pytest.raises(ImproperlyConfigured, match=f"{name} is not set"):
        environment.load_secrets(debug=False, var=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_in_development_missing_secrets_are_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.delenv("ENCRYPTION_KEY", raising=False)
    first = environment.load_secrets(debug=True, var=tmp_path)
    assert environment.load_secrets(debug=True, var=tmp_path) == first
    assert first.signing != first.encryption
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_a_given_secret_is_used_and_not_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "given")
    monkeypatch.setenv("ENCRYPTION_KEY", "given too")
    assert environment.load_secrets(debug=True, var=tmp_path) == environment.Secrets("given", "given too")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["eight", "0", "65536", "-1", "８０００"])
def test_a_port_that_is_none_names_its_variable(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_PORT", text)
    with pytest.raises(ImproperlyConfigured, match="WEB_PORT"):
        environment.port("WEB_PORT", 8000)


def test_an_empty_variable_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_PORT", "")
    monkeypatch.setenv("DEBUG", "")
    assert environment.port("WEB_PORT", 8000) == 8000
    assert environment.flag("DEBUG", default=True)


def test_a_database_url_keeps_its_options() -> None:
    read = environment.database("postgresql://u:p%40ss@db.example:6432/name?sslmode=require")
    assert (read["USER"], read["PASSWORD"], read["HOST"], read["PORT"]) == ("u", "p@ss", "db.example", "6432")
    assert read["OPTIONS"] == {"sslmode": "require", "prepare_threshold": 5}


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="postgresql://"):
        environment.database("mysql://localhost/zhitu")


def test_a_pooler_s_address_turns_prepared_statements_off() -> None:
    read = environment.database("postgresql://zhitu@pooler/zhitu?prepare_threshold=")
    assert read["OPTIONS"] == {"prepare_threshold": None}
