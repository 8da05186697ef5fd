"""The simulator's memory: one SQLite file, so that it survives a restart and the loss of PostgreSQL."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from channels_app.simulator.config import AccessKey, Faults

SCHEMA_VERSION = 3
SCHEMA = Path(__file__).with_name("schema.sql").read_text()
ENTRY_OF = {"report": "select * from message where id = ?", "up": "select * from reply where id = ?"}


@dataclass(frozen=True, slots=True)
class NewMessage:
    phone: str
    sign_name: str
    content: str
    fate: str  # the err_code of its report


class Store:
    """All access is from the event loop's thread; each public method is one transaction."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._forget_other_version()
        self._db.executescript("pragma journal_mode = wal; pragma synchronous = normal;" + SCHEMA)
        # A push that was under way when the process died may not have arrived; the vendor repeats it, too.
        self._db.execute("update push set state = 0 where state = 1")
        self._keys: dict[str, AccessKey] = {}
        self._faults: Faults | None = None
        # Whoever pushes is told here that something may be due.
        self.wake: Callable[[], None] = lambda: None

    def _forget_other_version(self) -> None:
        """Drop what another version of the simulator left: nobody's real data is in here."""
        if self._db.execute("pragma user_version").fetchone()[0] != SCHEMA_VERSION:
            tables = self._db.execute("select name from sqlite_master where type = 'table'").fetchall()
            for (table,) in tables:
                self._db.execute(f'drop table "{table}"')
            self._db.execute(f"pragma user_version = {SCHEMA_VERSION}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Several statements that stand or fall together; vendors' tables are theirs to write."""
        self._db.execute("begin immediate")
        try:
            yield self._db
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def rows(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in self._db.execute(sql, args)]

    def run(self, sql: str, *args: Any) -> int:
        """Run one statement in a transaction of its own; return the id of the row it inserted, if it did."""
        return self._db.execute(sql, args).lastrowid or 0

    def script(self, sql: str) -> None:
        self._db.executescript(sql)

    def access_key(self, key_id: str) -> AccessKey | None:
        if key_id not in self._keys:
            row = self._db.execute("select config from access_key where id = ?", (key_id,)).fetchone()
            if row is None:
                return None
            self._keys[key_id] = AccessKey.model_validate_json(row["config"])
        return self._keys[key_id]

    def put_access_key(self, key_id: str, config: AccessKey) -> None:
        self._db.execute("insert or replace into access_key values (?, ?)", (key_id, config.model_dump_json()))
        self._keys[key_id] = config

    def faults(self) -> Faults:
        if self._faults is None:
            row = self._db.execute("select value from faults").fetchone()
            self._faults = Faults.model_validate_json(row["value"]) if row else Faults()
        return self._faults

    def put_faults(self, faults: Faults) -> None:
        self._db.execute("insert or replace into faults values (1, ?)", (faults.model_dump_json(),))
        self._faults = faults

    def use_nonce(self, value: str, now: float, keep_seconds: float) -> bool:
        """Remember a nonce; return False if it has been used within `keep_seconds`."""
        self._db.execute("delete from nonce where value = ? and at < ?", (value, now - keep_seconds))
        return self._db.execute("insert or ignore into nonce values (?, ?)", (value, now)).rowcount == 1

    def accept(
        self,
        access_key: str,
        template_code: str,
        out_id: str,
        biz_id: str,
        now: float,
        messages: Sequence[NewMessage],
        report_at: Sequence[Sequence[float]],
    ) -> None:
        """Store messages and when each of their reports is due (several for a duplicate)."""
        with self.transaction() as db:
            pushes = []
            for message, dues in zip(messages, report_at, strict=True):
                cursor = db.execute(
                    "insert into message"
                    " (access_key, phone, sign_name, template_code, content, out_id, biz_id, accepted_at, fate)"
                    " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        access_key,
                        message.phone,
                        message.sign_name,
                        template_code,
                        message.content,
                        out_id,
                        biz_id,
                        now,
                        message.fate,
                    ),
                )
                pushes += [(access_key, "report", cursor.lastrowid, due) for due in dues]
            db.executemany("insert into push (access_key, kind, ref, due_at) values (?, ?, ?, ?)", pushes)
            db.executemany(
                "insert into phone values (?, ?, 1, ?)"
                " on conflict do update set messages = messages + 1, last_at = excluded.last_at",
                [(access_key, message.phone, now) for message in messages],
            )

    def received_since(self, phone: str, since: float) -> int:
        row = self._db.execute(
            "select count(*) from message where phone = ? and accepted_at > ?", (phone, since)
        ).fetchone()
        return int(row[0])

    def add_reply(self, phone: str, content: str, now: float, keys: Sequence[str]) -> bool:
        """Store a reply to whoever of `keys` wrote to this phone last; return False if nobody did."""
        with self.transaction() as db:
            last = db.execute(
                "select access_key, sign_name from message where phone = ? and (? or access_key in"
                " (select value from json_each(?))) order by accepted_at desc, id desc limit 1",
                (phone, not keys, json.dumps(keys)),
            ).fetchone()
            if last is None:
                return False
            cursor = db.execute(
                "insert into reply (access_key, phone, sign_name, content, at) values (?, ?, ?, ?, ?)",
                (last["access_key"], phone, last["sign_name"], content, now),
            )
            db.execute(
                "insert into push (access_key, kind, ref, due_at) values (?, 'up', ?, ?)",
                (last["access_key"], cursor.lastrowid, now),
            )
        return True

    def reset(self, tables: Sequence[str] = ()) -> None:
        """Forget messages and faults, and what is in vendors' `tables`."""
        with self.transaction() as db:
            for table in ("message", "phone", "reply", "push", "nonce", "faults", *tables):
                db.execute(f"delete from {table}")  # the names above
        self._faults = None

    def next_due(self) -> float | None:
        row = self._db.execute("select min(due_at) from push where state = 0").fetchone()
        return None if row[0] is None else float(row[0])

    def take_due(self, now: float, limit: int) -> list[dict[str, Any]]:
        """Take pushes that are due, with what they report; a reported message gets its final status."""
        with self.transaction() as db:
            due = [
                dict(row)
                for row in db.execute(
                    "select id, access_key, kind, ref, tries from push where state = 0 and due_at <= ?"
                    " order by due_at, id limit ?",
                    (now, limit),
                )
            ]
            db.executemany("update push set state = 1 where id = ?", [(push["id"],) for push in due])
            db.executemany(
                "update message set status = case when fate in ('DELIVERED', 'DELIVRD') then 3 else 2 end, err_code = fate,"
                " reported_at = ? where id = ? and status = 1",
                [(now, push["ref"]) for push in due if push["kind"] == "report"],
            )
            for push in due:
                push["entry"] = dict(db.execute(ENTRY_OF[push["kind"]], (push["ref"],)).fetchone())
        return due

    def finish_pushes(self, ids: Sequence[int]) -> None:
        with self.transaction() as db:
            db.executemany("update push set state = 2 where id = ?", [(id_,) for id_ in ids])

    def repeat_pushes(self, ids: Sequence[int], due_at: float | None) -> None:
        """Push again at `due_at`; None gives up."""
        state = 3 if due_at is None else 0
        with self.transaction() as db:
            db.executemany(
                "update push set state = ?, tries = tries + 1, due_at = coalesce(?, due_at) where id = ?",
                [(state, due_at, id_) for id_ in ids],
            )

    def close(self) -> None:
        self._db.close()
