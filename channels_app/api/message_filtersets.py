"""How messages are found. Each search enters an index; the other filters narrow what is read newest first."""

from datetime import datetime, timedelta
from uuid import UUID

import django_filters as filters
from django.db.models import Q, QuerySet

from channels_app.choices import Channel, MessageState
from channels_app.models import ChannelAccount, Message
from channels_app.suppressions import normalise
from workspaces.api.filtersets import PersonFilter
from workspaces.former_ids import former_ids
from workspaces.models import Workspace
from workspaces.models.base import first_id
from workspaces.principal import workspace_of

# How far the clock of whoever asked for a message may be ahead of the one that made its id.
CLOCKS_DIFFER = timedelta(days=1)


def found(workspace: Workspace, term: str) -> QuerySet[Message]:
    """Messages by what names them whole: their id or their person's, an address, or the provider's number."""
    accounts = ChannelAccount.objects.filter(workspace=workspace).values("id")
    messages = Message.objects.filter(workspace=workspace).order_by()
    spellings = {term, *(normalise(channel, term) for channel in Channel.values)}
    # One set, and not one condition or the other: with that every message would be looked at.
    sets = [
        messages.filter(account_id__in=accounts, address__in=spellings),
        messages.filter(account_id__in=accounts, provider_id=term).exclude(provider_id=""),
    ]
    try:
        named = UUID(term)
    except ValueError:
        pass  # It is no id, so it is nobody's.
    else:
        sets += [messages.filter(id=named), messages.filter(profile_id=former_ids.current(workspace.pk, named))]
    first, *others = (one.values("id") for one in sets)
    return first.union(*others)  # type: ignore[return-value]  # of ids alone


class MessageFilterSet(filters.FilterSet):
    search = filters.CharFilter(
        method="named", max_length=255, help_text="An address, a provider's number, or the id of a message or a person."
    )
    profile = PersonFilter(field_name="profile_id")
    journey = filters.UUIDFilter(field_name="journey_id")
    enrollment = filters.UUIDFilter(field_name="enrollment_id")
    account = filters.UUIDFilter(field_name="account_id")
    template = filters.UUIDFilter(field_name="template_id")
    node = filters.CharFilter(max_length=64)
    channel = filters.ChoiceFilter(choices=Channel.choices)
    state = filters.ChoiceFilter(choices=MessageState.choices)
    reason = filters.CharFilter(max_length=64, help_text="Why it is blocked, or the error's class.")
    since = filters.IsoDateTimeFilter(method="asked_since", help_text="Asked for then or later.")
    until = filters.IsoDateTimeFilter(field_name="requested_at", lookup_expr="lt", help_text="Asked for before.")

    class Meta:
        model = Message
        fields: list[str] = []

    def named(self, messages: QuerySet[Message], name: str, value: str) -> QuerySet[Message]:
        workspace = workspace_of(self.request)
        return messages.none() if workspace is None else messages.filter(id__in=found(workspace, value.strip()))

    def asked_since(self, messages: QuerySet[Message], name: str, value: datetime) -> QuerySet[Message]:
        # The ids are in the order of time: by their key, older messages are not even looked at.
        floor = Q(id__gte=first_id(value - CLOCKS_DIFFER)) if value.year > EARLIEST else Q()
        return messages.filter(floor, requested_at__gte=value)


# Ids hold no time before 1970.
EARLIEST = 1970
