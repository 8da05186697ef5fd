import django_filters as filters
from django.db.models import QuerySet

from channels_app.choices import Channel, TemplateState
from channels_app.models import Signature, Suppression
from channels_app.suppressions import normalise


class SignatureFilterSet(filters.FilterSet):
    state = filters.ChoiceFilter(choices=TemplateState.choices)
    account = filters.UUIDFilter(field_name="account_id")

    class Meta:
        model = Signature
        fields: list[str] = []


class SuppressionFilterSet(filters.FilterSet):
    channel = filters.ChoiceFilter(choices=Channel.choices)
    address = filters.CharFilter(max_length=255, method="of_address")
    state = filters.ChoiceFilter(choices=(("active", "Active"), ("lifted", "Lifted")), method="of_state")

    class Meta:
        model = Suppression
        fields: list[str] = []

    def of_address(self, rows: QuerySet[Suppression], name: str, value: str) -> QuerySet[Suppression]:
        """A phone number may be asked for without its country code."""
        return rows.filter(address__in={value, normalise("sms", value)})

    def of_state(self, rows: QuerySet[Suppression], name: str, value: str) -> QuerySet[Suppression]:
        return rows.filter(lifted_at__isnull=value == "active")
