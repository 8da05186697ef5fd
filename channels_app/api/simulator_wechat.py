"""The phones of the simulated WeChat, passed on to the console: only those of the workspace's own accounts."""

from typing import Any
from urllib.parse import quote

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels_app.api.simulator import SimulatorView
from channels_app.simulator.accounts import simulated_accounts
from workspaces.api.serializers import StrictSerializer, TextField

ACTS = (
    "follow",
    "unfollow",
    "scan",
    "click",
    "view",
    "write",
    "accept",
    "reject",
    "withdraw",
    "locate",
    "enter",
    "block",
    "tap",
)


class FollowerSerializer(serializers.Serializer[Any]):
    appid = serializers.CharField()
    openid = serializers.CharField()
    subscribed = serializers.BooleanField()
    blocked = serializers.BooleanField()
    at = serializers.DateTimeField()


class WechatAccountSerializer(serializers.Serializer[Any]):
    appid = serializers.CharField()
    name = serializers.CharField()


class FollowersSerializer(serializers.Serializer[Any]):
    accounts = WechatAccountSerializer(many=True)
    results = FollowerSerializer(many=True)


class WechatRowSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    at = serializers.DateTimeField()
    direction = serializers.ChoiceField(choices=["in", "out"], help_text="`in` is to the phone.")
    kind = serializers.CharField(help_text="The kind of message, or what the person did.")
    content = serializers.CharField()
    url = serializers.CharField()
    mini_program = serializers.CharField()
    template_id = serializers.CharField()
    client_msg_id = serializers.CharField()
    msgid = serializers.CharField()
    status = serializers.CharField()


class SubscribeTemplateSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    content = serializers.CharField()


class SimulatedQrCodeSerializer(serializers.Serializer[Any]):
    ticket = serializers.CharField()
    scene = serializers.CharField()


class FollowerScreenSerializer(serializers.Serializer[Any]):
    follower = FollowerSerializer(allow_null=True)
    results = WechatRowSerializer(many=True)
    subscribe_templates = SubscribeTemplateSerializer(many=True)
    qr_codes = SimulatedQrCodeSerializer(many=True)


class FollowerActSerializer(StrictSerializer):
    """What a follower does; which of the other fields it needs depends on `act`."""

    act = serializers.ChoiceField(choices=[(act, act) for act in ACTS])
    content = TextField(max_length=2000, allow_blank=True, required=False, help_text="Of write.")
    key = TextField(max_length=128, allow_blank=True, required=False, help_text="The menu item of click.")
    url = TextField(max_length=2048, allow_blank=True, required=False, help_text="Of view.")
    scene = TextField(max_length=64, allow_blank=True, required=False, help_text="Of scan, instead of the ticket.")
    ticket = TextField(max_length=200, allow_blank=True, required=False, help_text="Of scan.")
    template_id = TextField(max_length=100, allow_blank=True, required=False, help_text="Of accept, reject, withdraw.")
    message = TextField(max_length=32, allow_blank=True, required=False, help_text="Of tap: the row's id.")


class ActedSerializer(serializers.Serializer[Any]):
    url = serializers.CharField(help_text="Where a tapped message leads.")


def _path(appid: str, openid: str, rest: str = "") -> str:
    return f"/admin/wechat/followers/{quote(appid, safe='')}/{quote(openid, safe='')}/{rest}"


class FollowersView(SimulatorView):
    @extend_schema(operation_id="simulator_wechat_followers_list", responses=FollowersSerializer)
    def get(self, request: Request) -> Response:
        """The workspace's simulated accounts, and who has been seen at them, the latest first."""
        accounts = [a for a in simulated_accounts(self.workspace) if a.provider == "wechat.official"]
        named = [{"appid": str(a.settings.get("appid", "")), "name": a.name} for a in accounts]
        return Response({**self.ask("GET", "/admin/wechat/followers/"), "accounts": named})


class FollowerView(SimulatorView):
    @extend_schema(responses=FollowerScreenSerializer)
    def get(self, request: Request, appid: str, openid: str) -> Response:
        """What is between a person and an account, oldest first."""
        return Response(self.ask("GET", _path(appid, openid)))


class FollowerActsView(SimulatorView):
    @extend_schema(request=FollowerActSerializer, responses={201: ActedSerializer})
    def post(self, request: Request, appid: str, openid: str) -> Response:
        """Do something on the follower's phone; the simulator tells the account's callback as WeChat would."""
        act = FollowerActSerializer(data=request.data)
        act.is_valid(raise_exception=True)
        return Response(self.ask("POST", _path(appid, openid, "acts/"), act.validated_data), 201)
