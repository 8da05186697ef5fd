from datetime import timedelta
from typing import Any
from urllib.parse import quote

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from channels_app.api.filtersets import QrCodeFilterSet
from channels_app.models import ChannelAccount, QrCode
from channels_app.providers.wechat.official import LONGEST_TEMPORARY, MOST_SCENE
from channels_app.qr_codes import make_qr_code
from workspaces.api.serializers import StrictSerializer, TextField
from workspaces.api.views import WorkspaceViewSet

PICTURE = "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket="
SHORTEST_SECONDS = 60


class QrCodeSerializer(serializers.ModelSerializer[QrCode]):
    account = serializers.UUIDField(source="account_id", read_only=True)
    expired = serializers.BooleanField(
        source="is_expired", read_only=True, help_text="A scan of it is told to nobody any more."
    )
    picture = serializers.SerializerMethodField(help_text="WeChat's own picture of the code.")

    class Meta:
        model = QrCode
        fields = [
            "id",
            "account",
            "scene",
            "name",
            "attribution",
            "tags",
            "ticket",
            "url",
            "picture",
            "expires_at",
            "expired",
            "created_at",
        ]

    def get_picture(self, code: QrCode) -> str:
        return PICTURE + quote(code.ticket, safe="")


class QrCodeChangeSerializer(StrictSerializer):
    name = TextField(max_length=100)
    attribution = TextField(max_length=100, allow_blank=True, required=False, help_text="To what scans are attributed.")
    tags = serializers.ListField(child=TextField(max_length=50), max_length=20, required=False)

    instance: QrCode | None

    def update(self, instance: QrCode, validated_data: dict[str, Any]) -> QrCode:
        for name, value in validated_data.items():
            setattr(instance, name, value)
        instance.save()
        return instance


class QrCodeCreateSerializer(QrCodeChangeSerializer):
    account = TextField(max_length=64, help_text="A WeChat account's key or id.")
    scene = TextField(max_length=MOST_SCENE, required=False, help_text="Comes with each scan; made up if missing.")
    lasts_seconds = serializers.IntegerField(
        min_value=SHORTEST_SECONDS,
        max_value=int(LONGEST_TEMPORARY.total_seconds()),
        required=False,
        allow_null=True,
        help_text="How long the code is good; null: for ever, of which an account may have 100,000.",
    )

    def validate_account(self, named: str) -> ChannelAccount:
        accounts = ChannelAccount.objects.filter(workspace=self.context["workspace"], provider="wechat.official")
        account = next((a for a in accounts if named in (a.key, str(a.pk))), None)
        if account is None:
            raise serializers.ValidationError("There is no such WeChat account.", code="does_not_exist")
        return account

    def create(self, validated_data: dict[str, Any]) -> QrCode:
        seconds = validated_data.get("lasts_seconds")
        return make_qr_code(
            validated_data["account"],
            name=validated_data["name"],
            scene=validated_data.get("scene", ""),
            attribution=validated_data.get("attribution", ""),
            tags=validated_data.get("tags", []),
            lasts=timedelta(seconds=seconds) if seconds else None,
        )


class QrCodeViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """QR codes of WeChat accounts. A scan or a follow through one becomes an event with its name, attribution and tags."""

    queryset = QrCode.objects.all()
    serializer_class = QrCodeSerializer
    filterset_class = QrCodeFilterSet

    @extend_schema(request=QrCodeCreateSerializer, responses={201: QrCodeSerializer})
    def create(self, request: Request) -> Response:
        """Have a code made at WeChat; 502 with WeChat's words if it refuses."""
        serializer = QrCodeCreateSerializer(data=request.data, context={"workspace": self.workspace})
        serializer.is_valid(raise_exception=True)
        return Response(QrCodeSerializer(serializer.save()).data, status.HTTP_201_CREATED)

    @extend_schema(request=QrCodeChangeSerializer, responses=QrCodeSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is said of its scans from now on."""
        serializer = QrCodeChangeSerializer(self.get_object(), data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        return Response(QrCodeSerializer(serializer.save()).data)
