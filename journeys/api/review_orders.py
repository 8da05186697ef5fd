"""Every conversion of a workspace with whose it is: what an operator looks up when an order is asked about."""

from rest_framework import mixins, serializers

from journeys.api.filtersets import CreditFilterSet
from journeys.models import Credit
from workspaces.api.pagination import CreatedCursorPagination
from workspaces.api.views import WorkspaceViewSet


class CreditSerializer(serializers.ModelSerializer[Credit]):
    value = serializers.DecimalField(max_digits=20, decimal_places=4, allow_null=True, help_text="Before refunds.")

    class Meta:
        model = Credit
        fields = [
            "id",
            "journey_id",
            "version_id",
            "enrollment_id",
            "profile_id",
            "goal",
            "event_id",
            "order",
            "occurred_at",
            "value",
            "refunded",
            "currency",
            "counted",
            "note",
            "odd",
        ]
        read_only_fields = fields


class NewestFirst(CreatedCursorPagination):
    """By the time of the conversion: credits are computed again, and their ids say nothing."""

    ordering = ("-occurred_at", "-id")  # type: ignore[assignment]  # of which the stubs know one


class CreditViewSet(mixins.ListModelMixin, WorkspaceViewSet):
    """Conversions of all journeys, newest first, also those that do not count. Without an order's name, `order` is
    `event:` and the event's id; it is empty for a goal node.
    """

    queryset = Credit.objects.all()
    serializer_class = CreditSerializer
    filterset_class = CreditFilterSet
    pagination_class = NewestFirst
