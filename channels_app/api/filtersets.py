import django_filters as filters

from channels_app.choices import MessageState, TemplateState
from channels_app.models import Message, Template


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
