from uuid import UUID

import django_filters as filters
from django.db.models import Q, QuerySet

from profiles.identity_values import InvalidIdentity, normalise
from profiles.models import Identity, PersonName, Profile, SegmentMember, TagAssignment
from workspaces.api.masking import sees_clear
from workspaces.principal import workspace_of

# Who has no workspace is refused by the view; until then there is nobody to be found.
NOBODYS = UUID(int=0)


class ProfileFilterSet(filters.FilterSet):
    search = filters.CharFilter(
        method="named",
        max_length=255,
        help_text="An identity's value or a name (its beginning, for who sees personal data in the clear), or a profile's id.",
    )
    segment = filters.UUIDFilter(method="in_segment", help_text="Who is in it, by the members that are kept.")
    tag = filters.CharFilter(method="with_tag", max_length=100, help_text="The key of a tag that they have now.")

    class Meta:
        model = Profile
        fields: list[str] = []

    def named(self, people: QuerySet[Profile], name: str, value: str) -> QuerySet[Profile]:
        by_value, by_name = Q(value__in=_spellings(value)), Q(name=value.strip())
        if sees_clear(self.request):
            # Whoever sees masks could read a number digit by digit.
            by_value |= Q(value__startswith=value)
            by_name |= Q(name__startswith=value.strip())
        identities = Identity.objects.filter(by_value, workspace_id=self._workspace).order_by()
        names = PersonName.objects.filter(by_name, workspace_id=self._workspace).order_by()
        # One set, and not one condition or the other: with that everybody would be looked at.
        found = identities.values_list("profile_id").union(names.values_list("id"))
        try:
            return people.filter(Q(id__in=found) | Q(id=UUID(value)))
        except ValueError:
            return people.filter(id__in=found)

    def in_segment(self, people: QuerySet[Profile], name: str, value: UUID) -> QuerySet[Profile]:
        members = SegmentMember.objects.filter(segment_id=value, workspace_id=self._workspace)
        return people.filter(id__in=members.values("profile_id"))

    def with_tag(self, people: QuerySet[Profile], name: str, value: str) -> QuerySet[Profile]:
        tagged = TagAssignment.objects.filter(workspace_id=self._workspace, key=value, ended_at=None)
        return people.filter(id__in=tagged.values("profile_id"))

    @property
    def _workspace(self) -> UUID:
        workspace = workspace_of(self.request)
        return NOBODYS if workspace is None else workspace.pk


def _spellings(term: str) -> set[str]:
    spellings = {term}
    for type_ in ("phone", "email"):
        try:
            spellings.add(normalise(type_, term).value)
        except InvalidIdentity:
            continue  # The term is no phone number or no address, so it has no other spelling as one.
    return spellings
