import django_filters as filters
from django.db.models import Q, QuerySet

from journeys.choices import EnrollmentState, JourneyState, TaskState
from journeys.models import Credit, Enrollment, Journey, StaffTask
from journeys.review.counted import COUNTED, counted
from journeys.review.credits.notes import TEXTS, WHY_NOT
from workspaces.api.filtersets import PersonFilter, TruthFilter


class JourneyFilterSet(filters.FilterSet):
    state = filters.ChoiceFilter(choices=JourneyState.choices)
    folder = filters.UUIDFilter(field_name="folder_id")
    no_folder = TruthFilter(method="without_folder", help_text="Those in no folder.")
    search = filters.CharFilter(method="with_text", max_length=100, help_text="Part of the name or the description.")

    class Meta:
        model = Journey
        fields = ["state"]

    def without_folder(self, journeys: QuerySet[Journey], name: str, value: str) -> QuerySet[Journey]:
        return journeys.filter(folder__isnull=value == "true")

    def with_text(self, journeys: QuerySet[Journey], name: str, value: str) -> QuerySet[Journey]:
        return journeys.filter(Q(name__icontains=value) | Q(description__icontains=value))


class EnrollmentFilterSet(filters.FilterSet):
    state = filters.ChoiceFilter(choices=EnrollmentState.choices)
    node = filters.CharFilter(max_length=64, help_text="The node where the person is, or ended.")

    at = filters.CharFilter(
        method="at_node", max_length=64, help_text="A node, with `did`: whoever counts in that number there."
    )
    did = filters.ChoiceFilter(
        method="at_node", choices=[(what, what) for what in COUNTED], help_text="Which number of the node `at`."
    )
    outcome = filters.CharFilter(method="at_node", max_length=64, help_text="With `did=left`: by which way out.")

    version = filters.NumberFilter("version__number", min_value=1, max_value=2**31 - 1, help_text="Its number.")

    class Meta:
        model = Enrollment
        fields = ["node", "state"]

    def at_node(self, enrollments: QuerySet[Enrollment], name: str, value: str) -> QuerySet[Enrollment]:
        """`at`, `did` and `outcome` are one question, asked once; either of the first two alone asks nothing."""
        given = self.form.cleaned_data
        if name != "did" or not given.get("at"):
            return enrollments
        return counted(enrollments, given["at"], value, given.get("outcome") or "")


class PersonsEnrollmentsFilterSet(filters.FilterSet):
    # Without it every enrollment of a workspace would be told in words.
    profile = PersonFilter(field_name="profile_id", required=True)
    state = filters.ChoiceFilter(choices=EnrollmentState.choices)

    class Meta:
        model = Enrollment
        fields: list[str] = []


class TaskFilterSet(filters.FilterSet):
    state = filters.ChoiceFilter(choices=TaskState.choices)
    journey = filters.UUIDFilter(field_name="journey_id")
    profile = PersonFilter(field_name="profile_id")

    class Meta:
        model = StaffTask
        fields = ["state"]


class CreditFilterSet(filters.FilterSet):
    journey = filters.UUIDFilter(field_name="journey_id")
    enrollment = filters.UUIDFilter(field_name="enrollment_id")
    profile = PersonFilter(field_name="profile_id")
    order = filters.CharFilter(max_length=255, help_text="What the events name it by.")
    goal = filters.CharFilter(max_length=64)
    counted = TruthFilter(method="that_count")
    note = filters.ChoiceFilter(choices=[(code, code) for code in WHY_NOT], help_text="Why it does not count.")
    odd = filters.ChoiceFilter(choices=[(code, code) for code in TEXTS], method="with_odd")

    class Meta:
        model = Credit
        fields: list[str] = []

    def that_count(self, credited: QuerySet[Credit], name: str, value: str) -> QuerySet[Credit]:
        return credited.filter(counted=value == "true")

    def with_odd(self, credited: QuerySet[Credit], name: str, value: str) -> QuerySet[Credit]:
        return credited.filter(odd__contains=[value])
