"""The composition root: the one place that knows every app and plugs them together."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.db.models.signals import pre_save

from channels_app import message_history
from channels_app.channels import identity_types
from channels_app.models import Message
from channels_app.ports import ConsentKey, OptOut, ports
from channels_app.providers.inbound import InboundEvent
from config import message_export, webhook_export
from config.privacy import register_privacy
from journeys.review.worth import export_runs, export_tables
from journeys.runtime import exit_watch, merging, nudges, rendering, wake, ways_in
from journeys.runtime.call_news import call_finished
from journeys.runtime.enrollment_rows import enrollments
from journeys.runtime.exit_veto import ExitVeto
from journeys.runtime.message_news import message_changed
from journeys.runtime.runs_of_person import runs_of
from journeys.runtime.ways_in_checks import journeys_naming
from journeys.store import segment_news
from journeys.store.segment_news import messages_changed
from profiles import (
    consent,
    hooks,
    identity,
    segment_checks,
    segment_dues,
    segment_members,
    segments,
    tag_rules,
    tags,
    timeline,
    upkeep_calls,
    zone_change,
)
from profiles.choices import Purpose
from profiles.computed import marks
from profiles.exports import sources, webhook
from profiles.identity_values import normalise
from profiles.imports import news
from profiles.incoming import IncomingEvent
from profiles.ingestion import ingest
from profiles.merging import facts, matching
from profiles.merging.aliases import current_id
from profiles.merging.explain import merges_in_timeline
from profiles.models import Profile
from profiles.rule_leaves.elsewhere import elsewhere
from profiles.rule_leaves.question import Question
from profiles.rule_leaves.sql import Sql
from profiles.rules.ast import InJourney, MessageHistory
from profiles.rules.durations import parse
from workspaces.errors import DomainError
from workspaces.former_ids import former_ids
from workspaces.models import Workspace


class ConsentLedger:
    """`channels_app.ports.ConsentFacts` over the ledger of profiles."""

    def consents_of(self, workspace_id: UUID, keys: Sequence[ConsentKey]) -> Mapping[ConsentKey, str]:
        return {ConsentKey(*key): status for key, status in consent.current(keys).items()}


class OptOutRecorder:
    """`channels_app.ports.OptOuts`: a refusal withdraws the marketing consent of whoever has the address."""

    def opt_out(self, opt_outs: Sequence[OptOut]) -> Sequence[OptOut]:
        of_nobody = []
        for refusal in opt_outs:
            profile = identity.find(
                refusal.workspace_id, normalise(identity_types(refusal.channel)[0], refusal.address)
            )
            if profile is None:
                of_nobody.append(refusal)
            else:
                consent.withdraw(
                    Workspace.objects.get(id=refusal.workspace_id),
                    profile,
                    refusal.channel,
                    Purpose.MARKETING,
                    source=refusal.source,
                    now=refusal.at,
                    proof=dict(refusal.proof),
                )
        return of_nobody


class ProviderEvents:
    """`channels_app.ports.EventSink` over the ingestion of profiles."""

    def take(self, workspace_id: UUID, events: Sequence[InboundEvent], now: datetime) -> None:
        incoming = [
            IncomingEvent(
                payload={
                    "name": event.name,
                    "identities": dict(event.identities),
                    "properties": dict(event.properties),
                },
                name=event.name,
                identities=list(event.identities.items()),
                event_id=event.event_id,
                occurred_at=event.occurred_at.isoformat(),
                properties=dict(event.properties),
                traits=dict(event.traits) or None,
            )
            for event in events
        ]
        ingest(Workspace.objects.get(id=workspace_id), incoming, now)


class ProfileRenderer:
    """`channels_app.ports.Renderer`: parameters as a send node renders them, for previews."""

    def render(self, workspace_id: UUID, profile_id: UUID, params: Mapping[str, str]) -> Mapping[str, str]:
        present = current_id(workspace_id, profile_id)
        profile = Profile.objects.filter(workspace_id=workspace_id, pk=present).first()
        if profile is None:
            raise DomainError("unknown_profile", "There is no such profile in this workspace.", attr="profile")
        variables = {"profile": profile.attributes, "event": {}, "preference_url": f"{settings.PUBLIC_URL}/p/…"}
        try:
            return {name: rendering.render(source, variables) for name, source in params.items()}
        except rendering.RenderingFailed as error:
            raise DomainError(error.code, str(error), attr="params") from error


def messages_of(
    workspace: Workspace, profile: UUID, before: timeline.Position | None, limit: int
) -> Iterable[timeline.TimelineEntry]:
    """`profiles.timeline.TimelineSource`: the messages that a person was sent, or was not, and why."""
    messages = Message.objects.filter(workspace=workspace, profile_id=profile).order_by("-requested_at", "-id")
    if before is not None:
        older = Q(requested_at__lt=before.at) | Q(requested_at=before.at, id__lt=before.id)
        messages = messages.filter(older)
    for message in messages[:limit]:
        data = {"channel": message.channel, "state": message.state, "reason": message.reason, "node": message.node}
        yield timeline.TimelineEntry(message.id, message.requested_at, "message", message.channel, data)


def messages_asked(rule: MessageHistory, question: Question) -> Sql:
    """`profiles.rule_leaves.elsewhere.Elsewhere.messages`."""
    after = question.at - parse(rule.within).fixed if rule.within else None
    asked = message_history.conditions(rule.channel, rule.template, rule.outcome, question.at, after, rule.between)
    return question.rows("channels_app_message", "r", [Sql(text, params) for text, params in asked])


def enrollment_instants(rule: InJourney) -> Sql:
    """`profiles.segment_dues.Instants.enrollments`: when somebody was enrolled, and when anything happened to that run."""
    return Sql(
        "select v.at from journeys_enrollment r join journeys_enrollmentevent v on v.enrollment_id = r.id"
        " where r.profile_id = p.id and r.journey_id::text = %s"
        " union all select r.enrolled_at from journeys_enrollment r where r.profile_id = p.id and r.journey_id::text = %s",
        (rule.id.lower(), rule.id.lower()),
    )


def message_instants(rule: MessageHistory) -> Sql:
    """`profiles.segment_dues.Instants.messages`: every instant at which a message may have come anywhere."""
    return Sql(
        "select i.at from channels_app_message r cross join lateral ("
        " values (r.requested_at), (r.attempted_at), (r.accepted_at), (r.delivered_at), (r.updated_at)) as i(at)"
        " where r.profile_id = p.id and r.channel = coalesce(%s, r.channel)"
        " union all select t.reported_at from channels_app_message r join channels_app_receipt t on t.message_id = r.id"
        " where r.profile_id = p.id and r.channel = coalesce(%s, r.channel)",
        (rule.channel, rule.channel),
    )


def compose() -> None:
    """Register everybody's listeners and ports; calling it twice changes nothing."""
    hooks.events_stored.connect(wake.events_stored)
    hooks.profiles_changed.connect(wake.people_changed)
    facts.merges_ahead.connect(merging.keep_lanes_out)
    facts.profiles_merged.connect(merging.people_merged)
    facts.profiles_unmerged.connect(merging.people_unmerged)
    hooks.events_stored.connect(segment_checks.events_stored)
    hooks.profiles_changed.connect_what(segment_checks.profiles_changed)
    pre_save.connect(zone_change.workspace_saved, sender=Workspace, dispatch_uid="zone_change")
    hooks.events_stored.connect(marks.events_stored)
    hooks.profiles_changed.connect(tags.profiles_changed)
    # Before the journeys: whoever enters by a segment has its tag already.
    segment_members.members_changed.connect(tag_rules.members_changed)
    segment_members.members_changed.connect(ways_in.members_changed)
    if tag_rules.tags_naming not in segments.in_use:
        segments.in_use.append(tag_rules.tags_naming)
    if nudges.upkeep not in upkeep_calls.wanted:
        upkeep_calls.wanted.append(nudges.upkeep)
    if nudges.segments not in segment_checks.checks_wanted:
        segment_checks.checks_wanted.append(nudges.segments)
    if nudges.import_job not in news.imports_wanted:
        news.imports_wanted.append(nudges.import_job)
    if nudges.export_job not in news.exports_wanted:
        news.exports_wanted.append(nudges.export_job)
    webhook.port.make = webhook_export.make
    sources.register("messages", message_export.SOURCE)
    sources.register("review_runs", export_runs.SOURCE)
    sources.register("review_table", export_tables.SOURCE)
    timeline.register("message", messages_of)
    elsewhere.enrollments, elsewhere.messages = enrollments, messages_asked
    segment_dues.instants.enrollments, segment_dues.instants.messages = enrollment_instants, message_instants
    if nudges.matching not in matching.runs_wanted:
        matching.runs_wanted.append(nudges.matching)
    timeline.register("journey", runs_of)
    timeline.register("merge", merges_in_timeline)
    if journeys_naming not in segments.in_use:
        segments.in_use.append(journeys_naming)
    register_privacy()
    former_ids.current = current_id
    ports.consent_facts = ConsentLedger()
    ports.opt_outs = OptOutRecorder()
    ports.events = ProviderEvents()
    ports.renderer = ProfileRenderer()
    ports.send_veto = ExitVeto()
    if message_changed not in ports.message_changed:
        ports.message_changed.append(message_changed)
    exit_rules = segment_news.Listener(exit_watch.wants, exit_watch.changed)
    if exit_rules not in segment_news.listeners:
        segment_news.listeners.append(exit_rules)
    if messages_changed not in ports.message_changed:
        ports.message_changed.append(messages_changed)
    if nudges.account not in ports.dispatch_wanted:
        ports.dispatch_wanted.append(nudges.account)
    if nudges.followers not in ports.followers_wanted:
        ports.followers_wanted.append(nudges.followers)
    if nudges.contact_sync not in ports.sync_wanted:
        ports.sync_wanted.append(nudges.contact_sync)
    if call_finished not in ports.call_finished:
        ports.call_finished.append(call_finished)
