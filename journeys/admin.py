from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from journeys.models import (
    Conversion,
    Enrollment,
    EnrollmentEvent,
    InboxEntry,
    Journey,
    JourneyApproval,
    JourneyChange,
    JourneyComment,
    JourneyFolder,
    JourneyVersion,
    Launch,
    MassAct,
    NodeCounter,
    SavedPlay,
)
from workspaces.admin_bases import ReadOnlyPage

MOST_EVENTS = 500


@admin.register(Journey)
class JourneyAdmin(ReadOnlyPage):
    """Read-only: a journey is edited on the canvas, which checks it, and changes state by its services."""

    list_display = ["name", "workspace", "state", "revision", "live_version", "updated_at"]
    list_filter = ["workspace", "state"]
    list_select_related = ["workspace", "live_version__journey"]
    search_fields = ["name"]


@admin.register(JourneyVersion)
class JourneyVersionAdmin(ReadOnlyPage):
    list_display = ["journey", "number", "trigger_event", "published_at", "published_by"]
    list_filter = ["workspace"]
    list_select_related = ["journey", "published_by"]
    search_fields = ["journey__name"]


@admin.register(Enrollment)
class EnrollmentAdmin(ReadOnlyPage):
    """With the stream: its table has a key of two columns, which the admin cannot register by itself."""

    list_display = ["id", "journey", "profile_id", "state", "node", "seq", "due_at", "enrolled_at", "ended_at"]
    list_filter = ["workspace", "state"]
    list_select_related = ["journey"]
    search_fields = ["=id", "=profile_id", "=journey__id"]
    ordering = ["-id"]
    readonly_fields = ["stream"]

    @admin.display(description=_("Stream"))
    def stream(self, enrollment: Enrollment) -> SafeString:
        events = EnrollmentEvent.objects.filter(enrollment_id=enrollment.id).order_by("-seq")[:MOST_EVENTS]
        rows = ((one.seq, one.at.isoformat(), one.kind, one.node, one.data) for one in reversed(events))
        return format_html_join("\n", "<div><code>{} {} <b>{}</b> {} {}</code></div>", rows)


@admin.register(Conversion)
class ConversionAdmin(ReadOnlyPage):
    list_display = ["goal", "enrollment_id", "profile_id", "node", "value", "occurred_at"]
    list_filter = ["workspace", "goal"]
    search_fields = ["=journey_id", "=enrollment_id", "=profile_id"]
    ordering = ["-id"]


@admin.register(InboxEntry)
class InboxEntryAdmin(ReadOnlyPage):
    list_display = ["id", "kind", "name", "enrollment_id", "lane", "occurred_at", "created_at"]
    search_fields = ["=enrollment_id"]
    ordering = ["-id"]


@admin.register(NodeCounter)
class NodeCounterAdmin(ReadOnlyPage):
    list_display = ["version_id", "node", "metric", "lane", "value"]
    search_fields = ["=version_id"]


@admin.register(JourneyChange)
class JourneyChangeAdmin(ReadOnlyPage):
    list_display = ["at", "journey", "kind", "user", "version"]
    list_filter = ["workspace", "kind"]
    list_select_related = ["journey", "user"]
    search_fields = ["=journey__id", "journey__name"]
    ordering = ["-id"]


@admin.register(JourneyApproval)
class JourneyApprovalAdmin(ReadOnlyPage):
    list_display = ["journey", "revision", "state", "asked_by", "asked_at", "decided_by", "decided_at"]
    list_filter = ["workspace", "state"]
    list_select_related = ["journey", "asked_by", "decided_by"]
    search_fields = ["=journey__id", "journey__name"]
    ordering = ["-id"]


@admin.register(JourneyComment)
class JourneyCommentAdmin(ReadOnlyPage):
    list_display = ["journey", "node_id", "text", "author", "created_at"]
    list_filter = ["workspace"]
    list_select_related = ["journey", "author"]
    search_fields = ["=journey__id", "journey__name"]
    ordering = ["-id"]


@admin.register(Launch)
class LaunchAdmin(ReadOnlyPage):
    list_display = ["journey", "due_at", "state", "people", "admitted", "started_at", "finished_at"]
    list_filter = ["workspace", "state"]
    list_select_related = ["journey"]
    search_fields = ["=journey__id"]
    ordering = ["-due_at"]


@admin.register(MassAct)
class MassActAdmin(ReadOnlyPage):
    list_display = ["journey", "kind", "state", "total", "done", "changed", "asked_by", "asked_at", "finished_at"]
    list_filter = ["workspace", "kind", "state"]
    list_select_related = ["journey", "asked_by"]
    search_fields = ["=journey__id"]
    ordering = ["-id"]


@admin.register(JourneyFolder)
class JourneyFolderAdmin(ReadOnlyPage):
    list_display = ["name", "workspace", "created_at"]
    list_filter = ["workspace"]
    search_fields = ["name"]


@admin.register(SavedPlay)
class SavedPlayAdmin(ReadOnlyPage):
    list_display = ["name", "workspace", "category", "created_by", "updated_at"]
    list_filter = ["workspace", "category"]
    list_select_related = ["created_by"]
    search_fields = ["name"]
