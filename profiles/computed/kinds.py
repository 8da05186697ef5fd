"""What is behind each kind of computed attribute: one entry a kind."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from profiles.choices import ComputedKind
from profiles.computed import clv, formulas, lifecycle, rfm
from profiles.computed.calculation import Calculation, Checked, Fit
from profiles.computed.definitions import as_json, event_names, parse_formula
from profiles.models import Computed
from workspaces.models import Workspace


class Kind(NamedTuple):
    """How a kind is read, learned and computed. `label` is the key that says which class somebody is in."""

    check: Callable[[Workspace, str, Any], Checked]
    calculation: Callable[[Computed, datetime], Calculation]
    fit: Callable[[Computed, datetime], Fit] | None = None
    label: Callable[[Computed], str] | None = None


def _check_formula(workspace: Workspace, key: str, definition: Any) -> Checked:
    formula = parse_formula(definition)
    return Checked(as_json(formula), [key], event_names(formula))


def _own_key(computed: Computed) -> str:
    return computed.key


def _formula(computed: Computed, now: datetime) -> Calculation:
    formula = parse_formula(computed.definition)
    return formulas.FormulaCalculation(computed.workspace, computed.pk, computed.key, formula, now)


KINDS: Final[Mapping[str, Kind]] = {
    ComputedKind.ATTRIBUTE: Kind(_check_formula, _formula),
    ComputedKind.RFM: Kind(rfm.check, rfm.calculation, rfm.fit, _own_key),
    ComputedKind.LIFECYCLE: Kind(lifecycle.check, lifecycle.calculation, None, _own_key),
    ComputedKind.CLV: Kind(clv.check, clv.calculation, clv.fit),
}


def kind_of(computed: Computed) -> Kind:
    return KINDS[computed.kind]


def keys_of(computed: Computed) -> Sequence[str]:
    """The attributes that it writes, without `computed.`."""
    return kind_of(computed).check(computed.workspace, computed.key, computed.definition).keys
