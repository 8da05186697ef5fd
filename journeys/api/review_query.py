"""What every view of a review reads from its address and its query."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request

from channels_app.choices import Channel
from journeys.models import Journey
from workspaces.api.serializers import StrictSerializer
from workspaces.api.views import WorkspaceMixin


class JourneyReviewMixin(WorkspaceMixin):
    """A view under `journeys/{id}/review/`."""

    kwargs: Any

    @property
    def journey(self) -> Journey:
        journeys = Journey.objects.select_related("workspace", "live_version").defer("draft")
        return get_object_or_404(journeys.filter(workspace=self.workspace), pk=self.kwargs["pk"])


class PairField(serializers.CharField):
    """Two texts with a colon between them; the first has none."""

    default_error_messages = {"not_a_pair": "Expected {form}."}

    def __init__(self, form: str, **options: Any) -> None:
        super().__init__(max_length=300, **options)
        self.form = form

    def to_internal_value(self, data: Any) -> Any:
        first, colon, second = super().to_internal_value(data).partition(":")
        if not (first and colon and second):
            self.fail("not_a_pair", form=self.form)
        return first, second


class ReviewQuerySerializer(StrictSerializer):
    since = serializers.DateField(
        required=False, help_text="Runs that began on this day of the workspace's zone or later."
    )
    until = serializers.DateField(required=False, help_text="Runs that began on this day or earlier.")
    version = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, help_text="The number of the version that runs are in now."
    )
    variant = PairField("node:variant", required=False, help_text="`node:variant`: runs that were assigned it.")
    channel = serializers.ChoiceField(
        choices=Channel.choices, required=False, help_text="Runs that a message by it was asked for."
    )
    segment = serializers.UUIDField(required=False, help_text="People who are in it now.")
    attribute = PairField("key:value", required=False, help_text="`key:value`: people who have it now.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "since" in attrs and "until" in attrs and attrs["since"] > attrs["until"]:
            raise serializers.ValidationError({"until": "The last day is before the first."}, "invalid")
        return attrs


def asked_of(serializer_class: type[StrictSerializer], request: Request) -> dict[str, Any]:
    """The query, as the serializer understands it. Raises ValidationError, also for a parameter that does not exist."""
    serializer = serializer_class(data=request.query_params.dict())
    serializer.is_valid(raise_exception=True)
    found: dict[str, Any] = serializer.validated_data
    return found
