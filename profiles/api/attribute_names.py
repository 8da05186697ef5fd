"""The names of people's attributes, to complete what is typed in rules and templates."""

from typing import Any

from django.db import connection
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from workspaces.api.permissions import MayRead
from workspaces.api.views import WorkspaceMixin

MOST = 200
# People who came last have what people have now; all of them would be read for a name that hardly anybody has.
LOOKED_AT = 2_000
NAMES = """
select key as name, count(*) as people from (
    select attributes from profiles_profile where workspace_id = %(workspace)s order by id desc limit %(looked_at)s
) p cross join lateral jsonb_object_keys(p.attributes) as key
where key ilike %(like)s group by key order by count(*) desc, key limit %(most)s
"""


class AttributeNameSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    people = serializers.IntegerField(help_text="How many of the newest 2,000 people have it.")


class AttributeNamesSerializer(serializers.Serializer[Any]):
    results = AttributeNameSerializer(many=True)


class AttributeNamesView(WorkspaceMixin, APIView):
    permission_classes = [MayRead]

    @extend_schema(
        operation_id="attribute_names",
        parameters=[OpenApiParameter("search", str, description="Part of the name.", required=False)],
        responses=AttributeNamesSerializer,
    )
    def get(self, request: Request) -> Response:
        """Names of attributes that people have, the most common first."""
        part = request.query_params.get("search", "")[:100].replace("\0", "")
        like = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        values: dict[str, Any] = {
            "workspace": self.workspace.pk,
            "looked_at": LOOKED_AT,
            "like": f"%{like}%",
            "most": MOST,
        }
        with connection.cursor() as cursor:
            cursor.execute(NAMES, values)
            rows = [{"name": name, "people": people} for name, people in cursor.fetchall()]
        return Response(AttributeNamesSerializer({"results": rows}).data)
