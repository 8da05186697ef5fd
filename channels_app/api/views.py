from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from channels_app.accounts import open_provider
from channels_app.api.filtersets import TemplateFilterSet
from channels_app.api.message_filtersets import MessageFilterSet
from channels_app.api.message_serializers import MessageDetailSerializer, MessageSerializer
from channels_app.api.serializers import (
    AccountChangeSerializer,
    AccountCreateSerializer,
    AccountRowSerializer,
    AccountSerializer,
    ConnectionSerializer,
    SyncedSerializer,
    TemplateChangeSerializer,
    TemplateCreateSerializer,
    TemplateSerializer,
)
from channels_app.models import ChannelAccount, Message, Template
from channels_app.ports import ports
from channels_app.providers.errors import NotOffered, TransportError
from channels_app.simulator.accounts import tell_simulator
from channels_app.template_sync import sync_templates
from workspaces import audit
from workspaces.api.masking import NotesWhoIsSeen
from workspaces.api.permissions import MayUnmask
from workspaces.api.reasons import ReasonSerializer
from workspaces.api.views import WorkspaceViewSet
from workspaces.errors import DomainError
from workspaces.models import AuditAction

T = TypeVar("T")


class _Writable(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """Rows that are created and changed in part; they are never deleted, because messages refer to them."""

    def _save(self, serializer: serializers.Serializer[Any], account_of: Any) -> Any:
        serializer.is_valid(raise_exception=True)
        with transaction.atomic():
            saved = serializer.save()
            account = account_of(saved)
            transaction.on_commit(lambda: _after(account))
        return saved


def _after(account: ChannelAccount) -> None:
    """What has waited for this change is looked at now."""
    tell_simulator(account)
    ports.want_dispatch(account.pk)


class AccountViewSet(_Writable):
    """Accounts at providers. Credentials are written, never shown."""

    queryset = ChannelAccount.objects.all()
    serializer_class = AccountSerializer

    def get_serializer_class(self) -> Any:
        return AccountRowSerializer if self.action == "list" else super().get_serializer_class()

    @extend_schema(request=AccountCreateSerializer, responses={201: AccountSerializer})
    def create(self, request: Request) -> Response:
        serializer = AccountCreateSerializer(data=request.data, context={"workspace": self.workspace})
        account = self._save(serializer, lambda account: account)
        return Response(AccountSerializer(account).data, status.HTTP_201_CREATED)

    @extend_schema(request=AccountChangeSerializer, responses=AccountSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change some fields. An account that its provider had refused is tried again."""
        serializer = AccountChangeSerializer(self.get_object(), data=request.data, partial=True)
        return Response(AccountSerializer(self._save(serializer, lambda account: account)).data)

    @extend_schema(request=None, responses=ConnectionSerializer)
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str) -> Response:
        """Make a harmless call with the account's credentials; 409 with the provider's code if it is refused."""
        account = self.get_object()
        return Response(ConnectionSerializer({"detail": _asked(open_provider(account).try_connection)}).data)

    @extend_schema(request=None, responses=SyncedSerializer)
    @action(detail=True, methods=["post"], url_path="sync-templates")
    def sync_templates(self, request: Request, pk: str) -> Response:
        """Take over the provider's templates with their approvals."""
        account = self.get_object()
        return Response(SyncedSerializer(_asked(lambda: sync_templates(account, timezone.now()))).data)


def _asked(ask: Callable[[], T]) -> T:
    """Ask a provider. Raises DomainError with the provider's own code if it refuses or does not answer."""
    try:
        return ask()
    except NotOffered as error:
        raise DomainError(error.code, str(error), status=409) from error
    except TransportError as error:
        raise DomainError("provider_refused", f"{error.code}: {error.detail}"[:500], status=409) from error


class TemplateViewSet(_Writable):
    """Texts that a provider has approved, or is asked to."""

    queryset = Template.objects.select_related("account")
    serializer_class = TemplateSerializer
    filterset_class = TemplateFilterSet

    @extend_schema(request=TemplateCreateSerializer, responses={201: TemplateSerializer})
    def create(self, request: Request) -> Response:
        serializer = TemplateCreateSerializer(data=request.data, context={"workspace": self.workspace})
        template = self._save(serializer, lambda template: template.account)
        return Response(TemplateSerializer(template).data, status.HTTP_201_CREATED)

    @extend_schema(request=TemplateChangeSerializer, responses=TemplateSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        serializer = TemplateChangeSerializer(self.get_object(), data=request.data, partial=True)
        return Response(TemplateSerializer(self._save(serializer, lambda template: template.account)).data)


class MessageViewSet(NotesWhoIsSeen, mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """Outbound communications and what became of them, newest first."""

    queryset = Message.objects.all()
    serializer_class = MessageSerializer
    filterset_class = MessageFilterSet
    seen_as = "message"

    def get_queryset(self) -> QuerySet[Message]:
        messages = super().get_queryset()
        return messages if self.action == "list" else messages.select_related("account", "template")

    def get_serializer_class(self) -> Any:
        return MessageDetailSerializer if self.action == "retrieve" else super().get_serializer_class()

    @extend_schema(request=ReasonSerializer, responses=MessageSerializer)
    @action(detail=True, methods=["post"], permission_classes=[MayUnmask])
    def unmask(self, request: Request, pk: str) -> Response:
        """Show one message in the clear, for a reason that is written down."""
        message, now = self.get_object(), timezone.now()
        reason = ReasonSerializer.read(request)
        audit.record(
            self.workspace.id,
            AuditAction.UNMASKED,
            now,
            by=request,
            profile_id=message.profile_id,
            subject=str(message.pk),
            reason=reason,
            data={"what": "message"},
        )
        return Response(MessageSerializer(message, context={"clear": True}).data)
