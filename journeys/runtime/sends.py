"""What is asked and answered at a send node: may each of these people be sent this, and what would it say."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from channels_app.channels import identity_types
from channels_app.policy.judge import judge, policy_version
from channels_app.policy.verdict import Blocked, Held, Past, QuietHours, SendRequest, Verdict
from journeys.engine.decision import SendFacts, Zones
from journeys.engine.graph import Settings
from journeys.engine.nodes.send import InlineTemplate, SendConfig
from journeys.engine.schedule import AppliedZone, add, applied_zone
from journeys.runtime.addressing import Route
from journeys.runtime.member import Member
from journeys.runtime.rendering import is_constant, render
from journeys.runtime.touches import Touches, as_data
from profiles.privacy.links import url_for
from profiles.rules.durations import parse
from workspaces.localtime import zone_of
from workspaces.privacy import rules_of

# {attributes}: the JSON text of a person's attributes, or null where no parameter needs them.
PEOPLE = """
select m.id::text as profile, {attributes} as attributes, a.address, s.id is not null as suppressed,
    (select c.status from profiles_consent c where c.profile_id = m.id and c.channel = %(channel)s
     and c.purpose = %(purpose)s order by c.at desc, c.id desc limit 1) as consent
from unnest(%(profiles)s::uuid[]) as m(id) left join profiles_profile p on p.id = m.id
left join lateral (
    select i.value as address from profiles_identity i where i.profile_id = m.id and i.type = any(%(types)s)
    order by array_position(%(types)s::text[], i.type::text), i.id limit 1) a on true
left join channels_app_suppression s
    on s.workspace_id = %(workspace)s and s.channel = %(channel)s and s.address = a.address and s.lifted_at is null
"""


# `{{ preference_url }}`: the person's own page, where they see and change their consents.
PREFERENCE_URL = "preference_url"


class Person(NamedTuple):
    """A row of PEOPLE, without the id."""

    attributes: str | None
    address: str | None
    consent: str | None
    suppressed: bool = False


def people_statement(config: SendConfig) -> str:
    attributes = "null" if all(is_constant(source) for source in _sources(config)) else "p.attributes::text"
    return PEOPLE.format(attributes=attributes)


def people_params(workspace: UUID, config: SendConfig, members: Sequence[Member]) -> dict[str, Any]:
    return {
        "workspace": workspace,
        "types": list(identity_types(config.channel)),
        "channel": config.channel,
        "purpose": config.purpose,
        "profiles": list({member.enrollment.profile for member in members}),
    }


def link_days(workspace: UUID, config: SendConfig) -> int | None:
    """For how long links to preference pages are good; None where no parameter has one."""
    wanted = any(PREFERENCE_URL in source for source in _sources(config) if isinstance(source, str))
    return rules_of(workspace).link_days if wanted else None


class Sending:
    """One send node in one tick: people of the same consent, zone and reachability are judged once."""

    def __init__(
        self,
        config: SendConfig,
        route: Route,
        settings: Settings,
        touches: Touches,
        now: datetime,
        new_id: Callable[[], UUID],
        link_days: int | None = None,
    ) -> None:
        self._config = config
        self._purpose = config.purpose or "marketing"
        self._route = route
        self._quiet = quiet_hours(settings)
        self._ignore_caps = settings.frequency_caps == "ignore"
        self._touches = touches
        self._counts = touches.matter(config)
        self._policy = policy_version(touches.own)
        self._now = now
        self._new_id = new_id
        self._zones: dict[Zones, AppliedZone] = {}
        self._verdicts: dict[tuple[str | None, bool, bool, str, tuple[Past, ...]], Verdict] = {}
        self._text = config.template.text if isinstance(config.template, InlineTemplate) else None
        self._constant = {key: str(value) for key, value in config.params.items() if is_constant(value)}
        self._link_days = link_days
        self._rendered = {key: value for key, value in config.params.items() if key not in self._constant}

    def facts(self, member: Member, person: Person) -> SendFacts:
        """Judge and render for one person. Raises RenderingFailed."""
        zone = self._zone(member.zones)
        message = str(self._new_id())
        payload = self._payload(member, person, zone.name)
        past = self._touches.of(member.enrollment.profile) if self._counts else ()
        verdict = self._verdict(person, zone.name, past)
        judged = {"consent": person.consent, **zone.as_data(), "policy": self._policy}
        if past:
            judged["past"] = as_data(past)
        if self._counts and not isinstance(verdict, Blocked):
            at = verdict.until if isinstance(verdict, Held) else self._now
            touch = Past(at, self._config.channel, self._purpose, self._route.tags)
            self._touches.add(member.enrollment.profile, touch)
        if not isinstance(verdict, Blocked | Held):
            return SendFacts(message, "allowed", "", "", {}, None, payload, judged)
        reason, figures = str(verdict.reason), verdict.figures
        if zone.unknown:
            figures = {**figures, "unknown_zones": ", ".join(zone.unknown)}
        if isinstance(verdict, Blocked):
            return SendFacts(message, "blocked", reason, verdict.rule, figures, None, payload, judged)
        return SendFacts(message, "held", reason, verdict.rule, figures, verdict.until, payload, judged)

    def _payload(self, member: Member, person: Person, zone: str) -> Mapping[str, Any]:
        variables: dict[str, Any] = {}
        if person.attributes is not None:
            variables = {"profile": orjson.loads(person.attributes), "event": member.enrollment.properties}
            if self._link_days is not None:
                variables[PREFERENCE_URL] = url_for(UUID(member.enrollment.profile), self._link_days, self._now)
        params = self._constant | {key: render(value, variables) for key, value in self._rendered.items()}
        text = None if self._text is None else render(self._text, variables)
        return {
            "address": person.address or "",
            "params": params,
            "text": text,
            "zone": zone,
            "route": self._route,
            "expires_at": self._expires_at(zone),
        }

    def _expires_at(self, zone: str) -> str | None:
        if self._config.expire_after is None:
            return None
        return add(self._now, parse(self._config.expire_after), zone_of(zone)).isoformat()

    def _zone(self, zones: Zones) -> AppliedZone:
        found = self._zones.get(zones)
        if found is None:
            found = self._zones[zones] = applied_zone(None, zones)
        return found

    def _verdict(self, person: Person, zone: str, past: tuple[Past, ...]) -> Verdict:
        key = (person.consent, bool(person.address), person.suppressed, zone, past)
        found = self._verdicts.get(key)
        if found is None:
            request = SendRequest(
                channel=self._config.channel,
                purpose=self._purpose,
                consent=person.consent,
                suppressed=person.suppressed,
                has_address=bool(person.address),
                template_approved=self._route.approved,
                quiet_hours=self._quiet,
                zone=zone,
                on_blocked=self._config.on_blocked,
                tags=self._route.tags,
                past=past,
                ignore_caps=self._ignore_caps,
                own=self._touches.own,
            )
            found = self._verdicts[key] = judge(request, self._now)
        return found


def _sources(config: SendConfig) -> list[Any]:
    """Everything of a send that may hold Liquid."""
    text = [config.template.text] if isinstance(config.template, InlineTemplate) else []
    return [*config.params.values(), *text]


def quiet_hours(settings: Settings) -> QuietHours | None:
    quiet = settings.quiet_hours
    return None if quiet is None else QuietHours.parse(quiet.model_dump(by_alias=True))
