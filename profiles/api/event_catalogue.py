from datetime import timedelta
from typing import Any, cast

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from profiles.choices import ValueType
from profiles.event_catalogue import LONGEST_PATH, MOST_PROPERTIES
from profiles.models import EventDefinition, EventProperty, EventVolume
from workspaces.api.masking import keys_for, sees_clear
from workspaces.api.pagination import CreatedCursorPagination
from workspaces.api.serializers import StrictBooleanField, StrictSerializer, TextField
from workspaces.api.views import WorkspaceViewSet
from workspaces.errors import DomainError
from workspaces.masking import mask_at

VOLUME_DAYS = 30
TRUTH = {"true": True, "false": False}


class EventDefinitionFilterSet(filters.FilterSet):
    search = filters.CharFilter(field_name="name", lookup_expr="icontains", max_length=200)
    name = filters.CharFilter(max_length=200)
    hidden = filters.ChoiceFilter(method="by_hidden", choices=[(word, word) for word in TRUTH])

    class Meta:
        model = EventDefinition
        fields: list[str] = []

    @extend_schema_field({"type": "string", "enum": list(TRUTH)})
    def by_hidden(self, names: QuerySet[EventDefinition], name: str, value: str) -> QuerySet[EventDefinition]:
        return names.filter(is_hidden=TRUTH[value])


class ByName(CreatedCursorPagination):
    ordering = "name"


class EventDefinitionSerializer(serializers.ModelSerializer[EventDefinition]):
    class Meta:
        model = EventDefinition
        fields = ["id", "name", "description", "is_hidden", "total", "first_seen_at", "last_seen_at"]
        read_only_fields = fields


class EventPropertySerializer(serializers.ModelSerializer[EventProperty]):
    types = serializers.DictField(child=serializers.IntegerField(), help_text="Type → in how many samples.")
    examples = serializers.SerializerMethodField(help_text="A few values; what looks personal is masked.")
    is_unexpected = serializers.SerializerMethodField(help_text="It came with another type than is expected.")

    class Meta:
        model = EventProperty
        fields = [
            "path",
            "types",
            "examples",
            "description",
            "is_hidden",
            "expected_type",
            "is_unexpected",
            "first_seen_at",
            "last_seen_at",
        ]
        read_only_fields = fields

    @extend_schema_field({"type": "array", "items": {"type": ["string", "number", "boolean"]}})
    def get_examples(self, row: EventProperty) -> list[Any]:
        request = self.context.get("request")
        if sees_clear(request):
            return list(row.examples)
        keys, path = keys_for(request), row.path.split(".")
        return [mask_at(path, example, keys) for example in row.examples]

    def get_is_unexpected(self, row: EventProperty) -> bool:
        return bool(row.expected_type) and bool(row.types.keys() - {row.expected_type, ValueType.NULL})


class VolumeSerializer(serializers.Serializer[Any]):
    day = serializers.DateField(help_text="In the workspace's zone, by when the events occurred.")
    count = serializers.IntegerField()


class EventDetailSerializer(EventDefinitionSerializer):
    properties = serializers.SerializerMethodField()
    volumes = serializers.SerializerMethodField(help_text="Of the last 30 days; a day without events is absent.")

    class Meta(EventDefinitionSerializer.Meta):
        fields = [*EventDefinitionSerializer.Meta.fields, "properties", "volumes"]
        read_only_fields = fields

    @extend_schema_field(EventPropertySerializer(many=True))
    def get_properties(self, row: EventDefinition) -> Any:
        return EventPropertySerializer(row.properties.order_by("path"), many=True, context=self.context).data

    @extend_schema_field(VolumeSerializer(many=True))
    def get_volumes(self, row: EventDefinition) -> Any:
        since = timezone.now().date() - timedelta(days=VOLUME_DAYS)
        found = EventVolume.objects.filter(workspace_id=row.workspace_id, name=row.name, day__gte=since)
        return VolumeSerializer(found.order_by("day"), many=True).data


class EventDefinitionChangeSerializer(StrictSerializer):
    description = TextField(max_length=10_000, allow_blank=True, required=False)
    is_hidden = StrictBooleanField(required=False)


class EventPropertyChangeSerializer(EventDefinitionChangeSerializer):
    path = TextField(max_length=LONGEST_PATH)
    expected_type = serializers.ChoiceField(choices=ValueType.choices, allow_blank=True, required=False)


class EventCatalogueViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """The names that events come with, and their properties, learned from the events themselves."""

    queryset = EventDefinition.objects.all()
    serializer_class = EventDefinitionSerializer
    filterset_class = EventDefinitionFilterSet
    pagination_class = ByName

    def get_serializer_class(self) -> Any:
        return EventDetailSerializer if self.action == "retrieve" else EventDefinitionSerializer

    @extend_schema(request=EventDefinitionChangeSerializer, responses=EventDetailSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Describe an event, or keep its name out of completion."""
        change = EventDefinitionChangeSerializer(data=request.data)
        change.is_valid(raise_exception=True)
        row = cast("EventDefinition", self.get_object())
        # Counts are added meanwhile; only what was said is written.
        if change.validated_data:
            EventDefinition.objects.filter(pk=row.pk).update(**change.validated_data)
        return Response(
            EventDetailSerializer(self.get_queryset().get(pk=row.pk), context=self.get_serializer_context()).data
        )

    @extend_schema(request=EventPropertyChangeSerializer, responses=EventPropertySerializer)
    @action(detail=True, methods=["patch"], filterset_class=None)
    def properties(self, request: Request, pk: str) -> Response:
        """Describe a property, say which type is expected of it, or keep it out of completion; also one not seen yet."""
        change = EventPropertyChangeSerializer(data=request.data)
        change.is_valid(raise_exception=True)
        row = cast("EventDefinition", self.get_object())
        fields = dict(change.validated_data)
        path = fields.pop("path")
        if not row.properties.filter(path=path).exists() and row.properties.count() >= MOST_PROPERTIES:
            raise DomainError("too_many", f"At most {MOST_PROPERTIES} properties are known of an event.", "path")
        changed, _ = EventProperty.objects.update_or_create(
            definition=row, path=path, defaults=fields, create_defaults={**fields, "workspace": row.workspace}
        )
        return Response(EventPropertySerializer(changed, context=self.get_serializer_context()).data)
