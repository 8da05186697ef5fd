"""The consent ledger: listed, written, one person's; and the texts that it names."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from profiles.api.consent_filtersets import ConsentFilterSet
from profiles.api.consent_serializers import (
    ConsentBulkOptionsSerializer,
    ConsentBulkResultSerializer,
    ConsentBulkSerializer,
    ConsentTextChangeSerializer,
    ConsentTextCreateSerializer,
    ConsentTextSerializer,
    ConsentWriteSerializer,
    LedgerEntrySerializer,
)
from profiles.models import Consent, ConsentText
from profiles.privacy import texts
from profiles.privacy.writing import entry_of, person_of, write
from workspaces import audit
from workspaces.api.permissions import MayAdminister
from workspaces.api.views import WorkspaceViewSet
from workspaces.errors import DomainError
from workspaces.models import AuditAction


class ConsentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """What people said about channels and purposes, newest first. Nothing in it is changed or deleted: it is proof."""

    queryset = Consent.objects.all()
    serializer_class = LedgerEntrySerializer
    filterset_class = ConsentFilterSet

    @extend_schema(request=ConsentWriteSerializer, responses={201: LedgerEntrySerializer})
    def create(self, request: Request) -> Response:
        """Write what one person said. A withdrawal holds from now on, also for messages that wait."""
        given: Any = ConsentWriteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()
        with transaction.atomic():
            profile_id = person_of(self.workspace, given.validated_data)
            write(self.workspace, [(profile_id, entry_of(given.validated_data, now))], now)
            entry = self.get_queryset().filter(profile_id=profile_id).latest("id")
            self._note({"channel": entry.channel, "status": entry.status}, now, profile_id=profile_id)
        return Response(self.get_serializer(entry).data, status.HTTP_201_CREATED)

    @extend_schema(request=ConsentBulkSerializer, responses=ConsentBulkResultSerializer)
    @action(detail=False, methods=["post"], filterset_class=None, pagination_class=None)
    def bulk(self, request: Request) -> Response:
        """Write up to 1,000 entries. A bad one is reported by its place; the others are written."""
        options: Any = ConsentBulkOptionsSerializer(data=request.data)
        options.is_valid(raise_exception=True)
        now, good, rejected = timezone.now(), [], []
        with transaction.atomic():
            for index, item in enumerate(options.validated_data["consents"]):
                try:
                    good.append(self._read(item, now))
                except DomainError as error:
                    rejected.append({"index": index, "code": error.code, "detail": error.detail})
            if good:
                write(self.workspace, good, now)
                self._note({"entries": len(good)}, now)
        return Response({"accepted": len(good), "rejected": rejected})

    def _read(self, item: object, now: Any) -> Any:
        given: Any = ConsentWriteSerializer(data=item if isinstance(item, dict) else {})
        if not given.is_valid():
            field, problems = next(iter(given.errors.items()))
            first = problems[0] if isinstance(problems, list) else problems
            raise DomainError(getattr(first, "code", "invalid"), f"{field}: {first}", field)
        return person_of(self.workspace, given.validated_data), entry_of(given.validated_data, now)

    def _note(self, data: dict[str, Any], now: Any, **about: Any) -> None:
        audit.record(self.workspace.id, AuditAction.CONSENT_WRITTEN, now, by=self.request, data=data, **about)


class ConsentTextViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """The words that people agree to. Drafts change; what is published, or named by the ledger, never does."""

    queryset = ConsentText.objects.all()
    serializer_class = ConsentTextSerializer

    @extend_schema(request=ConsentTextCreateSerializer, responses={201: ConsentTextSerializer})
    def create(self, request: Request) -> Response:
        given: Any = ConsentTextCreateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        if self.get_queryset().filter(code=given.validated_data["code"]).exists():
            raise DomainError("unique", "There is a text of this code.", "code")
        text = ConsentText.objects.create(workspace=self.workspace, **given.validated_data)
        return Response(ConsentTextSerializer(text).data, status.HTTP_201_CREATED)

    @extend_schema(request=ConsentTextChangeSerializer, responses=ConsentTextSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a draft; 409 `text_in_use` once it is published."""
        given: Any = ConsentTextChangeSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        return Response(ConsentTextSerializer(texts.change(self.get_object(), given.validated_data)).data)

    @extend_schema(request=None, responses=ConsentTextSerializer)
    @action(detail=True, methods=["post"], permission_classes=[MayAdminister])
    def publish(self, request: Request, pk: str) -> Response:
        """Publish a draft: from now on it is shown to people, and never changes."""
        with transaction.atomic():
            text = texts.publish(self.get_object(), request, timezone.now())
        return Response(ConsentTextSerializer(text).data)
