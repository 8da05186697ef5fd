"""The provider simulator, passed on to the console: only to a workspace that sends through it, and only its own phones."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from channels_app.api.simulator_serializers import (
    FaultsSerializer,
    PhoneScreenSerializer,
    PhonesSerializer,
    ReplySerializer,
)
from channels_app.simulator.accounts import NOBODY, appids_of, keys_of, simulated_accounts, simulator_url
from channels_app.simulator.client import SimulatorClient, SimulatorUnreachable
from workspaces.api.views import WorkspaceMixin
from workspaces.errors import DomainError


class SimulatorView(WorkspaceMixin, APIView):
    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the simulator about this workspace's accounts. Raises DomainError with what it refuses."""
        accounts = simulated_accounts(self.workspace)
        if not accounts:
            raise DomainError("no_simulator", "No enabled account sends through the simulator.", status=404)
        client = SimulatorClient(simulator_url(accounts[0]))
        try:
            # Asked about nobody's accounts, the simulator tells of everybody's.
            keys, appids = keys_of(accounts), appids_of(accounts) or [NOBODY]
            answer = client.request(method, path, body, keys, appids)
        except SimulatorUnreachable as error:
            raise DomainError(error.code, str(error), status=503) from error
        finally:
            client.close()
        value = answer.json()
        if answer.status_code >= 400:
            first = value["errors"][0]
            raise DomainError(first["code"], first["detail"], first["attr"], answer.status_code)
        return value


class PhonesView(SimulatorView):
    @extend_schema(operation_id="simulator_phones_list", responses=PhonesSerializer)
    def get(self, request: Request) -> Response:
        """The phones that got messages, the latest first."""
        return Response(self.ask("GET", "/admin/phones/"))


class PhoneView(SimulatorView):
    @extend_schema(responses=PhoneScreenSerializer)
    def get(self, request: Request, phone: str) -> Response:
        """What is on one phone's screen, oldest first."""
        return Response(self.ask("GET", SimulatorClient.phone_path(phone)))


class RepliesView(SimulatorView):
    @extend_schema(request=ReplySerializer, responses={201: None})
    def post(self, request: Request, phone: str) -> Response:
        """Answer from the phone; the simulator pushes it as the vendor would."""
        reply = ReplySerializer(data=request.data)
        reply.is_valid(raise_exception=True)
        return Response(self.ask("POST", SimulatorClient.phone_path(phone, "replies/"), reply.validated_data), 201)


class FaultsView(SimulatorView):
    @extend_schema(responses=FaultsSerializer)
    def get(self, request: Request) -> Response:
        return Response(self.ask("GET", "/admin/faults/"))

    @extend_schema(request=FaultsSerializer, responses=FaultsSerializer)
    def put(self, request: Request) -> Response:
        """Set all switches; one that is not named is off."""
        faults = FaultsSerializer(data=request.data)
        faults.is_valid(raise_exception=True)
        return Response(self.ask("PUT", "/admin/faults/", faults.validated_data))
