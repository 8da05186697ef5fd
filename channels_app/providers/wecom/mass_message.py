"""Customer mass messages (客户群发): a call makes a task that members of staff confirm; nothing reports, so it is asked.

https://developer.work.weixin.qq.com/document/path/92135 (add_msg_template), path/93338 (records and results)
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from channels_app.providers.base import Accepted, Attempted, Open, Outgoing, Reconciled, Refused, SendResult
from channels_app.providers.errors import CallRefused, ErrorClass, TransportError
from channels_app.providers.inbound import Inbound, ProviderReceipt
from channels_app.providers.wecom import content
from channels_app.providers.wecom.api import WecomApi
from channels_app.providers.wecom.media import Media

log = logging.getLogger(__name__)

MOST_CUSTOMERS = 10_000
PAGE, RESULTS_PAGE = 100, 1000
# The vendor's clock has seconds; a call may take as long as its time-out.
BEFORE, AFTER = timedelta(seconds=5), timedelta(minutes=2)
UNSENT, SENT, NOT_FRIEND, QUOTA_USED = range(4)
FAILURES = {
    NOT_FRIEND: ("not_friend", "the customer is no contact of the member any more"),
    QUOTA_USED: ("quota_used", "the customer has received as many messages as WeCom allows"),
}
ACCOUNT_WIDE = frozenset({ErrorClass.ACCOUNT, ErrorClass.ACCOUNT_DELAY, ErrorClass.REFRESH})


@dataclass(frozen=True, slots=True)
class Written:
    """What an attempt said and in whose name; by these its task is found again when the answer was lost."""

    sender: str
    text: str


def sender_of(message: Outgoing) -> str:
    """The member in whose name it goes: a parameter such as `{{ profile.wecom_owner }}`, else the template's; else
    empty, and WeCom asks whoever talked to the customer last."""
    return str(message.params.get("sender") or message.template.get("sender") or "")


def content_of(message: Outgoing) -> dict[str, Any]:
    return content.mass_message(message.template_body, message.template, message.params)


def written_of(messages: Sequence[Outgoing]) -> Written:
    said = content_of(messages[0])
    return Written(sender_of(messages[0]), str((said.get("text") or {}).get("content", "")))


def send(api: WecomApi, media: Media, messages: Sequence[Outgoing]) -> Mapping[UUID, SendResult]:
    """Make one task. Raises TransportError."""
    sender = sender_of(messages[0])
    body = {
        "chat_type": "single",
        "external_userid": [message.address for message in messages],
        **({"sender": sender} if sender else {}),
        **content_of(messages[0]),
    }
    answer = media.call(body, lambda said: api.post("/cgi-bin/externalcontact/add_msg_template", said))
    failed = frozenset(map(str, answer.get("fail_list") or ()))
    accepted = Accepted(str(answer.get("msgid") or ""))
    refused = Refused(ErrorClass.RECIPIENT_PERMANENT, "fail_list", "WeCom cannot send to this customer")
    return {message.message_id: refused if message.address in failed else accepted for message in messages}


def reconcile(
    api: WecomApi, attempted: Sequence[Attempted], known: Mapping[UUID, Written]
) -> dict[UUID, Reconciled | None]:
    """Look attempts up by creator, content, time and recipients. What is not known well enough is not guessed."""
    found: dict[UUID, Reconciled | None] = {}
    attempts: dict[UUID, list[Attempted]] = defaultdict(list)
    for message in attempted:
        attempts[message.attempt].append(message)
    for attempt, messages in attempts.items():
        written = known.get(attempt)
        try:
            task = None if written is None else _task(api, messages[0].attempted_at, written, messages)
        except TransportError as error:
            log.warning("attempt %s could not be looked up: %s", attempt, error.code)
            continue
        for message in messages:
            found[message.message_id] = None if task is None else Reconciled("accepted", task)
    return found


def _task(api: WecomApi, at: datetime, written: Written, messages: Sequence[Attempted]) -> str | None:
    query = {
        "chat_type": "single",
        "start_time": int((at - BEFORE).timestamp()),
        "end_time": int((at + AFTER).timestamp()),
        "limit": PAGE,
        **({"creator": written.sender} if written.sender else {}),
    }
    alike = [
        str(task["msgid"])
        for page in api.pages("/cgi-bin/externalcontact/get_groupmsg_list_v2", query)
        for task in page.get("group_msg_list") or ()
        if str((task.get("text") or {}).get("content", "")) == written.text
    ]
    wanted = {message.address for message in messages}
    meant = [msgid for msgid in alike if wanted & _recipients(api, msgid)]
    # Two tasks of the same words to the same people: nobody can say which of them this attempt made.
    return meant[0] if len(meant) == 1 else None


def _recipients(api: WecomApi, msgid: str) -> set[str]:
    return {str(row.get("external_userid")) for user in _members(api, msgid) for row in _results(api, msgid, user)}


def _members(api: WecomApi, msgid: str) -> list[str]:
    pages = api.pages("/cgi-bin/externalcontact/get_groupmsg_task", {"msgid": msgid, "limit": RESULTS_PAGE})
    return [str(task["userid"]) for page in pages for task in page.get("task_list") or ()]


def _results(api: WecomApi, msgid: str, userid: str) -> Iterable[dict[str, Any]]:
    query = {"msgid": msgid, "userid": userid, "limit": RESULTS_PAGE}
    for page in api.pages("/cgi-bin/externalcontact/get_groupmsg_send_result", query):
        yield from page.get("send_list") or ()


def poll(api: WecomApi, open_messages: Sequence[Open]) -> Inbound:
    """Ask each task whom its members have sent it to. Raises TransportError if the account as a whole is refused."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for message in open_messages:
        wanted[message.provider_id].add(message.address)
    receipts: list[ProviderReceipt] = []
    for msgid, addresses in wanted.items():
        try:
            receipts += _receipts(api, msgid, addresses)
        except CallRefused as error:
            if error.error_class in ACCOUNT_WIDE:
                raise
            log.warning("the task %s could not be asked about: %s", msgid, error.code)
    return Inbound(receipts=tuple(receipts))


def _receipts(api: WecomApi, msgid: str, addresses: set[str]) -> list[ProviderReceipt]:
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for user in _members(api, msgid):
        for row in _results(api, msgid, user):
            if row.get("external_userid") in addresses:
                rows[str(row["external_userid"])].append(row)
    reports = (_report(msgid, address, of_one) for address, of_one in rows.items())
    return [report for report in reports if report is not None]


def _report(msgid: str, address: str, rows: Sequence[dict[str, Any]]) -> ProviderReceipt | None:
    """One report a customer: several members may have been asked, and one that has sent it is enough."""
    sent = next((row for row in rows if row.get("status") == SENT), None)
    if sent is None and any(row.get("status") not in FAILURES for row in rows):
        return None
    row = sent or rows[0]
    status = int(row["status"])
    code, detail = FAILURES.get(status, ("", ""))
    at = datetime.fromtimestamp(int(row.get("send_time") or 0), UTC) if row.get("send_time") else datetime.now(UTC)
    return ProviderReceipt(
        dedup_key=f"groupmsg:{msgid}:{address}:{status}",
        attempt=None,
        provider_id=msgid,
        address=address,
        outcome="delivered" if sent else "failed",
        code=code,
        detail=detail,
        reported_at=at,
        payload={"msgid": msgid, **row},
    )
