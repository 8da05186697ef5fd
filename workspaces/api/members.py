"""Members of a workspace: listed, added, given another role, shut out. For those who administer it."""

from typing import Any, cast

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from workspaces import audit
from workspaces.api.permissions import MayAdminister
from workspaces.api.serializers import StrictBooleanField, StrictSerializer, TextField
from workspaces.api.views import WorkspaceViewSet
from workspaces.choices import Role
from workspaces.members import add_member, change_member
from workspaces.models import AuditAction, Membership
from workspaces.principal import membership_of


class WorkspaceMemberSerializer(serializers.ModelSerializer[Membership]):
    username = serializers.CharField(source="user.username", read_only=True)
    name = serializers.SerializerMethodField(help_text="The user name where there is no other.")
    last_login = serializers.DateTimeField(source="user.last_login", read_only=True, allow_null=True)

    class Meta:
        model = Membership
        fields = ["id", "username", "name", "role", "active", "last_login", "created_at"]
        read_only_fields = fields

    def get_name(self, member: Membership) -> str:
        return member.user.get_full_name() or member.user.get_username()


class AddedMemberSerializer(WorkspaceMemberSerializer):
    password = serializers.CharField(allow_null=True, read_only=True, help_text="A new user's first; shown only now.")

    class Meta(WorkspaceMemberSerializer.Meta):
        fields = [*WorkspaceMemberSerializer.Meta.fields, "password"]
        read_only_fields = fields


class MemberAddSerializer(StrictSerializer):
    username = TextField(min_length=1, max_length=150, validators=[UnicodeUsernameValidator()])
    name = TextField(max_length=150, required=False, default="", allow_blank=True)
    role = serializers.ChoiceField(choices=Role.choices)


class MemberChangeSerializer(StrictSerializer):
    """What is not named stays as it is."""

    role = serializers.ChoiceField(choices=Role.choices, required=False)
    active = StrictBooleanField(required=False)


class MemberViewSet(mixins.ListModelMixin, WorkspaceViewSet):
    """Members and their roles. Only an owner makes or changes an owner; somebody who administers always stays."""

    queryset = Membership.objects.select_related("user")
    serializer_class = WorkspaceMemberSerializer
    permission_classes = [MayAdminister]
    lookup_value_converter = "int"

    @property
    def _own(self) -> Membership:
        return cast("Membership", membership_of(self.request))

    @extend_schema(request=MemberAddSerializer, responses={201: AddedMemberSerializer})
    def create(self, request: Request) -> Response:
        """Add somebody; a user whom the installation does not know is made, with a first password that is shown once."""
        given: Any = MemberAddSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        added = add_member(self.workspace, self._own, **given.validated_data)
        self._record(AuditAction.MEMBER_ADDED, added.membership, {"role": added.membership.role})
        body = {**WorkspaceMemberSerializer(added.membership).data, "password": added.password}
        return Response(body, status.HTTP_201_CREATED)

    @extend_schema(request=MemberChangeSerializer, responses=WorkspaceMemberSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change the role, or shut out (`active` false) or let in again. 409 `last_owner`, `last_admin`."""
        given: Any = MemberChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        before: Membership = self.get_object()
        was = {"role": before.role, "active": before.active}
        member = change_member(before, self._own, **given.validated_data)
        now = {"role": member.role, "active": member.active}
        changes = {name: {"from": was[name], "to": now[name]} for name in now if was[name] != now[name]}
        if changes:
            self._record(AuditAction.MEMBER_CHANGED, member, changes)
        return Response(WorkspaceMemberSerializer(member).data)

    def _record(self, action: AuditAction, member: Membership, data: dict[str, Any]) -> None:
        audit.record(
            self.workspace.id,
            action,
            timezone.now(),
            by=self.request,
            subject=str(member.pk),
            data={"username": member.user.get_username(), **data},
        )
