import django_filters as filters

from channels_app.choices import MessageState, TemplateState
from channels_app.models import CallState, Message, QrCode, Template, WebhookCall


class MessageFilterSet(filters.FilterSet):
    profile = filters.UUIDFilter(field_name="profile_id")
    journey = filters.UUIDFilter(field_name="journey_id")
    enrollment = filters.UUIDFilter(field_name="enrollment_id")
    node = filters.CharFilter(max_length=64)
    state = filters.ChoiceFilter(choices=MessageState.choices)

    class Meta:
        model = Message
        fields: list[str] = []


class TemplateFilterSet(filters.FilterSet):
    state = filters.ChoiceFilter(choices=TemplateState.choices)
    account = filters.UUIDFilter(field_name="account_id")

    class Meta:
        model = Template
        fields: list[str] = []


class WebhookCallFilterSet(filters.FilterSet):
    journey = filters.UUIDFilter(field_name="journey_id")
    enrollment = filters.UUIDFilter(field_name="enrollment_id")
    profile = filters.UUIDFilter(field_name="profile_id")
    node = filters.CharFilter(max_length=64)
    state = filters.ChoiceFilter(choices=CallState.choices)

    class Meta:
        model = WebhookCall
        fields: list[str] = []


class QrCodeFilterSet(filters.FilterSet):
    account = filters.UUIDFilter(field_name="account_id")

    class Meta:
        model = QrCode
        fields: list[str] = []
