"""One report to one receiver: a mail through an account of the workspace, or a signed call."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

import orjson
from django.conf import settings

from channels_app.accounts import open_provider
from channels_app.models import ChannelAccount
from channels_app.providers.base import Accepted, Outgoing, Refused
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass
from channels_app.webhooks.answers import DELAYS, MOST_TRIES, next_delay
from channels_app.webhooks.caller import Caller
from channels_app.webhooks.caller import Outgoing as Call
from channels_app.webhooks.signing import signed_headers, signing_keys
from journeys.models import ReviewReport, ReviewReportRun
from journeys.review.worth.report_text import subject_of, text_of

TIMEOUT_SECONDS: Final = 30.0
_FOR_GOOD: Final = frozenset({ErrorClass.RECIPIENT_PERMANENT, ErrorClass.CONTENT_PERMANENT, ErrorClass.ACCOUNT})


class Sent(NamedTuple):
    """What became of one try: `done`, `retry` after a while, `failed` for good, or `unknown`, which is not tried again."""

    state: str
    reason: str = ""
    again_after: timedelta | None = None


def send(report: ReviewReport, run: ReviewReportRun, receiver: Mapping[str, Any], now: datetime) -> Sent:
    """Make one try; `receiver["tries"]` says which, from 1. `now` is aware."""
    if receiver["kind"] == "email":
        return _by_mail(report, run, receiver)
    return _by_call(run, receiver, now)


def message_id(run: ReviewReportRun, to: str) -> UUID:
    """The same for every try, so that a receiver knows a repeat."""
    return uuid5(run.pk, to)


def _by_mail(report: ReviewReport, run: ReviewReportRun, receiver: Mapping[str, Any]) -> Sent:
    account: ChannelAccount | None = report.account
    if account is None or not account.enabled:
        return Sent("failed", "no_account")
    mail = Outgoing(
        message_id=message_id(run, receiver["to"]),
        address=receiver["to"],
        template_code="review_report",
        # Whatever a journey is called, its name is no variable.
        template_body="${text}",
        params={"text": text_of(run.body, report.language), "subject": subject_of(run.body, report.language)[:180]},
        channel="email",
        template={"subject": "${subject}"},
    )
    provider = open_provider(account)
    problem = provider.check(mail)
    if problem is not None:
        return Sent("failed", problem.code)
    try:
        result = provider.send_batch(run.pk, [mail])[mail.message_id]
    except CallRefused as error:
        return _refused(error.error_class, error.code, receiver["tries"])
    except CallOutcomeUnknown as error:
        return Sent("unknown", error.code)
    match result:
        case Accepted():
            return Sent("done")
        case Refused():
            return _refused(result.error_class, result.code, receiver["tries"])
        case _:
            return Sent("unknown", type(result).__name__)


def _refused(error: ErrorClass, code: str, tries: int) -> Sent:
    if error in _FOR_GOOD or tries >= MOST_TRIES:
        return Sent("failed", code)
    return Sent("retry", code, DELAYS[tries - 1])


def _by_call(run: ReviewReportRun, receiver: Mapping[str, Any], now: datetime) -> Sent:
    body = orjson.dumps(run.body)
    keys = signing_keys(run.workspace_id, now)
    headers = [
        ("Content-Type", "application/json"),
        *signed_headers(keys, message_id(run, receiver["to"]), now, body),
    ]
    call = Call("POST", receiver["to"], headers, body, TIMEOUT_SECONDS, keep=False)
    with Caller(None if settings.WEBHOOK_ALLOW_PRIVATE else frozenset(settings.WEBHOOK_ALLOWED_HOSTS)) as caller:
        answer = caller.start(call).result()
    if answer.outcome == "success":
        return Sent("done")
    again = next_delay(receiver["tries"], answer) if answer.outcome == "retry" else None
    return Sent("failed", answer.reason) if again is None else Sent("retry", answer.reason, again)
