from rest_framework.pagination import CursorPagination


class CreatedCursorPagination(CursorPagination):
    """Pages by cursor, newest first. Ids are UUID version 7, so their order is the order of creation."""

    ordering = "-id"
    page_size_query_param = "page_size"
    max_page_size = 200
