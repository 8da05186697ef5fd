"""The mailboxes of the simulated mail server, and what people do in them: `/admin/mail/…`."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from channels_app.simulator.admin import BadRequest, asked_keys, json, read, utc
from channels_app.simulator.config import Strict
from channels_app.simulator.mail_dsn import complaint, notification
from channels_app.simulator.vendor import Surroundings

MOST_BOXES, MOST_MAILS = 200, 200
OF_KEYS = "(? or user in (select value from json_each(?)))"
# A pipe that fails is tried again by the mail server, which waits longer each time.
PAUSES = (60, 300, 1800)


class MailAccount(Strict):
    """Who may send: as which domain, with return paths at which (empty: the same), and where bounces are piped to."""

    password: str
    domain: str
    bounce_domain: str = ""
    bounce_url: str = ""

    @property
    def bounces_to(self) -> str:
        return self.bounce_domain or self.domain


class Bounce(Strict):
    status: str = Field(default="5.1.1", pattern=r"^[45]\.\d{1,3}\.\d{1,3}$")


class Mailboxes:
    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._store = surroundings.store
        self.port = 0

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/admin/mail/", self.boxes),
            Route("/admin/mail/accounts/{user}/", self.put_account, methods=["PUT"]),
            Route("/admin/mail/boxes/{address:path}/", self.box),
            Route("/admin/mail/mails/{id:int}/unsubscribe/", self.unsubscribe, methods=["POST"]),
            Route("/admin/mail/mails/{id:int}/complain/", self.complain, methods=["POST"]),
            Route("/admin/mail/mails/{id:int}/bounce/", self.bounce_by_hand, methods=["POST"]),
        ]

    def account(self, user: Any) -> MailAccount | None:
        rows = self._store.rows("select config from mail_account where user = ?", str(user))
        return MailAccount.model_validate_json(rows[0]["config"]) if rows else None

    async def put_account(self, request: Request) -> Response:
        config = await read(request, MailAccount)
        user = request.path_params["user"]
        self._store.run("insert or replace into mail_account values (?, ?)", user, config.model_dump_json())
        return json(config.model_dump(exclude={"password"}))

    async def boxes(self, request: Request) -> Response:
        rows = self._store.rows(
            f"select recipient as address, count(*) as messages, max(at) as last_at from mail where {OF_KEYS}"
            " group by recipient order by last_at desc limit ?",
            *asked_keys(request),
            MOST_BOXES,
        )
        return json({"port": self.port, "results": [{**row, "last_at": utc(row["last_at"])} for row in rows]})

    async def box(self, request: Request) -> Response:
        """One mailbox, newest first."""
        rows = self._store.rows(
            f"select * from mail where recipient = ? and {OF_KEYS} order by id desc limit ?",
            request.path_params["address"].lower(),
            *asked_keys(request),
            MOST_MAILS,
        )
        return json({"results": [_shown(row) for row in rows]})

    async def unsubscribe(self, request: Request) -> Response:
        """Press the button that a mail client shows for RFC 8058."""
        row = self._mail(request)
        mail = _read(row["raw"])
        found = re.search(r"<(https?://[^>]+)>", str(mail["List-Unsubscribe"] or ""))
        if found is None or mail["List-Unsubscribe-Post"] is None:
            raise BadRequest(
                [{"code": "no_way_out", "detail": "The mail has no one-click address.", "attr": None}], 409
            )
        form = "application/x-www-form-urlencoded"
        self._around.callbacks.push(found[1], b"List-Unsubscribe=One-Click", content_type=form, taken_if="http_200")
        self._store.run("update mail set state = 'unsubscribed' where id = ?", row["id"])
        return json(_shown({**row, "state": "unsubscribed"}))

    async def bounce_by_hand(self, request: Request) -> Response:
        status = (await read(request, Bounce)).status
        row = self._mail(request)
        self.bounce(row["id"], status)
        return json(_shown({**row, "state": "bounced"}))

    def bounce(self, id_: int, status: str) -> None:
        """Write the notification and pipe it to whoever takes the return path's mail."""
        row = self._store.rows("update mail set state = 'bounced' where id = ? returning *", id_)[0]
        account = self.account(row["user"])
        if account is None:
            return
        self._pipe(account, notification(row["sender"], row["recipient"], row["raw"], status))

    async def complain(self, request: Request) -> Response:
        """Call the mail spam, as the button of a mailbox does; its provider tells the sender."""
        row = self._mail(request)
        self._store.run("update mail set state = 'complained' where id = ?", row["id"])
        account = self.account(row["user"])
        if account is not None:
            self._pipe(account, complaint(row["sender"], row["recipient"], row["raw"]))
        return json(_shown({**row, "state": "complained"}))

    def _pipe(self, account: MailAccount, body: bytes) -> None:
        """Hand a mail for the return path to whoever takes it."""
        times = 2 if self._around.strikes(self._around.faults().duplicate_callback_rate) else 1
        for _ in range(times):
            self._around.callbacks.push(
                account.bounce_url,
                body,
                content_type="message/rfc822",
                taken_if="http_200",
                after=self._around.delay_of_callback(),
                pauses=PAUSES,
            )

    def _mail(self, request: Request) -> dict[str, Any]:
        # SQLite knows no larger numbers.
        id_ = min(request.path_params["id"], 2**63 - 1)
        rows = self._store.rows(f"select * from mail where id = ? and {OF_KEYS}", id_, *asked_keys(request))
        if not rows:
            raise BadRequest([{"code": "not_found", "detail": "There is no such mail.", "attr": None}], 404)
        return rows[0]


def _read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=default)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    mail = _read(row["raw"])
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    return {
        "id": row["id"],
        "at": utc(row["at"]),
        "sender": str(mail["From"]),
        "subject": str(mail["Subject"]),
        "message_id": str(mail["Message-ID"]),
        "return_path": row["sender"],
        "text": text.get_content() if text else "",
        "html": html.get_content() if html else "",
        "one_click": mail["List-Unsubscribe-Post"] is not None,
        "state": row["state"],
    }
