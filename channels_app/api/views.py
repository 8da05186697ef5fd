from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from channels_app.api.filtersets import MessageFilterSet, TemplateFilterSet
from channels_app.api.serializers import (
    AccountChangeSerializer,
    AccountCreateSerializer,
    AccountRowSerializer,
    AccountSerializer,
    MessageSerializer,
    TemplateChangeSerializer,
    TemplateCreateSerializer,
    TemplateSerializer,
)
from channels_app.models import ChannelAccount, Message, Template
from channels_app.ports import ports
from channels_app.simulator.accounts import tell_simulator
from workspaces.api.views import WorkspaceViewSet


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
    for wanted in ports.dispatch_wanted:
        wanted(account.pk)


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


class MessageViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """Outbound communications and what became of them, newest first."""

    queryset = Message.objects.all()
    serializer_class = MessageSerializer
    filterset_class = MessageFilterSet
