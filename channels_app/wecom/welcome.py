"""Welcome messages: within 20 seconds of the callback and once, so beside every queue.

https://developer.work.weixin.qq.com/document/path/92137
"""

import hashlib
import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from channels_app.choices import Channel
from channels_app.models import (
    ChannelAccount,
    ContactWay,
    Greeting,
    GreetingOutcome,
    SendingStop,
    Staff,
    WelcomeMessage,
)
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass, TransportError
from channels_app.providers.wecom import content
from channels_app.providers.wecom.api import WecomApi
from channels_app.providers.wecom.callback import ContactAdded
from channels_app.providers.wecom.codes import WELCOME_DONE, WELCOME_EXPIRED
from channels_app.providers.wecom.corp import WecomCorp
from channels_app.wecom.corporation import corp_of

log = logging.getLogger(__name__)

CODE_GOOD_FOR = timedelta(seconds=20)
CALL_SECONDS = 4.0
PAUSE_SECONDS = 0.3
STOPPED = "sending_stopped"
AGAIN = frozenset({ErrorClass.RETRY, ErrorClass.ACCOUNT_DELAY, ErrorClass.DELAY_UNTIL, ErrorClass.REFRESH})


def contact_way_of(account: ChannelAccount, state: str) -> ContactWay | None:
    return ContactWay.objects.select_related("welcome").filter(account=account, state=state).first() if state else None


def welcome_for(account: ChannelAccount, state: str, way: ContactWay | None) -> WelcomeMessage | None:
    """The contact way's own, else that of its state, else of the longest beginning of it, else everybody's."""
    if way is not None and way.welcome is not None and way.welcome.enabled:
        return way.welcome
    enabled = WelcomeMessage.objects.filter(account=account, enabled=True).order_by("-created_at")
    fitting = [message for message in enabled if _fits(message.state, state)]
    return max(fitting, key=lambda message: (message.state == state, len(message.state)), default=None)


def _fits(pattern: str, state: str) -> bool:
    return pattern in ("", state) or (pattern.endswith("*") and state.startswith(pattern[:-1]))


def greet(account: ChannelAccount, added: ContactAdded, received_at: datetime) -> None:
    """Welcome a new contact and give them their tags; how it went is in a Greeting.

    The vendor takes a code once, so a try without an answer is repeated while the code is good.
    """
    way = contact_way_of(account, added.state)
    welcome = welcome_for(account, added.state, way)
    corp = corp_of(account)
    greeting = _greeting(account, added, welcome, received_at)
    if greeting is not None and welcome is not None:
        if _is_stopped(account):
            greeting.outcome, greeting.code = GreetingOutcome.FAILED, STOPPED
            greeting.save()
        else:
            _send(corp, greeting, welcome, added)
    if way is not None and way.tags:
        _tag(corp.api, added, way.tags, greeting)


def _greeting(
    account: ChannelAccount, added: ContactAdded, welcome: WelcomeMessage | None, received_at: datetime
) -> Greeting | None:
    """Return the greeting to be made; None if there is nothing to say, or a repeated callback said it before."""
    if not added.welcome_code or welcome is None:
        return None
    row, _ = Greeting.objects.get_or_create(
        account=account,
        code_hash=hashlib.sha256(added.welcome_code.encode()).hexdigest(),
        defaults={
            "workspace_id": account.workspace_id,
            "userid": added.userid[:64],
            "external_userid": added.external_userid[:64],
            "welcome": welcome,
            "received_at": received_at,
        },
    )
    return row if row.outcome == GreetingOutcome.PENDING else None


def _is_stopped(account: ChannelAccount) -> bool:
    """An account that is switched off and a stopped channel say nothing, not even welcome."""
    stops = SendingStop.objects.filter(workspace=account.workspace_id, channel__in=("", Channel.WECOM_CUSTOMER))
    return not account.enabled or stops.exists()


def _send(corp: WecomCorp, greeting: Greeting, welcome: WelcomeMessage, added: ContactAdded) -> None:
    body = {"welcome_code": added.welcome_code, **_said(welcome, added.userid)}
    # The vendor's clock gave the time of the code, to the second; ours may differ, so ours only ends the tries.
    until = greeting.received_at + CODE_GOOD_FOR
    while greeting.outcome == GreetingOutcome.PENDING:
        greeting.tries += 1
        error = _try(corp, body)
        greeting.outcome = _outcome(error, timezone.now() + timedelta(seconds=PAUSE_SECONDS) < until)
        greeting.code, greeting.detail = (error.code, error.detail) if error else ("", "")
        if greeting.outcome == GreetingOutcome.PENDING:
            time.sleep(PAUSE_SECONDS)
    greeting.latency_ms = int((timezone.now() - greeting.received_at) / timedelta(milliseconds=1))
    greeting.save()


def _try(corp: WecomCorp, body: dict[str, object]) -> TransportError | None:
    try:
        corp.media.call(
            body,
            lambda said: corp.api.post("/cgi-bin/externalcontact/send_welcome_msg", said, timeout=CALL_SECONDS),
        )
    except TransportError as error:
        return error
    return None


def _outcome(error: TransportError | None, time_left: bool) -> GreetingOutcome:
    if error is None:
        return GreetingOutcome.SENT
    if error.code == str(WELCOME_DONE):
        return GreetingOutcome.ALREADY
    if error.code == str(WELCOME_EXPIRED):
        return GreetingOutcome.EXPIRED
    if isinstance(error, CallOutcomeUnknown):
        return GreetingOutcome.PENDING if time_left else GreetingOutcome.UNKNOWN
    assert isinstance(error, CallRefused), "a call is refused or unknown"
    if error.error_class in AGAIN:
        return GreetingOutcome.PENDING if time_left else GreetingOutcome.EXPIRED
    return GreetingOutcome.FAILED


def _said(welcome: WelcomeMessage, userid: str) -> dict[str, object]:
    staff = Staff.objects.filter(account_id=welcome.account_id, userid=userid).first()
    return content.mass_message(welcome.text, {"attachments": welcome.attachments}, {"staff": str(staff or userid)})


def _tag(api: WecomApi, added: ContactAdded, tags: Sequence[str], greeting: Greeting | None) -> None:
    body = {"userid": added.userid, "external_userid": added.external_userid, "add_tag": list(tags)}
    try:
        api.post("/cgi-bin/externalcontact/mark_tag", body)
    except TransportError as error:
        log.warning("a contact of account %s was not tagged: %s", api.account_id, error.code)
        if greeting is not None:
            Greeting.objects.filter(pk=greeting.pk).update(tagging_code=error.code[:64])
