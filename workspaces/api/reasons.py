from rest_framework.request import Request

from workspaces.api.serializers import StrictSerializer, TextField


class ReasonSerializer(StrictSerializer):
    """Why something is done that is written down."""

    reason = TextField(min_length=2, max_length=500, help_text="Why; it is kept in the audit log.")

    @classmethod
    def read(cls, request: Request) -> str:
        given = cls(data=request.data)
        given.is_valid(raise_exception=True)
        return str(given.validated_data["reason"])
