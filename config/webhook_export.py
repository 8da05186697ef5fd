"""Exports sent by the signed, guarded calls that journeys make: `profiles.exports.webhook.port`."""

from datetime import datetime

from django.conf import settings

from channels_app.webhooks.answers import next_delay
from channels_app.webhooks.caller import Caller, Outgoing
from channels_app.webhooks.signing import signed_headers, signing_keys
from profiles.exports.webhook import Call, Outcome

TIMEOUT_SECONDS = 30.0


def make(call: Call, now: datetime) -> Outcome:
    """Make one try of a call. Addresses inside are refused as those of journeys are."""
    headers = [
        ("Content-Type", "application/json"),
        *signed_headers(signing_keys(call.workspace_id, now), call.id, now, call.body),
    ]
    outgoing = Outgoing("POST", call.url, headers, call.body, TIMEOUT_SECONDS, keep=False)
    with Caller(None if settings.WEBHOOK_ALLOW_PRIVATE else frozenset(settings.WEBHOOK_ALLOWED_HOSTS)) as caller:
        answer = caller.start(outgoing).result()
    return Outcome(
        answer.outcome, answer.reason, next_delay(call.number, answer) if answer.outcome == "retry" else None
    )
