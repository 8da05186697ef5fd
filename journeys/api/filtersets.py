import django_filters as filters
from django.db.models import Q, QuerySet

from journeys.choices import EnrollmentState, JourneyState, TaskState
from journeys.models import Enrollment, Journey, StaffTask


class JourneyFilterSet(filters.FilterSet):
    state = filters.ChoiceFilter(choices=JourneyState.choices)
    search = filters.CharFilter(method="with_text", max_length=100, help_text="Part of the name or the description.")

    class Meta:
        model = Journey
        fields = ["state"]

    def with_text(self, journeys: QuerySet[Journey], name: str, value: str) -> QuerySet[Journey]:
        return journeys.filter(Q(name__icontains=value) | Q(description__icontains=value))


class EnrollmentFilterSet(filters.FilterSet):
    state = filters.ChoiceFilter(choices=EnrollmentState.choices)
    node = filters.CharFilter(max_length=64, help_text="The node where the person is, or ended.")

    class Meta:
        model = Enrollment
        fields = ["node", "state"]


class TaskFilterSet(filters.FilterSet):
    state = filters.ChoiceFilter(choices=TaskState.choices)
    journey = filters.UUIDFilter(field_name="journey_id")
    profile = filters.UUIDFilter(field_name="profile_id")

    class Meta:
        model = StaffTask
        fields = ["state"]
