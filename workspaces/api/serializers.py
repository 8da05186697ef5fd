"""Serializers that take what is said and nothing else: no unknown fields, no silent conversions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from workspaces.errors import DomainError
from workspaces.instants import parse_instant

ERROR_TYPES = ("validation_error", "client_error", "server_error")


class StrictSerializer(serializers.Serializer[Any]):
    """Base of what reads a request. A field that does not exist is refused: a misspelt option must not go unnoticed."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = data.keys() - self.fields.keys()
            if unknown:
                raise serializers.ValidationError(
                    {
                        name[:100]: serializers.ErrorDetail("There is no such field.", code="unknown_field")
                        for name in sorted(unknown)[:10]
                    }
                )
        return super().to_internal_value(data)


class TextField(serializers.CharField):
    """A text; unlike CharField it does not take a number for one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class WholeNumberField(serializers.IntegerField):
    """A whole number; unlike IntegerField it does not take a text for one."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictBooleanField(serializers.BooleanField):
    """True or false; unlike BooleanField it does not take a text or a number for one."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


@extend_schema_field(OpenApiTypes.DATETIME)
class InstantField(serializers.Field[datetime, str, str, Any]):
    """An RFC 3339 instant with an offset, read into UTC."""

    def to_internal_value(self, data: str) -> datetime:
        try:
            return parse_instant(data)
        except DomainError as error:
            raise serializers.ValidationError(error.detail, code=error.code) from error

    def to_representation(self, value: datetime) -> str:
        return value.isoformat()


@extend_schema_field({"type": "object", "additionalProperties": {}})
class ObjectField(serializers.JSONField):
    """A JSON object of whatever content."""

    default_error_messages = {"not_an_object": "This is not an object."}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("not_an_object")
        return data


class ErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable; look it up in the documentation.")
    detail = serializers.CharField(help_text="For a person.")
    attr = serializers.CharField(allow_null=True, help_text="The field at fault, dotted.")


class ErrorResponseSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=ERROR_TYPES)
    errors = ErrorSerializer(many=True)  # type: ignore[assignment]  # a declared field; the metaclass takes it away
