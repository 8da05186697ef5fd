from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from channels_app.choices import MessageState
from journeys.api.errors import with_issues
from journeys.api.serializers import InvalidGraphSerializer
from journeys.models import Journey
from journeys.runtime.publish import InvalidGraph
from journeys.runtime.test_send import send_test
from workspaces.api.serializers import StrictSerializer
from workspaces.api.views import WorkspaceMixin


class TestSendSerializer(StrictSerializer):
    profile = serializers.UUIDField(help_text="A profile with the tag `tester`.")


class TestMessageSerializer(serializers.Serializer[Any]):
    message = serializers.UUIDField(source="id", help_text="Its fate is at `messages/{id}/`.")
    state = serializers.ChoiceField(choices=MessageState.choices)
    reason = serializers.CharField(help_text="Why it is blocked; else empty.")


class TestSendView(WorkspaceMixin, APIView):
    @extend_schema(
        operation_id="journeys_test_send",
        request=TestSendSerializer,
        responses={201: TestMessageSerializer, 400: InvalidGraphSerializer},
    )
    def post(self, request: Request, pk: Any, node: str) -> Response:
        """Send the message of the draft's node to a tester now. 409 `not_a_tester` for anybody else."""
        given = TestSendSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        journeys = Journey.objects.select_related("workspace").filter(workspace=self.workspace)
        try:
            message = send_test(
                get_object_or_404(journeys, pk=pk), node, given.validated_data["profile"], timezone.now()
            )
        except InvalidGraph as error:
            raise with_issues(error) from error
        return Response(TestMessageSerializer(message).data, status.HTTP_201_CREATED)
