"""Contact ways (渠道活码) at the vendor and here, always both.

https://developer.work.weixin.qq.com/document/path/92228
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from channels_app.models import ChannelAccount, ContactWay
from channels_app.providers.errors import CallOutcomeUnknown, TransportError
from channels_app.providers.wecom.api import WecomApi
from channels_app.wecom.corporation import api_of, as_domain_error

ONE_MEMBER, MANY_MEMBERS, QR_CODE = 1, 2, 2
# How far back a lost answer's contact way is looked for.
LOOK_BACK = timedelta(minutes=10)


def create(account: ChannelAccount, fields: Mapping[str, Any]) -> ContactWay:
    """Make a contact way at the vendor and keep it. Raises DomainError with what the vendor says."""
    way = ContactWay(workspace_id=account.workspace_id, account=account, **fields)
    way.state = way.state or f"zt{secrets.token_hex(8)}"
    api = api_of(account)
    try:
        made = _add(api, way)
    except TransportError as error:
        raise as_domain_error(error) from error
    way.config_id, way.qr_code = str(made["config_id"]), str(made.get("qr_code") or "")
    way.save()
    return way


def _add(api: WecomApi, way: ContactWay) -> dict[str, Any]:
    try:
        return api.post("/cgi-bin/externalcontact/add_contact_way", {"scene": QR_CODE, **_body(way)})
    except CallOutcomeUnknown:
        # A config_id that nobody has noted is lost, and a second way with the same state would share its people.
        found = next((one for one in _remote(api) if one.get("state") == way.state), None)
        if found is None:
            raise
        return found


def _body(way: ContactWay) -> dict[str, Any]:
    return {
        "type": ONE_MEMBER if len(way.users) == 1 else MANY_MEMBERS,
        "skip_verify": way.skip_verify,
        "state": way.state,
        "remark": way.remark,
        "user": list(way.users),
    }


def update(way: ContactWay, fields: Mapping[str, Any]) -> ContactWay:
    """Change a contact way at the vendor, then here. Raises DomainError."""
    for name, value in fields.items():
        setattr(way, name, value)
    if fields.keys() & {"users", "skip_verify", "remark"}:
        # The kind of a contact way is fixed: with one member it stays one of one member.
        body = {key: value for key, value in _body(way).items() if key != "type"}
        try:
            api_of(way.account).post(
                "/cgi-bin/externalcontact/update_contact_way", {"config_id": way.config_id, **body}
            )
        except TransportError as error:
            raise as_domain_error(error) from error
    way.save()
    return way


def delete(way: ContactWay) -> None:
    """Delete a contact way at the vendor and here; its printed codes lead nowhere afterwards. Raises DomainError."""
    try:
        api_of(way.account).post("/cgi-bin/externalcontact/del_contact_way", {"config_id": way.config_id})
    except TransportError as error:
        raise as_domain_error(error) from error
    way.delete()


def adopt(account: ChannelAccount) -> list[ContactWay]:
    """Take over contact ways that exist at the vendor only, e.g. made by another program. Raises DomainError."""
    known = set(ContactWay.objects.filter(account=account).values_list("config_id", flat=True))
    states = set(ContactWay.objects.filter(account=account).values_list("state", flat=True))
    adopted = []
    try:
        for one in _remote(api_of(account), everything=True):
            state = str(one.get("state") or one["config_id"])[:30]
            if one["config_id"] in known or state in states:
                continue
            states.add(state)
            adopted.append(_adopted(account, one, state))
    except TransportError as error:
        raise as_domain_error(error) from error
    return adopted


def _adopted(account: ChannelAccount, one: Mapping[str, Any], state: str) -> ContactWay:
    users: Sequence[str] = [str(user) for user in one.get("user") or ()]
    return ContactWay.objects.create(
        workspace_id=account.workspace_id,
        account=account,
        name=str(one.get("remark") or state)[:100],
        config_id=str(one["config_id"]),
        state=state,
        users=users,
        skip_verify=bool(one.get("skip_verify", True)),
        remark=str(one.get("remark") or "")[:30],
        qr_code=str(one.get("qr_code") or ""),
    )


def _remote(api: WecomApi, *, everything: bool = False) -> list[dict[str, Any]]:
    since = {} if everything else {"start_time": int((timezone.now() - LOOK_BACK).timestamp())}
    listed = [
        str(one["config_id"])
        for page in api.pages("/cgi-bin/externalcontact/list_contact_way", {**since, "limit": 100})
        for one in page.get("contact_way") or ()
    ]
    answers = (api.post("/cgi-bin/externalcontact/get_contact_way", {"config_id": one}) for one in listed)
    return [dict(answer["contact_way"]) for answer in answers]
