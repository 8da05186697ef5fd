"""Calls: the tries of one, acting upon jobs that wait at the vendor, and the simulated telephones."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from channels_app.accounts import open_provider
from channels_app.api.call_serializers import (
    CallActSerializer,
    CallTriesSerializer,
    CallTrySerializer,
    JobActSerializer,
    SimulatedCallSerializer,
    SimulatedCallsSerializer,
)
from channels_app.api.simulator import SimulatorView
from channels_app.choices import MessageState
from channels_app.models import CallTry, ChannelAccount, Message
from channels_app.providers.base import Open
from channels_app.providers.call.aliyun_robot import AliyunRobot
from channels_app.providers.errors import TransportError
from channels_app.simulator.accounts import simulated_accounts, voices_of
from workspaces.api.views import WorkspaceMixin
from workspaces.errors import DomainError

JOB_ACTIONS = {"suspend": "SuspendJobs", "resume": "ResumeJobs", "cancel": "CancelJobs"}


class CallTriesView(WorkspaceMixin, APIView):
    @extend_schema(operation_id="messages_tries_list", responses=CallTriesSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """The tries of a call that have ended, the first first; the one under way is the message itself."""
        get_object_or_404(Message.objects.filter(workspace=self.workspace), pk=pk)
        tries = CallTry.objects.filter(workspace=self.workspace, message_id=pk).order_by("number")
        return Response({"results": CallTrySerializer(tries, many=True).data})


class JobsView(WorkspaceMixin, APIView):
    @extend_schema(operation_id="channels_accounts_jobs", request=JobActSerializer, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """Suspend, resume or cancel calls that wait at the vendor; a cancelled one ends with `cancelled`."""
        account = get_object_or_404(ChannelAccount.objects.filter(workspace=self.workspace), pk=pk)
        wanted = JobActSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        provider = open_provider(account)
        if not isinstance(provider, AliyunRobot):
            raise DomainError("not_offered", "This provider's calls cannot be held or cancelled.", status=409)
        rows = account.messages.filter(pk__in=wanted.validated_data["messages"], state=MessageState.ACCEPTED)
        calls = [
            Open(row.pk, row.attempt, row.provider_id, row.address, row.accepted_at or row.updated_at)
            for row in rows
            if row.attempt is not None
        ]
        if len(calls) != len(set(wanted.validated_data["messages"])):
            raise DomainError("not_waiting", "Not all of these messages wait at the vendor.", "messages", 409)
        try:
            provider.act_on_jobs(JOB_ACTIONS[wanted.validated_data["act"]], calls)
        except TransportError as error:
            raise DomainError("provider_refused", str(error), status=502) from error
        return Response(status=204)


class _SimulatedCalls(SimulatorView):
    def ask_voice(self, method: str, path: str, body: Any = None) -> Any:
        """Ask about the calls of this workspace's accounts only. Raises DomainError."""
        mine = voices_of(simulated_accounts(self.workspace))
        if not mine:
            raise DomainError("no_simulator", "No enabled account calls through the simulator.", status=404)
        return self.ask(method, f"{path}?{urlencode([('account', account) for account in mine])}", body)


class SimulatedCallsView(_SimulatedCalls):
    @extend_schema(operation_id="simulator_calls_list", responses=SimulatedCallsSerializer)
    def get(self, request: Request) -> Response:
        """The latest calls that the simulated vendors made, newest first."""
        return Response(self.ask_voice("GET", "/admin/voice/calls/"))


class SimulatedActsView(_SimulatedCalls):
    @extend_schema(request=CallActSerializer, responses=SimulatedCallSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Do what the person called does: answer, press keys, hang up, reject, be busy."""
        act = CallActSerializer(data=request.data)
        act.is_valid(raise_exception=True)
        return Response(self.ask_voice("POST", f"/admin/voice/calls/{pk}/acts/", act.validated_data))
