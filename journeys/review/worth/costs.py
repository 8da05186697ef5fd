"""What a workspace counts as spent besides messages: read, checked and changed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final, Self
from uuid import UUID

from django.db import transaction
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_serializer, model_validator

from journeys.models import ReviewCosts

MOST_COUPONS: Final = 200


def _as_decimal(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else value


Amount = Annotated[Decimal, BeforeValidator(_as_decimal), Field(ge=0, lt=10**8, decimal_places=4, allow_inf_nan=False)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Coupon(_Strict):
    """What each use costs: of a code that a goal's event names, or simply of each conversion of a goal."""

    code: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    goal: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    cost: Amount
    currency: Currency = "CNY"

    @model_validator(mode="after")
    def _of_one_thing(self) -> Self:
        if (self.code is None) == (self.goal is None):
            raise ValueError("A coupon names a code or a goal, and not both.")
        return self

    @field_serializer("cost")
    def _plain(self, value: Decimal) -> str:
        return format(value.normalize(), "f")


class Costs(_Strict):
    """`staff_hour` in `currency`, None where it is unknown; `task_minutes` for each task that was done."""

    currency: Currency = "CNY"
    staff_hour: Amount | None = None
    task_minutes: Annotated[
        Decimal, BeforeValidator(_as_decimal), Field(ge=0, le=10_000, decimal_places=2, allow_inf_nan=False)
    ] = Decimal(10)
    coupon_property: Annotated[str, Field(min_length=1, max_length=100)] = "coupon"
    coupons: Annotated[tuple[Coupon, ...], Field(max_length=MOST_COUPONS)] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [(one.code, one.goal) for one in self.coupons]
        if len(set(names)) < len(names):
            raise ValueError("A code or a goal is named twice.")
        return self

    @field_serializer("staff_hour", "task_minutes")
    def _plain(self, value: Decimal | None) -> str | None:
        return None if value is None else format(value.normalize(), "f")


def costs_of(workspace: UUID) -> Costs:
    row = ReviewCosts.objects.filter(workspace_id=workspace).first() or ReviewCosts(workspace_id=workspace)
    return _read(row)


def change_costs(workspace: UUID, changes: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Change what is named, and return what became what. Raises pydantic's ValidationError."""
    with transaction.atomic():
        ReviewCosts.objects.get_or_create(workspace_id=workspace)
        row = ReviewCosts.objects.select_for_update().get(workspace_id=workspace)
        before = _read(row).model_dump(mode="json")
        costs = Costs.model_validate({**before, **changes})
        after = costs.model_dump(mode="json")
        changed = {name: {"from": before[name], "to": after[name]} for name in after if after[name] != before[name]}
        for name in changed:
            setattr(row, name, after[name])
        if changed:
            row.save()
        return changed


def _read(row: ReviewCosts) -> Costs:
    return Costs.model_validate({name: getattr(row, name) for name in Costs.model_fields})
