"""The account that runs PostgreSQL when we are root, because PostgreSQL refuses to."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from config.embedded.errors import AccountUnavailable

DEFAULT_NAME = "zhitu"
NAME_VARIABLE = "EMBEDDED_POSTGRES_USER"


class Identity(TypedDict, total=False):
    """Arguments of `subprocess.Popen` that say who runs the program; empty means whoever we are."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """An unprivileged account of this machine."""

    name: str
    uid: int
    gid: int

    def identity(self) -> Identity:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def reaches(self, path: Path) -> bool:
        """Whether it may execute the file, or enter the directory. The kernel is asked, because ACLs count too."""
        asked = ["/bin/sh", "-c", 'test -x "$0"', str(path)]
        return subprocess.run(asked, cwd="/", check=False, **self.identity()).returncode == 0


def account_for(data: Path) -> Account | None:
    """Say who is to run a server on `data`: None for ourselves, an unprivileged account when we are root.

    Raises AccountUnavailable when we are root and no account exists or can be made.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        # Made by a normal user, or by us before: the server runs only as the owner of its data.
        owner = data.stat()
        return Account(f"user {owner.st_uid}", owner.st_uid, owner.st_gid)
    name = os.environ.get(NAME_VARIABLE) or DEFAULT_NAME
    entry = _lookup(name) or _create(name)
    if entry.pw_uid == 0:
        raise AccountUnavailable(f"{NAME_VARIABLE}={name} is root, and PostgreSQL refuses to run as root.")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _lookup(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create(name: str) -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", name]
    if shutil.which("useradd") is None:
        command = ["adduser", "-S", "-D", "-H", name]  # busybox
    try:
        made = subprocess.run(command, check=False, capture_output=True, text=True)
        reason = made.stderr.strip()
    except OSError as error:
        reason = str(error)
    # Looked up whatever the program said: another process may have made the account at the same moment.
    entry = _lookup(name)
    if entry is None:
        raise AccountUnavailable(
            f"PostgreSQL refuses to run as root, and the account {name!r} could not be made ({reason}). "
            f"Run as a normal user, name an existing account in {NAME_VARIABLE}, or set DATABASE_URL."
        )
    return entry
