from uuid import UUID

import django_filters as filters
from django.db.models import Q, QuerySet

from profiles.identity_values import InvalidIdentity, normalise
from profiles.models import Identity, Profile
from workspaces.principal import workspace_of


class ProfileFilterSet(filters.FilterSet):
    search = filters.CharFilter(
        method="named", max_length=255, help_text="The beginning of an identity's value, or a profile's id."
    )

    class Meta:
        model = Profile
        fields: list[str] = []

    def named(self, people: QuerySet[Profile], name: str, value: str) -> QuerySet[Profile]:
        matches = Q(value__in=_spellings(value)) | Q(value__startswith=value)
        identities = Identity.objects.filter(matches, workspace=workspace_of(self.request))
        named = Q(id__in=identities.values("profile_id"))
        try:
            return people.filter(named | Q(id=UUID(value)))
        except ValueError:
            return people.filter(named)


def _spellings(term: str) -> set[str]:
    spellings = {term}
    for type_ in ("phone", "email"):
        try:
            spellings.add(normalise(type_, term).value)
        except InvalidIdentity:
            continue  # The term is no phone number or no address, so it has no other spelling as one.
    return spellings
