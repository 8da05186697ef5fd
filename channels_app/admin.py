"""Administration: accounts and templates can be edited, messages and receipts are a record."""

import secrets
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from channels_app.models import ChannelAccount, Message, Receipt, Template


@admin.register(ChannelAccount)
class ChannelAccountAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for the type checker only
    list_display = ("name", "workspace", "key", "provider", "enabled", "paused_until", "pause_reason")
    list_filter = ("channel", "provider", "enabled")
    search_fields = ("key", "name")
    # Credentials are set by the API, which never shows them; a form would have to.
    exclude = ("credentials", "callback_token")

    def save_model(self, request: HttpRequest, obj: ChannelAccount, form: Any, change: bool) -> None:
        obj.callback_token = obj.callback_token or secrets.token_urlsafe(24)
        super().save_model(request, obj, form, change)


@admin.register(Template)
class TemplateAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # as above
    list_display = ("name", "workspace", "key", "provider_code", "purpose", "state", "updated_at")
    list_filter = ("channel", "purpose", "state")
    list_select_related = ("workspace",)
    search_fields = ("key", "name", "provider_code")


class _Record(admin.ModelAdmin):  # type: ignore[type-arg]  # as above
    # A count over a log of a billion rows would keep the page from opening.
    show_full_result_count = False
    list_per_page = 50
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Message)
class MessageAdmin(_Record):
    list_display = ("id", "channel", "address", "state", "reason", "error_code", "requested_at")
    list_filter = ("channel", "state")
    search_fields = ("id__exact", "address__exact")


@admin.register(Receipt)
class ReceiptAdmin(_Record):
    list_display = ("id", "message_id", "outcome", "code", "reported_at", "received_at")
    list_filter = ("outcome",)
    search_fields = ("message_id__exact",)
