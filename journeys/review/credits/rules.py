"""The rules by which a workspace's reviews count: read, checked and changed."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, NamedTuple, Self
from uuid import UUID

from django.db import transaction
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_serializer, model_validator

from journeys.choices import CreditRule, RepeatRule
from journeys.engine.graph import EventName
from journeys.models import ReviewRefund, ReviewRules
from profiles.rules.filters import Key
from workspaces.errors import DomainError

MOST_EVENTS = 10
# In ten-thousandths it is within 64 bits.
MOST_VALUE = Decimal(10) ** 14


def _as_decimal(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else value


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Takeback(Strict):
    """An event that takes an order back, and the property with how much; without one it takes back all of it."""

    event: EventName
    value: Key | None = None


class Rules(Strict):
    """How conversions are read and whose they are. `most_value` is in the currency of the conversion."""

    order_property: Key = "order_id"
    currency_property: Key = "currency"
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CNY"
    refunds: Annotated[tuple[Takeback, ...], Field(max_length=MOST_EVENTS)] = ()
    cancellations: Annotated[tuple[Takeback, ...], Field(max_length=MOST_EVENTS)] = ()
    most_value: Annotated[
        Decimal, BeforeValidator(_as_decimal), Field(gt=0, le=MOST_VALUE, decimal_places=4, allow_inf_nan=False)
    ] = Decimal(10_000_000)
    credit: CreditRule = CreditRule.LAST_ENTRY
    repeats: RepeatRule = RepeatRule.EACH

    @model_validator(mode="after")
    def _an_event_says_one_thing(self) -> Self:
        names = [one.event for one in (*self.refunds, *self.cancellations)]
        if len(set(names)) < len(names):
            raise ValueError("An event is named twice among refunds and cancellations.")
        return self

    @field_serializer("most_value")
    def _plain(self, value: Decimal) -> str:
        return format(value.normalize(), "f")


class InForce(NamedTuple):
    """The rules of a workspace, which revision of them it is, and since when (aware; None: they were never changed)."""

    rules: Rules
    revision: int
    since: datetime | None

    def as_data(self) -> dict[str, Any]:
        return {**self.rules.model_dump(mode="json"), "revision": self.revision, "changed_at": self.since}


def rules_of(workspace: UUID) -> InForce:
    row = ReviewRules.objects.filter(workspace_id=workspace).first() or ReviewRules(workspace_id=workspace)
    return InForce(_read(row), row.revision, row.changed_at)


def change_rules(workspace: UUID, changes: Mapping[str, Any], now: datetime) -> dict[str, dict[str, Any]]:
    """Change what is named, and return what became what. Raises DomainError `invalid_rules`.

    Every journey's credits are computed again at its next refresh. What was read of refunds by the earlier rules is
    dropped: they may have named other events and other properties.
    """
    with transaction.atomic():
        ReviewRules.objects.get_or_create(workspace_id=workspace)
        row = ReviewRules.objects.select_for_update().get(workspace_id=workspace)
        before = _read(row).model_dump(mode="json")
        after = check({**before, **changes}).model_dump(mode="json")
        changed = {name: {"from": before[name], "to": after[name]} for name in after if after[name] != before[name]}
        if changed:
            for name in changed:
                setattr(row, name, after[name])
            row.revision += 1
            row.changed_at = now
            row.save()
            ReviewRefund.objects.filter(workspace_id=workspace).delete()
        return changed


def check(rules: Mapping[str, Any]) -> Rules:
    """Read rules. Raises DomainError `invalid_rules`."""
    try:
        return Rules.model_validate(rules)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DomainError("invalid_rules", first["msg"], place or None) from error


def _read(row: ReviewRules) -> Rules:
    return Rules.model_validate({name: getattr(row, name) for name in Rules.model_fields})
