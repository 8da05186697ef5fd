from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from profiles.api.serializers import ConsentSerializer, TimelineSerializer
from profiles.attributes import show_tags
from profiles.overview import Overview
from profiles.timeline import TimelineEntry
from workspaces.api.masking import masked
from workspaces.api.serializers import ObjectField

PAGE = [
    OpenApiParameter("cursor", str),
    OpenApiParameter("page_size", {"type": "integer", "minimum": 1, "maximum": 200}),
]


class KnownIdentitySerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    value = serializers.CharField()
    created_at = serializers.DateTimeField()

    def to_representation(self, known: Any) -> dict[str, Any]:
        shown = super().to_representation(known)
        value = {shown["type"]: shown["value"]}
        return {**shown, "value": masked({"of": value}, self.context, identities=("of",))["of"][shown["type"]]}


class InSegmentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    since = serializers.DateTimeField()


class OverviewSerializer(serializers.Serializer[Any]):
    """One page about one person."""

    id = serializers.UUIDField(source="profile.id")
    identities = KnownIdentitySerializer(many=True)
    attributes = ObjectField(source="profile.attributes")
    tags = serializers.SerializerMethodField(help_text="Name → value; `true` for a tag without one.")
    segments = InSegmentSerializer(many=True, help_text="Those whose members are kept.")
    consents = ConsentSerializer(many=True, help_text="What holds now for each channel and purpose.")
    timeline = serializers.SerializerMethodField(help_text="The newest entries; `next` is the address of those before.")
    created_at = serializers.DateTimeField(source="profile.created_at")
    updated_at = serializers.DateTimeField(source="profile.updated_at")

    def to_representation(self, found: Overview) -> dict[str, Any]:
        return masked(super().to_representation(found), self.context, objects=("attributes", "tags"))

    @extend_schema_field({"type": "object", "additionalProperties": {}})
    def get_tags(self, found: Overview) -> dict[str, Any]:
        return show_tags(found.profile.tags)

    @extend_schema_field(TimelineSerializer)
    def get_timeline(self, found: Overview) -> dict[str, Any]:
        return page_of(found.timeline, self.context["size"], self.context["timeline"], self.context)


def page_of(entries: list[TimelineEntry], size: int, address: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """Show `size` of the entries, of which one more was read to know whether there are others.

    `context` is a serializer's: it says for whom.
    """
    following = None
    if len(entries) > size:
        following = replace_query_param(address, "cursor", entries[size - 1].position.encode())
    body = {"next": following, "previous": None, "results": entries[:size]}
    page: dict[str, Any] = TimelineSerializer(body, context=dict(context)).data
    return page


def timeline_address(request: Request | HttpRequest) -> str:
    """Where the timeline is whose first entries are shown at the address of an overview."""
    here = request.build_absolute_uri()
    return here.replace("/overview/", "/timeline/", 1)
