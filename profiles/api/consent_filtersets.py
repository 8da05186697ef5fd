import django_filters as filters
from django.db.models import QuerySet

from profiles.choices import ConsentStatus, Purpose
from profiles.consent import newest_entries
from profiles.models import Consent
from workspaces.api.filtersets import PersonFilter
from workspaces.principal import workspace_of


class ConsentFilterSet(filters.FilterSet):
    profile = PersonFilter(field_name="profile_id")
    channel = filters.CharFilter(max_length=32)
    purpose = filters.ChoiceFilter(choices=Purpose.choices)
    status = filters.ChoiceFilter(choices=ConsentStatus.choices)
    source = filters.CharFilter(max_length=64)
    text_version = filters.CharFilter(max_length=64)
    current = filters.ChoiceFilter(
        choices=(("true", "Yes"), ("false", "No")),
        method="holding",
        help_text="true: only what holds now, one entry for each key.",
    )

    class Meta:
        model = Consent
        fields: list[str] = []

    def holding(self, ledger: QuerySet[Consent], name: str, value: str) -> QuerySet[Consent]:
        if value != "true":
            return ledger
        newest = newest_entries(Consent.objects.filter(workspace=workspace_of(self.request)))
        return ledger.filter(pk__in=newest.values("pk"))
