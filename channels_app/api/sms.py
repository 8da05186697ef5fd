"""What SMS needs besides accounts and templates: signatures, addresses that refused, and previews."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from channels_app import signatures, suppressions
from channels_app.api.sms_filtersets import SignatureFilterSet, SuppressionFilterSet
from channels_app.api.sms_serializers import (
    LiftSerializer,
    SignatureChangeSerializer,
    SignatureCreateSerializer,
    SignatureSerializer,
    SignatureSyncSerializer,
    SuppressionCreateSerializer,
    SuppressionImportedSerializer,
    SuppressionImportSerializer,
    SuppressionSerializer,
    TextPreviewRequestSerializer,
    TextPreviewSerializer,
)
from channels_app.models import Signature, Suppression, Template
from channels_app.previews import preview
from channels_app.providers.errors import NotOffered, TransportError
from channels_app.simulator.accounts import tell_simulator
from workspaces import audit
from workspaces.api.masking import sees_clear
from workspaces.api.permissions import MayRead
from workspaces.api.views import WorkspaceViewSet
from workspaces.errors import DomainError
from workspaces.masking import mask_address
from workspaces.models import AuditAction


class SignatureViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """Names that stand before an SMS, and what the provider's reviewers say of them."""

    queryset = Signature.objects.select_related("account")
    serializer_class = SignatureSerializer
    filterset_class = SignatureFilterSet

    @extend_schema(request=SignatureCreateSerializer, responses={201: SignatureSerializer})
    def create(self, request: Request) -> Response:
        serializer = SignatureCreateSerializer(data=request.data, context={"workspace": self.workspace})
        return Response(self._saved(serializer), status.HTTP_201_CREATED)

    @extend_schema(request=SignatureChangeSerializer, responses=SignatureSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        serializer = SignatureChangeSerializer(self.get_object(), data=request.data, partial=True)
        return Response(self._saved(serializer))

    def _saved(self, serializer: SignatureChangeSerializer) -> Any:
        serializer.is_valid(raise_exception=True)
        with transaction.atomic():
            signature = serializer.save()
            transaction.on_commit(lambda: tell_simulator(signature.account))
        return SignatureSerializer(signature).data

    @extend_schema(request=SignatureSyncSerializer, responses=SignatureSerializer(many=True))
    @action(detail=False, methods=["post"], filterset_class=None, pagination_class=None)
    def sync(self, request: Request) -> Response:
        """Read the provider's registry; what it does not list counts as rejected."""
        asked = SignatureSyncSerializer(data=request.data, context={"workspace": self.workspace})
        asked.is_valid(raise_exception=True)
        try:
            rows = signatures.sync(asked.validated_data["account"], timezone.now())
        except NotOffered as error:
            raise DomainError(error.code, str(error), "account", status=409) from error
        except TransportError as error:
            raise DomainError("provider_refused", str(error), "account", status=409) from error
        return Response(SignatureSerializer(rows, many=True).data)


class SuppressionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """Addresses that get nothing more on a channel, whoever has them."""

    queryset = Suppression.objects.select_related("lifted_by").order_by("-at", "-id")
    serializer_class = SuppressionSerializer
    filterset_class = SuppressionFilterSet

    @extend_schema(request=SuppressionCreateSerializer, responses={201: SuppressionSerializer})
    def create(self, request: Request) -> Response:
        """Enter an address. One that is entered already stays as it is."""
        asked = SuppressionCreateSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        fields = asked.validated_data
        proof, now = {"reason": fields["reason"], "by": str(request.user)}, timezone.now()
        with transaction.atomic():
            entry = suppressions.add(
                self.workspace.id,
                fields["channel"],
                fields["address"],
                proof,
                now,
                by=str(request.user),
                expires_at=fields["expires_at"],
            )
            self._note(AuditAction.SUPPRESSED, entry, fields["reason"])
        return Response(self.get_serializer(entry).data, status.HTTP_201_CREATED)

    @extend_schema(request=SuppressionImportSerializer, responses=SuppressionImportedSerializer)
    @action(detail=False, methods=["post"], filterset_class=None, pagination_class=None, url_path="import")
    def enter(self, request: Request) -> Response:
        """Enter up to 1,000 addresses at once. What cannot be an address is told by its place; the rest is entered."""
        asked = SuppressionImportSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        fields, now = asked.validated_data, timezone.now()
        with transaction.atomic():
            entered = suppressions.enter(
                self.workspace.id,
                fields["channel"],
                fields["addresses"],
                now,
                reason=fields["reason"],
                by=str(request.user),
                expires_at=fields["expires_at"],
            )
            audit.record(
                self.workspace.id,
                AuditAction.SUPPRESSED,
                now,
                by=request,
                reason=fields["reason"],
                data={"channel": fields["channel"], "added": entered.added},
            )
        rejected = [{"index": place, "code": code} for place, code in entered.rejected]
        return Response({"added": entered.added, "known": entered.known, "rejected": rejected})

    def _note(self, act: AuditAction, entry: Suppression, reason: str) -> None:
        audit.record(
            self.workspace.id,
            act,
            timezone.now(),
            by=self.request,
            subject=str(entry.pk),
            reason=reason,
            data={"channel": entry.channel},
        )

    @extend_schema(request=LiftSerializer, responses=SuppressionSerializer)
    @action(detail=True, methods=["post"])
    def lift(self, request: Request, pk: str) -> Response:
        """Let the address be written to again, where consent allows it."""
        asked = LiftSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        user = request.user if request.user.pk else None
        reason = asked.validated_data["reason"]
        with transaction.atomic():
            entry = suppressions.lift(self.get_object(), user, reason, timezone.now())
            self._note(AuditAction.SUPPRESSION_LIFTED, entry, reason)
        return Response(self.get_serializer(entry).data)


class TemplatePreviewViewSet(WorkspaceViewSet):
    queryset = Template.objects.select_related("account")
    serializer_class = TextPreviewSerializer
    permission_classes = [MayRead]

    @extend_schema(
        operation_id="templates_preview", request=TextPreviewRequestSerializer, responses=TextPreviewSerializer
    )
    def preview(self, request: Request, pk: str) -> Response:
        """What the template becomes with these variables, or for this profile; nothing is sent."""
        asked = TextPreviewRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        show = str if sees_clear(request) else mask_address
        shown = preview(self.get_object(), asked.validated_data["params"], asked.validated_data["profile"], show)
        problems = [{"code": code, "detail": detail} for code, detail in shown.problems]
        fields = {name: getattr(shown, name) for name in ("title", "text", "length", "segments", "cost", "currency")}
        return Response(TextPreviewSerializer({**fields, "problems": problems}).data)
