"""What the canvas asks besides the draft and its numbers: signs of trouble, and a message as one person would get it."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from journeys.api.serializers import IssueSerializer
from journeys.models import Journey
from journeys.review.signals import signals
from journeys.runtime.one_send import shown
from workspaces.api.masking import sees_clear
from workspaces.api.permissions import MayRead
from workspaces.api.serializers import ObjectField, StrictSerializer
from workspaces.api.views import WorkspaceMixin
from workspaces.masking import mask_address


class SignalsSerializer(serializers.Serializer[Any]):
    warnings = IssueSerializer(many=True)
    lost = serializers.DictField(
        child=serializers.IntegerField(), help_text="By node: runs that ended there without having met a goal."
    )


class SignalsView(WorkspaceMixin, APIView):
    permission_classes = [MayRead]

    @extend_schema(operation_id="journeys_signals", responses=SignalsSerializer)
    def get(self, request: Request, pk: Any) -> Response:
        """What should be looked at in the draft's nodes: stopped accounts, quotas, blocked sends, people who are stuck."""
        journeys = Journey.objects.select_related("workspace").filter(workspace=self.workspace)
        return Response(SignalsSerializer(signals(get_object_or_404(journeys, pk=pk), timezone.now())).data)


class MessagePreviewRequestSerializer(StrictSerializer):
    config = ObjectField(help_text="Of a send node; it need not be saved.")
    settings = ObjectField(required=False, help_text="Of the graph, for quiet hours and the zone.")
    profile = serializers.UUIDField()
    event = ObjectField(required=False, help_text="Properties in place of those of the entry.")


class MessagePreviewSerializer(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(choices=["allowed", "held", "blocked"])
    reason = serializers.CharField(help_text="Why it is held or blocked; else empty.")
    not_before = serializers.DateTimeField(allow_null=True, help_text="Until when it is held.")
    address = serializers.CharField(help_text="Where it would go; empty if there is nowhere.")
    params = serializers.DictField(child=serializers.CharField())
    text = serializers.CharField(help_text="Whole for SMS; else the template's text, to be filled in by its vendor.")
    length = serializers.IntegerField(allow_null=True)
    segments = serializers.IntegerField(allow_null=True, help_text="Billed parts of an SMS.")


class MessagePreviewView(WorkspaceMixin, APIView):
    permission_classes = [MayRead]

    @extend_schema(
        operation_id="journeys_message_preview",
        request=MessagePreviewRequestSerializer,
        responses=MessagePreviewSerializer,
    )
    def post(self, request: Request) -> Response:
        """What a send node would send to one person now, or why not. Nothing is sent and nothing stored."""
        asked = MessagePreviewRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        show = str if sees_clear(request) else mask_address
        found = shown(
            self.workspace,
            given["config"],
            given.get("settings", {}),
            given["profile"],
            timezone.now(),
            given.get("event", {}),
            show,
        )
        return Response(MessagePreviewSerializer(found).data)
