from collections.abc import Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from journeys.api.enrollment_texts import explanation_of, text_of
from journeys.choices import EnrollmentState
from journeys.engine.upcast import upcast
from journeys.models import Enrollment, EnrollmentEvent
from journeys.runtime.enroll import EnrollRequest, Rejected
from profiles.api.serializers import IdentitiesField
from profiles.identity_values import pairs_of, read_identities
from profiles.incoming import check_properties
from workspaces.api.masking import masked
from workspaces.api.serializers import ObjectField, StrictSerializer, TextField
from workspaces.errors import DomainError

MOST_PEOPLE = 10_000


class EnrollPersonSerializer(StrictSerializer):
    """One person; read by `read_person`, which is much faster than a serializer for each."""

    id = serializers.UUIDField(required=False)
    identities = IdentitiesField(required=False)
    properties = ObjectField(required=False)


class EnrollSerializer(StrictSerializer):
    profiles = serializers.ListField(child=EnrollPersonSerializer(), max_length=MOST_PEOPLE)
    idempotency_key = serializers.CharField(
        required=False, allow_null=True, max_length=255, help_text="The same key and person twice is one enrollment."
    )


class EnrollOptionsSerializer(StrictSerializer):
    """The same with the people unread: each is judged for itself, and a bad one does not keep the others out."""

    profiles = serializers.ListField(max_length=MOST_PEOPLE, error_messages={"max_length": "At most 10,000 people."})
    idempotency_key = TextField(required=False, allow_null=True, max_length=255, default=None)


class EnrollRejectedSerializer(serializers.Serializer[Rejected]):
    index = serializers.IntegerField(help_text="Place in the list, from 0.")
    code = serializers.CharField()
    detail = serializers.CharField()


class EnrollResultSerializer(serializers.Serializer[Any]):
    accepted = serializers.IntegerField()
    rejected = EnrollRejectedSerializer(many=True)


class EnrollmentRowSerializer(serializers.ModelSerializer[Enrollment]):
    state = serializers.ChoiceField(choices=EnrollmentState.choices, read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True, help_text="The version's number.")
    profile_name = serializers.CharField(read_only=True, help_text="The attribute `name`, else empty.")
    profile_phone = serializers.CharField(read_only=True, help_text="Empty if no number is known.")

    class Meta:
        model = Enrollment
        fields = [
            "id",
            "profile_id",
            "profile_name",
            "profile_phone",
            "state",
            "node",
            "version",
            "enrolled_at",
            "due_at",
            "ended_at",
        ]
        read_only_fields = fields

    def to_representation(self, instance: Enrollment) -> dict[str, Any]:
        shown = super().to_representation(instance)
        return masked(shown, self.context, addresses=("profile_phone",), names=("profile_name",))


class EnrollmentSerializer(EnrollmentRowSerializer):
    journey = serializers.UUIDField(source="journey_id", read_only=True)
    journey_name = serializers.CharField(source="journey.name", read_only=True)
    properties = ObjectField(read_only=True)
    explanation = serializers.SerializerMethodField(
        help_text="Where the person is now and what they wait for, in the language of the request."
    )

    class Meta(EnrollmentRowSerializer.Meta):
        fields = [*EnrollmentRowSerializer.Meta.fields, "journey", "journey_name", "properties", "explanation"]
        read_only_fields = fields

    def to_representation(self, instance: Enrollment) -> dict[str, Any]:
        return masked(super().to_representation(instance), self.context, objects=("properties", "explanation"))

    def get_explanation(self, enrollment: Enrollment) -> str:
        return explanation_of(enrollment, enrollment.workspace.timezone)


class EnrollmentEventSerializer(serializers.ModelSerializer[EnrollmentEvent]):
    """Needs in its context the `names` of the enrollment's version and the workspace's `zone`."""

    data = serializers.SerializerMethodField()  # type: ignore[assignment]  # declared; the metaclass takes it away
    node_name = serializers.SerializerMethodField(help_text="As the operator called it in that version; may be empty.")
    node_type = serializers.SerializerMethodField(help_text="Empty for a node that the version does not have.")
    text = serializers.SerializerMethodField(help_text="In plain words, in the language of the request.")

    class Meta:
        model = EnrollmentEvent
        fields = ["seq", "at", "kind", "node", "node_name", "node_type", "data", "text"]
        read_only_fields = fields

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_data(self, event: EnrollmentEvent) -> Mapping[str, Any]:
        return upcast(event.kind, event.schema, event.data)

    def get_node_name(self, event: EnrollmentEvent) -> str:
        return str(self.context["names"].nodes.get(event.node, ""))

    def get_node_type(self, event: EnrollmentEvent) -> str:
        return str(self.context["names"].types.get(event.node, ""))

    def get_text(self, event: EnrollmentEvent) -> str:
        return text_of(event, self.context["names"], self.context["zone"])

    def to_representation(self, instance: EnrollmentEvent) -> dict[str, Any]:
        return masked(super().to_representation(instance), self.context, objects=("data", "text"))


def read_person(item: object) -> EnrollRequest:
    """Read one person of an enrollment request. Raises DomainError."""
    if not isinstance(item, Mapping):
        raise DomainError("not_an_object", "A person is an object.")
    if unknown := item.keys() - {"id", "identities", "properties"}:
        raise DomainError("unknown_field", f"There is no field {min(unknown)[:100]!r}.")
    identities = item.get("identities")
    if (item.get("id") is None) == (identities is None):
        raise DomainError("invalid_request", "Give either the id of a profile or identities.")
    if identities is not None:
        read_identities(pairs_of(identities))
    properties, _ = check_properties(item.get("properties"))
    return EnrollRequest(_uuid(item.get("id")), identities, properties)


def _uuid(text: object) -> UUID | None:
    if text is None:
        return None
    try:
        return UUID(text if isinstance(text, str) else "")
    except ValueError as error:
        raise DomainError("unknown_profile", "There is no such profile in this workspace.") from error
