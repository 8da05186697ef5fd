"""Bases of the admin's pages. Django's own are generic for the type checker only, not when the program runs."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class Page(admin.ModelAdmin):  # type: ignore[type-arg]  # see above
    # A count over a log of a billion rows would keep the page from opening.
    show_full_result_count = False
    list_per_page = 50


class Inline(admin.TabularInline):  # type: ignore[type-arg]  # see above
    extra = 0


class ReadOnly:
    """For logs and ledgers: what is written there is a record, also for an administrator."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyPage(ReadOnly, Page):
    pass


class ReadOnlyInline(ReadOnly, Inline):
    pass
