"""Settings that come from the environment, with the errors a person can act on."""

import json
import os
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})


def flag(name: str, default: bool) -> bool:
    """Read a yes/no variable; an unset or empty variable means `default`."""
    text = os.environ.get(name, "")
    return text.lower() in TRUE_WORDS if text else default


def words(name: str, default: str = "") -> list[str]:
    """Read a comma-separated variable."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def port(name: str, default: int) -> int:
    """Read a TCP port."""
    text = os.environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise ImproperlyConfigured(f"{name}={text!r} is not a port: a number from 1 to 65535.")
    return int(text)


def count(name: str, default: int, least: int = 1) -> int:
    """Read a number of things, at least one unless another least number is given."""
    text = os.environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise ImproperlyConfigured(f"{name}={text!r} is not a number from {least} on.")
    return int(text)


def database(url: str) -> dict[str, Any]:
    """Translate `postgresql://user:password@host:port/name?option=value` into Django's settings.

    Raises ImproperlyConfigured for any other scheme: Zhitu needs PostgreSQL. A statement that a connection repeats is
    planned once; behind a pooler that hands connections on between transactions, `?prepare_threshold=` turns that off.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL must start with postgresql://, not {parts.scheme!r}.")
    options: dict[str, object] = dict(parse_qsl(parts.query, keep_blank_values=True))
    threshold = str(options.get("prepare_threshold", 5))
    options["prepare_threshold"] = int(threshold) if threshold.isdecimal() else None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


@dataclass(frozen=True)
class Secrets:
    """The two keys an installation needs: one signs, one encrypts credentials at rest."""

    signing: str
    encryption: str


def load_secrets(*, debug: bool, var: Path) -> Secrets:
    """Take SECRET_KEY and ENCRYPTION_KEY from the environment.

    In development a missing key is generated once into `var/`, so that sessions and stored credentials
    survive a restart. Otherwise a missing key raises ImproperlyConfigured: a key made up at start would
    make every stored credential unreadable.
    """
    return Secrets(
        signing=_secret("SECRET_KEY", var / "secret_key", debug),
        encryption=_secret("ENCRYPTION_KEY", var / "encryption_key", debug),
    )


def _secret(name: str, path: Path, debug: bool) -> str:
    value = os.environ.get(name)
    if value:
        return value
    if not debug:
        raise ImproperlyConfigured(
            f"{name} is not set. With DEBUG=0 every secret comes from the environment; "
            'make one with: python -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Exclusive creation: of several processes that start together exactly one writes the key.
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(urlsafe_b64encode(secrets.token_bytes(32)).decode())
    except FileExistsError:
        pass
    return path.read_text()


def storage(folder: Path) -> dict[str, Any]:
    """A storage of Django's for files: FILES_STORAGE, a dotted path, with FILES_STORAGE_OPTIONS, a JSON object.

    Default: files in `folder`, readable by this program's user alone.
    """
    backend = os.environ.get("FILES_STORAGE")
    if not backend:
        options = {"location": folder, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    try:
        options = json.loads(os.environ.get("FILES_STORAGE_OPTIONS") or "{}")
    except ValueError as error:
        raise ImproperlyConfigured("FILES_STORAGE_OPTIONS is not a JSON object.") from error
    return {"BACKEND": backend, "OPTIONS": options}
