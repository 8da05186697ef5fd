"""What staff call the people whom rows are about: rows themselves hold ids only."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from profiles.models import Identity, Profile


def with_person(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add `profile_name`, the attribute `name`, and `profile_phone` to rows with a `profile_id`; what is not known is empty."""
    profile = Profile.objects.filter(pk=OuterRef("profile_id")).values(name=KeyTextTransform("name", "attributes"))
    phone = Identity.objects.filter(profile_id=OuterRef("profile_id"), type="phone").order_by("created_at")
    named: QuerySet[Any] = rows.annotate(
        profile_name=Coalesce(Subquery(profile[:1]), Value(""), output_field=TextField()),
        profile_phone=Coalesce(Subquery(phone.values("value")[:1]), Value(""), output_field=TextField()),
    )
    return named
