"""What the law lets people ask for: their data shown, handed out, erased; their consents; the page where they choose."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from profiles.api.consent_serializers import LedgerEntrySerializer
from profiles.api.privacy_serializers import (
    ArchiveSerializer,
    ClearPersonSerializer,
    ErasureSerializer,
    PreferenceLinkSerializer,
    PreferenceLinkWantedSerializer,
)
from profiles.attributes import show_tags
from profiles.choices import ErasureState
from profiles.merging.aliases import current_id
from profiles.models import Consent, Erasure, Profile
from profiles.privacy import erasure, export, links, mentions
from workspaces import audit
from workspaces.api.permissions import MayErase, MayUnmask
from workspaces.api.reasons import ReasonSerializer
from workspaces.api.views import WorkspaceViewSet
from workspaces.models import AuditAction
from workspaces.privacy import rules_of

# What a request does itself; a big database is searched by a worker.
INLINE_SECONDS = 1.5


class PersonPrivacyViewSet(WorkspaceViewSet):
    """One person's rights."""

    queryset = Profile.objects.all()
    serializer_class = ErasureSerializer
    lookup_value_converter = "uuid"

    def get_object(self) -> Any:
        # A former id means the person whom it has become.
        self.kwargs["pk"] = current_id(self.workspace.id, UUID(str(self.kwargs["pk"])))
        return super().get_object()

    @extend_schema(request=ReasonSerializer, responses={200: ErasureSerializer, 202: ErasureSerializer})
    @action(detail=True, methods=["post"], permission_classes=[MayErase])
    def erase(self, request: Request, pk: str) -> Response:
        """Erase this person everywhere; nothing is taken for them from now on. 200: done; 202: a worker goes on with it.

        The answer is the certificate. Asked again, the same one is returned.
        """
        reason, now = ReasonSerializer.read(request), timezone.now()
        done = Erasure.objects.filter(workspace=self.workspace, profile_id=pk).first()
        if done is None:
            by = request.user if isinstance(request.user, User) else None
            done = erasure.ask(self.workspace, self.get_object().pk, reason, by, str(request.user), now)
            if mentions.are_small():
                done = erasure.perform(done, now, seconds=INLINE_SECONDS)
        code = status.HTTP_200_OK if done.state == ErasureState.DONE else status.HTTP_202_ACCEPTED
        return Response(ErasureSerializer(done).data, code)

    @extend_schema(request=ReasonSerializer, responses=ArchiveSerializer)
    @action(detail=True, methods=["post"], permission_classes=[MayUnmask])
    def export(self, request: Request, pk: str) -> StreamingHttpResponse:
        """Everything that is known of this person, as a JSON file (PIPL art. 45). It is written down who took it, and why."""
        profile, reason, now = self.get_object(), ReasonSerializer.read(request), timezone.now()
        self._note(AuditAction.EXPORTED, profile, reason=reason)
        subject = erasure.subject_of(self.workspace.id, profile.pk)
        answer = StreamingHttpResponse(export.archive(profile, subject, now), content_type="application/json")
        answer["Content-Disposition"] = f'attachment; filename="person-{profile.pk}.json"'
        answer["Cache-Control"] = "no-store"
        return answer

    @extend_schema(request=ReasonSerializer, responses=ClearPersonSerializer)
    @action(detail=True, methods=["post"], permission_classes=[MayUnmask])
    def unmask(self, request: Request, pk: str) -> Response:
        """Show this person in the clear, for a reason that is written down."""
        profile, reason = self.get_object(), ReasonSerializer.read(request)
        self._note(AuditAction.UNMASKED, profile, reason=reason, data={"what": "profile"})
        identities = profile.identities.order_by("id").values("type", "value")
        return Response(
            {
                "id": profile.pk,
                "identities": list(identities),
                "attributes": profile.attributes,
                "tags": show_tags(profile.tags),
            }
        )

    @extend_schema(responses=LedgerEntrySerializer(many=True))
    @action(detail=True)
    def consents(self, request: Request, pk: str) -> Response:
        """The ledger of this person: everything they ever said, newest first."""
        page = self.paginate_queryset(Consent.objects.filter(profile=self.get_object()))
        context = self.get_serializer_context()
        return self.get_paginated_response(LedgerEntrySerializer(page, many=True, context=context).data)

    @extend_schema(request=PreferenceLinkWantedSerializer, responses={201: PreferenceLinkSerializer})
    @action(detail=True, methods=["post"], url_path="preference-link")
    def preference_link(self, request: Request, pk: str) -> Response:
        """Make a link to this person's preference page."""
        given: Any = PreferenceLinkWantedSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        profile, now = self.get_object(), timezone.now()
        days = given.validated_data.get("days") or rules_of(self.workspace.id).link_days
        self._note(AuditAction.LINK_MADE, profile, data={"days": days})
        body = {"url": links.url_for(profile.pk, days, now), "expires_at": now + timedelta(days=days)}
        return Response(PreferenceLinkSerializer(body).data, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path="revoke-links")
    def revoke_links(self, request: Request, pk: str) -> Response:
        """End every link to this person's page that was made so far."""
        profile = self.get_object()
        with transaction.atomic():
            links.revoke(profile, timezone.now())
            self._note(AuditAction.LINKS_REVOKED, profile)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _note(self, act: AuditAction, profile: Profile, **more: Any) -> None:
        audit.record(self.workspace.id, act, timezone.now(), by=self.request, profile_id=profile.pk, **more)


class ErasureViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """Erasures: those under way, and the certificates of those that are done."""

    queryset = Erasure.objects.all()
    serializer_class = ErasureSerializer

    @extend_schema(request=None, responses=ErasureSerializer)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Go on with one that has failed; 409 `wrong_state` otherwise."""
        asked, now = self.get_object(), timezone.now()
        erasure.retry(asked, now)
        return Response(ErasureSerializer(erasure.perform(asked, now, seconds=INLINE_SECONDS)).data)
