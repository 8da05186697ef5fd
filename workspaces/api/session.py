from typing import Any, cast

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.models import User
from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from workspaces.api.authentication import SessionAuthentication
from workspaces.api.serializers import StrictSerializer, TextField
from workspaces.choices import Role
from workspaces.errors import DomainError
from workspaces.principal import membership_of


class LoginSerializer(StrictSerializer):
    username = TextField(max_length=150)
    password = TextField(max_length=4096, trim_whitespace=False)


class SessionUserSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField()


class SessionWorkspaceSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    timezone = serializers.CharField()


class SessionSerializer(serializers.Serializer[Any]):
    user = SessionUserSerializer()
    workspace = SessionWorkspaceSerializer()
    role = serializers.ChoiceField(choices=Role.choices)


def _describe(request: Request) -> Response:
    membership = membership_of(request)
    if membership is None:
        raise exceptions.PermissionDenied("This user belongs to no workspace.", code="no_workspace")
    user = cast("User", request.user)
    body = {
        "user": {"id": user.pk, "username": user.get_username(), "name": user.get_full_name() or user.get_username()},
        "workspace": membership.workspace,
        "role": membership.role,
    }
    return Response(SessionSerializer(body).data)


class SessionView(APIView):
    """The console's session. Every answer sets the CSRF cookie that changing requests must repeat in X-CSRFToken."""

    authentication_classes = [SessionAuthentication]
    permission_classes = [AllowAny]

    def get_authenticators(self) -> list[Any]:
        # Without the CSRF check another site still cannot forge a login: it must be JSON, which a form cannot send.
        # The schema asks without a request.
        request: Request | None = self.request
        return [] if request is not None and request.method == "POST" else super().get_authenticators()

    @extend_schema(operation_id="session_retrieve", responses=SessionSerializer)
    def get(self, request: Request) -> Response:
        """Who is signed in, and where."""
        get_token(request)
        if not request.user.is_authenticated:
            raise exceptions.NotAuthenticated
        return _describe(request)

    @extend_schema(operation_id="session_create", request=LoginSerializer, responses=SessionSerializer)
    def post(self, request: Request) -> Response:
        """Sign in."""
        serializer = LoginSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        get_token(request)
        user = authenticate(request, **serializer.validated_data)
        if user is None:
            raise DomainError("invalid_login", "The user name or the password is wrong.")
        login(request, user)
        request.user = user
        return _describe(request)

    @extend_schema(operation_id="session_destroy", request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Sign out."""
        logout(request)
        get_token(request)
        return Response(status=status.HTTP_204_NO_CONTENT)
