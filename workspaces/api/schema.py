from typing import Any

from drf_spectacular.openapi import AutoSchema as BaseAutoSchema

from workspaces.api.serializers import ErrorResponseSerializer


class AutoSchema(BaseAutoSchema):
    """Every operation may answer a client error, and all of those have one shape."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        responses: dict[str, Any] = super()._get_response_bodies(direction=direction)
        if direction == "response":
            error = self._get_response_for_code(ErrorResponseSerializer, "4XX")  # type: ignore[no-untyped-call]  # untyped
            responses.setdefault("4XX", error)
        return responses
