"""Administration: accounts and templates can be edited, messages and receipts are a record."""

import secrets
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from channels_app.models import (
    CallTry,
    ChannelAccount,
    Message,
    Receipt,
    ShortLink,
    Signature,
    Suppression,
    Template,
    WebhookCall,
)
from workspaces.admin_bases import Page, ReadOnlyPage


@admin.register(ChannelAccount)
class ChannelAccountAdmin(Page):
    list_display = ("name", "workspace", "key", "provider", "enabled", "paused_until", "pause_reason")
    list_filter = ("channel", "provider", "enabled")
    search_fields = ("key", "name")
    # Credentials are set by the API, which never shows them; a form would have to.
    exclude = ("credentials", "callback_token")

    def save_model(self, request: HttpRequest, obj: ChannelAccount, form: Any, change: bool) -> None:
        obj.callback_token = obj.callback_token or secrets.token_urlsafe(24)
        super().save_model(request, obj, form, change)


@admin.register(Template)
class TemplateAdmin(Page):
    list_display = ("name", "workspace", "key", "provider_code", "purpose", "state", "updated_at")
    list_filter = ("channel", "purpose", "state")
    list_select_related = ("workspace",)
    search_fields = ("key", "name", "provider_code")


@admin.register(Message)
class MessageAdmin(ReadOnlyPage):
    ordering = ("-id",)
    list_display = ("id", "channel", "address", "state", "reason", "error_code", "requested_at")
    list_filter = ("channel", "state")
    search_fields = ("id__exact", "address__exact")


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyPage):
    ordering = ("-id",)
    list_display = ("id", "message_id", "outcome", "code", "reported_at", "received_at")
    list_filter = ("outcome",)
    search_fields = ("message_id__exact",)


@admin.register(CallTry)
class CallTryAdmin(ReadOnlyPage):
    ordering = ("-id",)
    list_display = ("id", "message_id", "number", "result", "code", "reported_at")
    list_filter = ("result",)
    search_fields = ("message_id__exact",)


@admin.register(WebhookCall)
class WebhookCallAdmin(ReadOnlyPage):
    ordering = ("-id",)
    list_display = ("id", "method", "host", "state", "status", "reason", "attempts", "requested_at", "finished_at")
    list_filter = ("state", "method")
    search_fields = ("id__exact", "host__exact", "enrollment_id__exact")
    # Headers hold keys of other people's servers.
    exclude = ("request",)


@admin.register(Signature)
class SignatureAdmin(Page):
    list_display = ("name", "workspace", "account", "state", "reason", "synced_at")
    list_filter = ("state",)
    list_select_related = ("workspace", "account")
    search_fields = ("name",)


@admin.register(Suppression)
class SuppressionAdmin(ReadOnlyPage):
    list_display = ("address", "channel", "source", "at", "lifted_at", "lift_reason")
    list_filter = ("channel", "source")
    search_fields = ("address__exact",)


@admin.register(ShortLink)
class ShortLinkAdmin(ReadOnlyPage):
    list_display = ("code", "target", "node", "created_at", "expires_at")
    search_fields = ("code__exact", "message_id__exact")
