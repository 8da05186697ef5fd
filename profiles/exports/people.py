"""People, all of them or those of a segment or a rule, with the columns that are asked for."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from profiles import consent
from profiles.choices import ConsentStatus
from profiles.exports.sources import (
    ExportPage,
    InvalidExport,
    Request,
    Source,
    after,
    at_path,
    check_filters,
    masked_at,
    register,
    text_of,
)
from profiles.models import Consent, Identity, Profile, Segment
from profiles.segments import all_members, members, read_rule
from workspaces.masking import mask_identity

OWN = ("id", "created_at", "updated_at", "tags")
COLUMNS = (*OWN, "identity.<type>", "attribute.<key>", "tag.<name>", "consent.<channel>.<purpose>")
_PREFIXES = ("identity", "attribute", "tag", "consent")
_FILTERS = ("segment", "rule", "consent")


def _check(request: Request) -> None:
    check_filters(request.filters, _FILTERS)
    for column in request.columns:
        prefix, _, rest = column.partition(".")
        if column not in OWN and (
            prefix not in _PREFIXES or not rest or (prefix == "consent" and rest.count(".") != 1)
        ):
            raise InvalidExport("unknown_column", f"There is no column {column[:100]}.", "columns")
    _people(request)


def _people(request: Request, find: Callable[..., QuerySet[Profile]] = members) -> QuerySet[Profile]:
    """Whom the filters leave. Raises InvalidExport or InvalidRule."""
    rules: list[Any] = []
    if segment := request.filters.get("segment"):
        rules.append(_rule_of(request, segment))
    if rule := request.filters.get("rule"):
        rules.append(rule)
    if rules:
        rule = rules[0] if len(rules) == 1 else {"op": "and", "args": rules}
        people = find(request.workspace, read_rule(request.workspace, rule), request.at)
    else:
        people = Profile.objects.filter(workspace=request.workspace)
    return _who_consent(people, request.filters.get("consent"))


def _who_consent(people: QuerySet[Profile], wanted: object) -> QuerySet[Profile]:
    """Those whose newest entry for a channel and purpose is a grant."""
    if not wanted:
        return people
    if not isinstance(wanted, dict) or wanted.keys() != {"channel", "purpose"}:
        raise InvalidExport("invalid_consent", "`consent` names a channel and a purpose.", "filters.consent")
    if not all(isinstance(name, str) for name in wanted.values()):
        raise InvalidExport("invalid_consent", "`consent` names a channel and a purpose.", "filters.consent")
    newest = Consent.objects.filter(profile=OuterRef("pk"), **wanted).order_by("-at", "-id").values("status")[:1]
    return people.annotate(consented=Subquery(newest)).filter(consented=ConsentStatus.GRANTED)


def _rule_of(request: Request, segment: object) -> dict[str, str]:
    try:
        found = Segment.objects.filter(workspace=request.workspace, pk=UUID(str(segment))).exists()
    except ValueError:
        found = False
    if not found:
        raise InvalidExport("unknown_segment", "There is no such segment.", "filters.segment")
    return {"op": "segment", "id": str(segment)}


def _count(request: Request) -> int:
    return _people(request, all_members).count()


def _page(request: Request, cursor: str, limit: int) -> ExportPage:
    people = list(_people(request).filter(id__gt=after(cursor)).order_by("id")[:limit])
    ids = [one.pk for one in people]
    identities = identities_of(ids, request)
    consents = _consents(ids, request.columns)
    rows = [[_cell(request, one, column, identities, consents) for column in request.columns] for one in people]
    return ExportPage(rows, str(ids[-1]) if len(people) == limit else "")


def identities_of(ids: Sequence[UUID], request: Request) -> dict[tuple[UUID, str], str]:
    """(Person, type) → the values, for the types that are columns; masked where that is asked for."""
    types = [column.partition(".")[2] for column in request.columns if column.startswith("identity.")]
    found: dict[tuple[UUID, str], str] = {}
    rows = (
        Identity.objects.filter(profile_id__in=ids, type__in=types).order_by("id") if types else Identity.objects.none()
    )
    for profile_id, type_, value in rows.values_list("profile_id", "type", "value"):
        shown = mask_identity(type_, value) if request.masked else value
        before = found.get((profile_id, type_))
        found[profile_id, type_] = shown if before is None else f"{before};{shown}"
    return found


def _consents(ids: Sequence[UUID], columns: Sequence[str]) -> dict[tuple[UUID, str], str]:
    wanted = [column.split(".")[1:] for column in columns if column.startswith("consent.")]
    current = consent.current([(id_, channel, purpose) for id_ in ids for channel, purpose in wanted])
    return {
        (key.profile_id, f"{key.channel}.{key.purpose}"): ConsentStatus(value).value for key, value in current.items()
    }


def _cell(
    request: Request,
    person: Profile,
    column: str,
    identities: dict[tuple[UUID, str], str],
    consents: dict[tuple[UUID, str], str],
) -> str:
    if column == "tags":
        tags = {name: masked_at(request, [name], value) for name, value in person.tags.items()}
        return ";".join(name if value is None else f"{name}={text_of(value)}" for name, value in tags.items())
    if column in OWN:
        return text_of(getattr(person, column))
    prefix, _, rest = column.partition(".")
    match prefix:
        case "identity":
            return identities.get((person.pk, rest), "")
        case "consent":
            return consents.get((person.pk, rest), "")
        case "tag":
            value = masked_at(request, [rest], person.tags.get(rest))
            return text_of(True if value is None and rest in person.tags else value)
        case _:
            path = rest.split(".")
            return text_of(masked_at(request, path, at_path(person.attributes, path)))


register("people", Source(COLUMNS, _check, _count, _page))
