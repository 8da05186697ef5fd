from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from workspaces.admin_bases import Inline, Page
from workspaces.choices import Scope
from workspaces.models import ApiKey, Membership, Workspace


class MembershipInline(Inline):
    model = Membership
    autocomplete_fields = ["user"]


@admin.register(Workspace)
class WorkspaceAdmin(Page):
    list_display = ["name", "slug", "timezone", "lanes", "created_at"]
    search_fields = ["name", "slug"]
    inlines = [MembershipInline]


@admin.register(Membership)
class MembershipAdmin(Page):
    list_display = ["user", "workspace", "role", "created_at"]
    list_filter = ["role", "workspace"]
    list_select_related = True
    autocomplete_fields = ["user", "workspace"]


class ApiKeyForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the type checker only
    scopes = forms.MultipleChoiceField(choices=Scope.choices, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = ApiKey
        fields = ["workspace", "name", "scopes", "expires_at", "revoked_at"]


@admin.register(ApiKey)
class ApiKeyAdmin(Page):
    """A new key is shown once, when it is made; only its hash is stored."""

    form = ApiKeyForm
    list_display = ["name", "prefix", "workspace", "scopes", "expires_at", "revoked_at", "created_at"]
    list_filter = ["workspace"]
    list_select_related = ["workspace"]
    autocomplete_fields = ["workspace"]

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        key = None if change else obj.set_key()
        super().save_model(request, obj, form, change)
        if key:
            text = format_html("{} <code>{}</code>", _("The key, shown only now:"), key)
            self.message_user(request, text, messages.WARNING)
