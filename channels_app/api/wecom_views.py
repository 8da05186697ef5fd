"""Enterprise WeChat beside messages: staff, tags, contact ways, welcomes, synchronisation, acts upon tasks."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from channels_app.api import wecom_serializers as w
from channels_app.models import ContactSync, ContactWay, CorpTag, Greeting, GroupChat, Message, Staff, WelcomeMessage
from channels_app.wecom import contact_sync, contact_ways, mass_tasks
from workspaces.api.views import WorkspaceMixin, WorkspaceViewSet


class _Rows(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    def read(self, serializer: type[Any], request: Request, instance: Any = None) -> dict[str, Any]:
        context = {"workspace": self.workspace}
        given = serializer(instance, data=request.data, partial=instance is not None, context=context)
        given.is_valid(raise_exception=True)
        fields: dict[str, Any] = given.validated_data
        return fields


class StaffViewSet(_Rows):
    """Members whose contacts customers can be, as the last synchronisation found them."""

    queryset = Staff.objects.order_by("userid")
    serializer_class = w.StaffSerializer


class CorpTagViewSet(_Rows):
    """The corporation's tags for customers."""

    queryset = CorpTag.objects.order_by("group_id", "tag_id")
    serializer_class = w.CorpTagSerializer


class GroupChatViewSet(_Rows):
    """Groups of customers, as the last synchronisation or callback found them."""

    queryset = GroupChat.objects.order_by("chat_id")
    serializer_class = w.GroupChatSerializer


class GreetingViewSet(_Rows):
    """Welcomes and what became of them, newest first."""

    queryset = Greeting.objects.order_by("-id")
    serializer_class = w.GreetingSerializer


class ContactSyncViewSet(_Rows):
    """Staff, tags, customers and their groups read from the corporation."""

    queryset = ContactSync.objects.order_by("-id")
    serializer_class = w.ContactSyncSerializer

    @extend_schema(request=w.AccountOnlySerializer, responses={202: w.ContactSyncSerializer})
    def create(self, request: Request) -> Response:
        """Begin one, or name the one that is running."""
        fields = self.read(w.AccountOnlySerializer, request)
        sync = contact_sync.start(fields["account"], timezone.now())
        return Response(w.ContactSyncSerializer(sync).data, status.HTTP_202_ACCEPTED)


class WelcomeMessageViewSet(_Rows):
    """What new contacts are told within 20 seconds."""

    queryset = WelcomeMessage.objects.order_by("-id")
    serializer_class = w.WelcomeMessageSerializer

    @extend_schema(request=w.WelcomeMessageCreateSerializer, responses={201: w.WelcomeMessageSerializer})
    def create(self, request: Request) -> Response:
        fields = self.read(w.WelcomeMessageCreateSerializer, request)
        welcome = WelcomeMessage.objects.create(workspace=self.workspace, **fields)
        return Response(w.WelcomeMessageSerializer(welcome).data, status.HTTP_201_CREATED)

    @extend_schema(request=w.WelcomeMessageChangeSerializer, responses=w.WelcomeMessageSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        welcome: WelcomeMessage = self.get_object()
        for name, value in self.read(w.WelcomeMessageChangeSerializer, request, welcome).items():
            setattr(welcome, name, value)
        welcome.save()
        return Response(w.WelcomeMessageSerializer(welcome).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        self.get_object().delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class ContactWayViewSet(_Rows):
    """QR codes through which customers become contacts of staff (渠道活码), at WeCom and here. 409 says what
    WeCom answered, or that it did not."""

    queryset = ContactWay.objects.select_related("account").order_by("-id")
    serializer_class = w.ContactWaySerializer

    @extend_schema(request=w.ContactWayCreateSerializer, responses={201: w.ContactWaySerializer})
    def create(self, request: Request) -> Response:
        fields = self.read(w.ContactWayCreateSerializer, request)
        way = contact_ways.create(fields.pop("account"), fields)
        return Response(w.ContactWaySerializer(way).data, status.HTTP_201_CREATED)

    @extend_schema(request=w.ContactWayChangeSerializer, responses=w.ContactWaySerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        way: ContactWay = self.get_object()
        contact_ways.update(way, self.read(w.ContactWayChangeSerializer, request, way))
        return Response(w.ContactWaySerializer(way).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete it at WeCom, too: its printed codes lead nowhere afterwards."""
        contact_ways.delete(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=w.AccountOnlySerializer, responses=w.ContactWaySerializer(many=True), filters=False)
    @action(detail=False, methods=["post"], pagination_class=None)
    def adopt(self, request: Request) -> Response:
        """Take over contact ways that exist at WeCom only; returns those."""
        fields = self.read(w.AccountOnlySerializer, request)
        return Response(w.ContactWaySerializer(contact_ways.adopt(fields["account"]), many=True).data)


class _MassTaskView(WorkspaceMixin, APIView):
    def wanted(self, request: Request) -> Any:
        given: Any = w.MassTaskWantedSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        named = given.validated_data
        messages = Message.objects.filter(workspace=self.workspace)
        if "message" in named:
            return messages.filter(pk=named["message"])
        return messages.filter(journey_id=named["journey"], node=named["node"])

    def shown(self, acts: list[mass_tasks.TaskAct]) -> Response:
        return Response(w.MassTaskActsSerializer({"results": acts}).data)


class RemindMassTasksView(_MassTaskView):
    @extend_schema(
        operation_id="mass_tasks_remind", request=w.MassTaskWantedSerializer, responses=w.MassTaskActsSerializer
    )
    def post(self, request: Request) -> Response:
        """Have WeCom remind the members who have not sent a customer mass message; at most 3 times in 24 hours."""
        return self.shown(mass_tasks.remind(self.wanted(request)))


class CancelMassTasksView(_MassTaskView):
    @extend_schema(
        operation_id="mass_tasks_cancel", request=w.MassTaskWantedSerializer, responses=w.MassTaskActsSerializer
    )
    def post(self, request: Request) -> Response:
        """Take back what members have not sent; those messages fail with `cancelled`. What is sent stays."""
        return self.shown(mass_tasks.cancel(self.wanted(request), timezone.now()))
