import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from channels_app.choices import Channel, TemplateState
from channels_app.models import Alert, CallState, QrCode, Template, WebhookCall
from workspaces.api.filtersets import PersonFilter, TruthFilter


class TemplateFilterSet(filters.FilterSet):
    state = filters.ChoiceFilter(choices=TemplateState.choices)
    account = filters.UUIDFilter(field_name="account_id")
    channel = filters.ChoiceFilter(choices=Channel.choices)
    search = filters.CharFilter(max_length=100, method="by_words", help_text="In the name, the key or the text.")

    class Meta:
        model = Template
        fields: list[str] = []

    def by_words(self, queryset: QuerySet[Template], name: str, words: str) -> QuerySet[Template]:
        return queryset.filter(Q(name__icontains=words) | Q(key__icontains=words) | Q(body__icontains=words))


class AlertFilterSet(filters.FilterSet):
    open = TruthFilter(method="by_end", help_text="Whether it is not over yet.")

    class Meta:
        model = Alert
        fields: list[str] = []

    def by_end(self, queryset: QuerySet[Alert], name: str, opened: str) -> QuerySet[Alert]:
        return queryset.filter(closed_at__isnull=opened == "true")


class WebhookCallFilterSet(filters.FilterSet):
    journey = filters.UUIDFilter(field_name="journey_id")
    enrollment = filters.UUIDFilter(field_name="enrollment_id")
    profile = PersonFilter(field_name="profile_id")
    node = filters.CharFilter(max_length=64)
    state = filters.ChoiceFilter(choices=CallState.choices)

    class Meta:
        model = WebhookCall
        fields: list[str] = []


class QrCodeFilterSet(filters.FilterSet):
    account = filters.UUIDFilter(field_name="account_id")
    expired = TruthFilter(method="by_expiry", help_text="Whether its time is over.")

    class Meta:
        model = QrCode
        fields: list[str] = []

    def by_expiry(self, queryset: QuerySet[QrCode], name: str, expired: str) -> QuerySet[QrCode]:
        over = Q(expires_at__lte=timezone.now())
        return queryset.filter(over) if expired == "true" else queryset.exclude(over)
