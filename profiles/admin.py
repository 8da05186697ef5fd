from django.contrib import admin
from django.http import HttpRequest

from profiles.models import Consent, Event, Identity, IdentityConflict, Profile, RejectedEvent, Segment
from workspaces.admin_bases import Page, ReadOnlyInline, ReadOnlyPage


class IdentityInline(ReadOnlyInline):
    """Identities are given by profiles.identity alone, under its locks."""

    model = Identity
    fields = readonly_fields = ("type", "value", "created_at")


class ConsentInline(ReadOnlyInline):
    model = Consent
    fields = readonly_fields = ("channel", "purpose", "status", "at", "source", "recorded_at")
    ordering = ["-at"]


@admin.register(Profile)
class ProfileAdmin(Page):
    list_display = ["id", "workspace", "created_at", "updated_at"]
    list_filter = ["workspace"]
    list_select_related = ["workspace"]
    search_fields = ["=identities__value", "=id"]
    readonly_fields = ["id", "workspace", "created_at", "updated_at"]
    inlines = [IdentityInline, ConsentInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Identity)
class IdentityAdmin(ReadOnlyPage):
    list_display = ["type", "value", "profile_id", "workspace", "created_at"]
    list_filter = ["workspace"]
    list_select_related = ["workspace"]
    search_fields = ["=value"]


@admin.register(IdentityConflict)
class IdentityConflictAdmin(ReadOnlyPage):
    list_display = ["type", "value", "profile_id", "workspace", "seen_at"]
    list_filter = ["workspace"]
    list_select_related = ["workspace"]
    search_fields = ["=value"]


@admin.register(Event)
class EventAdmin(ReadOnlyPage):
    list_display = ["name", "event_id", "profile_id", "occurred_at", "received_at"]
    list_filter = ["workspace"]
    search_fields = ["=event_id", "=name"]
    ordering = ["-id"]


@admin.register(RejectedEvent)
class RejectedEventAdmin(ReadOnlyPage):
    list_display = ["received_at", "code", "detail", "workspace"]
    list_filter = ["workspace", "code"]
    list_select_related = ["workspace"]
    ordering = ["-id"]


@admin.register(Consent)
class ConsentAdmin(ReadOnlyPage):
    list_display = ["profile_id", "channel", "purpose", "status", "at", "source", "recorded_at"]
    list_filter = ["workspace", "channel", "purpose", "status"]
    search_fields = ["=profile__id"]
    ordering = ["-id"]


@admin.register(Segment)
class SegmentAdmin(ReadOnlyPage):
    """Read-only: rules are checked against each other when they are saved by the API."""

    list_display = ["name", "workspace", "kind", "updated_at"]
    list_filter = ["workspace"]
    list_select_related = ["workspace"]
    search_fields = ["name", "=id"]
