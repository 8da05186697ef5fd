"""The simulated WeCom, passed on to the console: only the corporations of a workspace's own accounts."""

from typing import Any
from urllib.parse import quote

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels_app.api.simulator import SimulatorView
from channels_app.simulator.accounts import simulated_accounts
from channels_app.wecom.corporation import PROVIDER
from workspaces.api.serializers import StrictBooleanField, StrictSerializer, TextField
from workspaces.errors import DomainError


class _Person(serializers.Serializer[Any]):
    userid = serializers.CharField()
    name = serializers.CharField()


class _AppMessage(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    userid = serializers.CharField()
    at = serializers.DateTimeField()
    text = serializers.CharField()
    url = serializers.CharField()


class _Task(serializers.Serializer[Any]):
    msgid = serializers.CharField()
    userid = serializers.CharField()
    at = serializers.DateTimeField()
    text = serializers.CharField()
    customers = serializers.IntegerField()
    open = serializers.IntegerField(help_text="How many of the customers have not been sent it.")
    cancelled = serializers.BooleanField()


class _Received(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    external_userid = serializers.CharField()
    userid = serializers.CharField()
    kind = serializers.ChoiceField(choices=["welcome", "mass"])
    at = serializers.DateTimeField()
    text = serializers.CharField()


class _Way(serializers.Serializer[Any]):
    config_id = serializers.CharField()
    state = serializers.CharField()


class _Customer(serializers.Serializer[Any]):
    external_userid = serializers.CharField()
    name = serializers.CharField()
    userid = serializers.CharField()


class CorpScreenSerializer(serializers.Serializer[Any]):
    corp_id = serializers.CharField()
    members = _Person(many=True)
    app_messages = _AppMessage(many=True)
    tasks = _Task(many=True)
    inbox = _Received(many=True)
    contact_ways = _Way(many=True)
    customers = _Customer(many=True)


class CorpScreensSerializer(serializers.Serializer[Any]):
    results = CorpScreenSerializer(many=True)


class ScanSerializer(StrictSerializer):
    config_id = TextField(max_length=64, required=False, allow_blank=True)
    userid = TextField(max_length=64, required=False, allow_blank=True)
    name = TextField(max_length=50, default="微信用户")
    half = StrictBooleanField(required=False)


class ConfirmSerializer(StrictSerializer):
    msgid = TextField(max_length=128)
    userid = TextField(max_length=64)


class LeaveSerializer(StrictSerializer):
    userid = TextField(max_length=64)
    external_userid = TextField(max_length=128)
    by = serializers.ChoiceField(choices=["customer", "staff"], default="customer")


class _CorpView(SimulatorView):
    def corps(self) -> list[str]:
        accounts = [account for account in simulated_accounts(self.workspace) if account.provider == PROVIDER]
        return list(dict.fromkeys(str(account.settings.get("corp_id", "")) for account in accounts))

    def at(self, corp: str, path: str = "") -> str:
        """Return the simulator's path of one of the workspace's corporations. Raises DomainError for another's."""
        if corp not in self.corps():
            raise DomainError("not_found", "There is no such corporation.", status=404)
        return f"/admin/wecom/corps/{quote(corp, safe='')}/{path}"

    def act(self, request: Request, serializer: type[StrictSerializer], corp: str, path: str) -> Response:
        given = serializer(data=request.data)
        given.is_valid(raise_exception=True)
        body = dict(given.validated_data)
        where = self.at(corp, path.format(msgid=quote(str(body.pop("msgid", "")), safe="")))
        return Response(self.ask("POST", where, body), 201)


class CorpsView(_CorpView):
    @extend_schema(operation_id="simulator_wecom_list", responses=CorpScreensSerializer)
    def get(self, request: Request) -> Response:
        """What members and customers of the workspace's simulated corporations see."""
        screens = [{"corp_id": corp, **self.ask("GET", self.at(corp))} for corp in self.corps()]
        return Response({"results": screens})


class ScanView(_CorpView):
    @extend_schema(operation_id="simulator_wecom_scan", request=ScanSerializer, responses={201: None})
    def post(self, request: Request, corp: str) -> Response:
        """A person adds a member, through a contact way or directly."""
        return self.act(request, ScanSerializer, corp, "scans/")


class ConfirmView(_CorpView):
    @extend_schema(operation_id="simulator_wecom_confirm", request=ConfirmSerializer, responses={201: None})
    def post(self, request: Request, corp: str) -> Response:
        """A member sends a customer mass message from their client."""
        return self.act(request, ConfirmSerializer, corp, "tasks/{msgid}/confirm/")


class LeaveView(_CorpView):
    @extend_schema(operation_id="simulator_wecom_leave", request=LeaveSerializer, responses={201: None})
    def post(self, request: Request, corp: str) -> Response:
        """A customer deletes a member, or a member a customer."""
        return self.act(request, LeaveSerializer, corp, "relations/delete/")
