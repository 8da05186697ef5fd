"""What a view reads from a request."""

from typing import Any

from django.contrib.auth.models import User
from rest_framework.request import Request


def read(serializer_class: Any, request: Request) -> dict[str, Any]:
    """The body, as the serializer understands it. Raises ValidationError."""
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data  # type: ignore[no-any-return]  # of any serializer


def user_of(request: Request) -> User | None:
    """The member who asks; None for a program with a key."""
    return request.user if request.user.pk else None
