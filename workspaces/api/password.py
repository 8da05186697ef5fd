"""One's own password."""

from typing import Any, cast

from django.contrib.auth import password_validation, update_session_auth_hash
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from workspaces import audit
from workspaces.api.authentication import SessionAuthentication
from workspaces.api.serializers import StrictSerializer, TextField
from workspaces.errors import DomainError
from workspaces.models import AuditAction
from workspaces.principal import membership_of

MOST_CHARACTERS = 4096


class PasswordChangeSerializer(StrictSerializer):
    current = TextField(max_length=MOST_CHARACTERS, trim_whitespace=False)
    new = TextField(max_length=MOST_CHARACTERS, trim_whitespace=False)


class OwnPasswordView(APIView):
    """Of whoever is signed in; a program with a key has none."""

    authentication_classes = [SessionAuthentication]
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="session_password_update", request=PasswordChangeSerializer, responses={204: None})
    def put(self, request: Request) -> Response:
        """Change one's own password; every other session of the user ends.

        400 `wrong_password`, `password_too_short`, `password_too_common`, `password_too_similar`.
        """
        given = PasswordChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = cast("User", request.user)
        if not user.check_password(given.validated_data["current"]):
            raise DomainError("wrong_password", "The present password is another one.", attr="current")
        _demand_strong(given.validated_data["new"], user)
        with transaction.atomic():
            user.set_password(given.validated_data["new"])
            user.save(update_fields=["password"])
            membership = membership_of(request)
            if membership is not None:
                now = timezone.now()
                audit.record(membership.workspace_id, AuditAction.PASSWORD_CHANGED, now, by=request)
        # The session that asked goes on, under a new key.
        update_session_auth_hash(request, user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _demand_strong(password: str, user: User) -> None:
    """Raise rest_framework's ValidationError with the codes of Django's validators, which the installation chooses."""
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        details: list[Any] = [
            serializers.ErrorDetail(" ".join(one.messages), one.code or "invalid") for one in error.error_list
        ]
        raise serializers.ValidationError({"new": details}) from error
