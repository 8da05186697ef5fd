"""The simulated mail server's mailboxes, passed on to the console: those that this workspace's accounts wrote to."""

from typing import Any
from urllib.parse import quote

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels_app.api.simulator import SimulatorView
from channels_app.providers.email.addresses import BadAddress, wire_address
from workspaces.api.serializers import StrictSerializer
from workspaces.errors import DomainError


class MailboxSerializer(serializers.Serializer[Any]):
    address = serializers.CharField()
    messages = serializers.IntegerField()
    last_at = serializers.DateTimeField()


class MailboxesSerializer(serializers.Serializer[Any]):
    results = MailboxSerializer(many=True)


class MailSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    sender = serializers.CharField(help_text="The From header.")
    subject = serializers.CharField()
    message_id = serializers.CharField()
    return_path = serializers.CharField()
    text = serializers.CharField()
    html = serializers.CharField(help_text="As it came: show it in a sandbox.")
    one_click = serializers.BooleanField(help_text="Whether a mail client shows a button to unsubscribe (RFC 8058).")
    state = serializers.ChoiceField(choices=["delivered", "bounced", "unsubscribed", "complained"])


class MailsSerializer(serializers.Serializer[Any]):
    results = MailSerializer(many=True)


class BounceSerializer(StrictSerializer):
    status = serializers.RegexField(
        r"\A[45]\.[0-9]{1,3}\.[0-9]{1,3}\Z", default="5.1.1", help_text="Enhanced status code (RFC 3463), e.g. 5.1.1."
    )


class MailboxesView(SimulatorView):
    @extend_schema(operation_id="simulator_mailboxes_list", responses=MailboxesSerializer)
    def get(self, request: Request) -> Response:
        """The mailboxes that got mail, the latest first."""
        return Response({"results": self.ask("GET", "/admin/mail/")["results"]})


class MailboxView(SimulatorView):
    @extend_schema(responses=MailsSerializer)
    def get(self, request: Request, address: str) -> Response:
        """The mail of one mailbox, newest first."""
        try:
            box = str(wire_address(address))
        except BadAddress as error:
            raise DomainError("not_found", "This is not a mail address.", status=404) from error
        return Response(self.ask("GET", f"/admin/mail/boxes/{quote(box, safe='')}/"))


class MailUnsubscribeView(SimulatorView):
    @extend_schema(request=None, responses=MailSerializer)
    def post(self, request: Request, mail: int) -> Response:
        """Press the button that a mail client shows; the address of the mail's header is called as clients call it."""
        return Response(self.ask("POST", f"/admin/mail/mails/{mail}/unsubscribe/"))


class MailBounceView(SimulatorView):
    @extend_schema(request=BounceSerializer, responses=MailSerializer)
    def post(self, request: Request, mail: int) -> Response:
        """Let the mail come back; the notification goes through the account's callback."""
        bounce = BounceSerializer(data=request.data)
        bounce.is_valid(raise_exception=True)
        return Response(self.ask("POST", f"/admin/mail/mails/{mail}/bounce/", bounce.validated_data))
