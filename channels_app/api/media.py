"""Files that messages carry."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from channels_app.media import LARGEST, keep
from channels_app.models import MediaFile
from workspaces.api.serializers import StrictSerializer, TextField
from workspaces.api.views import WorkspaceViewSet

KEY = r"\A[-a-zA-Z0-9_]{1,50}\Z"


class MediaFileSerializer(serializers.ModelSerializer[MediaFile]):
    class Meta:
        model = MediaFile
        fields = ["id", "key", "name", "kind", "size", "digest", "created_at"]


class MediaFileCreateSerializer(StrictSerializer):
    key = serializers.RegexField(KEY, help_text="The name by which templates use it.")
    kind = serializers.ChoiceField(choices=list(LARGEST))
    content = serializers.FileField(max_length=100, help_text="The file; a picture is a PNG or a JPEG.")
    name = TextField(max_length=100, required=False, help_text="As receivers see it; the file's own if missing.")


class MediaFileViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.DestroyModelMixin, WorkspaceViewSet):
    """Pictures, videos and files that messages carry. A file never changes; another one gets another key."""

    queryset = MediaFile.objects.defer("content")
    serializer_class = MediaFileSerializer
    parser_classes = [MultiPartParser]

    @extend_schema(request={"multipart/form-data": MediaFileCreateSerializer}, responses={201: MediaFileSerializer})
    def create(self, request: Request) -> Response:
        given = MediaFileCreateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields: dict[str, Any] = given.validated_data
        upload = fields["content"]
        if upload.size > LARGEST[fields["kind"]]:
            raise serializers.ValidationError(
                {"content": f"It must have at most {LARGEST[fields['kind']]} bytes."}, code="size"
            )
        kept = keep(
            self.workspace,
            key=fields["key"],
            name=fields.get("name") or upload.name,
            kind=fields["kind"],
            content=upload.read(),
        )
        return Response(MediaFileSerializer(kept).data, status.HTTP_201_CREATED)
