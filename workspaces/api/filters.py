from typing import Any

import django_filters
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request


class StrictFilterBackend(DjangoFilterBackend):
    """Filters by query parameters. An empty value is refused where it cannot be one: `?profile=` lists nobody's rows, not
    everybody's. An empty search is no search.
    """

    def get_filterset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        filterset = super().get_filterset(request, queryset, view)
        for name, each in (filterset.filters if filterset is not None else {}).items():
            if request.query_params.get(name) == "" and type(each) is not django_filters.CharFilter:
                raise ValidationError({name: "A value is needed here."}, code="blank")
        return filterset
