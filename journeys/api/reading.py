"""What a view reads from a request."""

from typing import Any

from django.contrib.auth.models import User
from rest_framework.request import Request

from workspaces.choices import Role
from workspaces.principal import ApiClient, membership_of


def read(serializer_class: Any, request: Request) -> dict[str, Any]:
    """The body, as the serializer understands it. Raises ValidationError."""
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data  # type: ignore[no-any-return]  # of any serializer


def user_of(request: Request) -> User | None:
    """The member who asks; None for a program with a key."""
    return request.user if request.user.pk else None


def is_admin(request: Request) -> bool:
    """Whether the member who asks administers the workspace; a program with a key does not."""
    membership = None if isinstance(request.user, ApiClient) else membership_of(request)
    return membership is not None and membership.role in {Role.OWNER, Role.ADMIN}
