"""挂机短信: a text message after a call, decided by how the call ended."""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from channels_app.channels import identity_types
from channels_app.models import Message, Template
from channels_app.ports import ports
from channels_app.providers.call.strategy import BadStrategy, parse_follow_up
from channels_app.providers.registry import provider_class

log = logging.getLogger(__name__)

NAME = "follow_up"


def follow_up(ended: Sequence[tuple[UUID, str]], now: datetime) -> list[Message]:
    """Queue the messages that follow calls (message id, result) which have ended; return those asked for.

    Once a call, however often its result is reported or corrected: the message's id is made of the call's. It is judged
    at the send like any other, by the purpose of its own template, and belongs to no journey's numbers.
    """
    results = dict(ended)
    calls = list(Message.objects.filter(pk__in=results)) if results else []
    templates = Template.objects.in_bulk({call.template_id for call in calls})
    wanted = [m for call in calls if (m := _message(call, templates.get(call.template_id), results[call.pk], now))]
    if wanted:
        Message.objects.bulk_create(wanted, ignore_conflicts=True)
        accounts = {message.account_id for message in wanted}
        transaction.on_commit(lambda: _look(accounts))
    return wanted


def _message(call: Message, template: Template | None, result: str, now: datetime) -> Message | None:
    if template is None or not result:
        return None
    try:
        rule = parse_follow_up(template.settings)
    except BadStrategy as error:
        log.error("template %s has a follow-up that cannot be read: %s", template.pk, error)
        return None
    if rule is None or not rule.wanted(result):
        return None
    text = Template.objects.select_related("account").filter(workspace=call.workspace_id, key=rule.template).first()
    if text is None:
        log.error("call %s has no follow-up: there is no template %s", call.pk, rule.template)
        return None
    if "phone" not in identity_types(text.channel):
        log.error("call %s has no follow-up: template %s is not sent to phone numbers", call.pk, rule.template)
        return None
    names = provider_class(text.account.provider).variables(text.body, text.settings)
    return Message(
        id=uuid5(call.pk, NAME),
        workspace_id=call.workspace_id,
        account=text.account,
        template=text,
        profile_id=call.profile_id,
        node="",
        channel=text.channel,
        purpose=text.purpose,
        address=call.address,
        params={name: call.params[name] for name in names if name in call.params},
        policy=call.policy,
        test=call.test,
        priority=call.priority,
        not_before=now,
        requested_at=now,
        updated_at=now,
    )


def _look(accounts: set[UUID]) -> None:
    for account_id in accounts:
        ports.want_dispatch(account_id)
