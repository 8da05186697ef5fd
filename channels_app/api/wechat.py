"""What only a WeChat account can do: have its followers read, and its access token declared void."""

from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from channels_app import follower_sync
from channels_app.models import ChannelAccount, FollowerSync
from channels_app.ports import ports
from channels_app.providers.errors import TransportError
from channels_app.qr_codes import refused, wechat_provider
from workspaces.api.permissions import MayAdminister
from workspaces.api.views import WorkspaceMixin


class FollowerSyncSerializer(serializers.ModelSerializer[FollowerSync]):
    class Meta:
        model = FollowerSync
        fields = ["id", "state", "taken", "total", "error", "started_at", "not_before", "finished_at"]


class _AccountView(WorkspaceMixin, APIView):
    def account(self, pk: UUID) -> ChannelAccount:
        account = ChannelAccount.objects.filter(workspace=self.workspace, pk=pk).first()
        if account is None:
            raise Http404
        return account


class FollowerSyncView(_AccountView):
    @extend_schema(operation_id="channels_follower_sync", responses=FollowerSyncSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """The latest reading of the account's followers; 404 if there has been none."""
        sync = FollowerSync.objects.filter(account=self.account(pk)).order_by("-started_at").first()
        if sync is None:
            raise Http404
        return Response(FollowerSyncSerializer(sync).data)

    @extend_schema(operation_id="channels_follower_sync_start", request=None, responses={202: FollowerSyncSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Read all followers in the background, or go on with the reading that is under way."""
        account = self.account(pk)
        sync = follower_sync.start(account, timezone.now())
        for wanted in ports.followers_wanted:
            wanted(account.pk)
        return Response(FollowerSyncSerializer(sync).data, 202)


class AccessTokenView(_AccountView):
    permission_classes = [MayAdminister]

    @extend_schema(operation_id="channels_access_token_renew", request=None, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """Declare the present access token void, after a leak. WeChat allows it 20 times a day, 30 seconds apart."""
        try:
            wechat_provider(self.account(pk)).force_refresh()
        except TransportError as error:
            raise refused(error) from error
        return Response(status=204)
