import json

import pytest

from bench.harness.report import Bound, percentile, report, size


@pytest.mark.parametrize(
    ("bound", "value", "holds"),
    [
        (Bound(least=100), 100, True),
        (Bound(least=100), 99.9, False),
        (Bound(most=0), 0, True),
        (Bound(most=0), 1, False),
        (Bound(most=0), None, False),
    ],
)
def test_a_bound_includes_its_limit_and_no_figure_holds_nothing(bound: Bound, value: float | None, holds: bool) -> None:
    assert bound.holds(value) is holds


def test_the_last_line_is_json_with_all_figures_and_one_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    report("lanes", {"ratio": 71.345, "people": 5}, {"ratio": Bound(least=100)})
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert line == {"bench": "lanes", "figures": {"ratio": 71.3, "people": 5}, "holds": False}


def test_a_figure_that_is_asked_for_and_missing_does_not_hold(capsys: pytest.CaptureFixture[str]) -> None:
    report("lanes", {}, {"ratio": Bound(least=100)})
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["holds"] is False


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: int) -> None:
    assert percentile(range(1, 101), share) == expected


def test_a_size_must_be_positive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("N", "-1")
    with pytest.raises(ValueError, match="N=-1"):
        size("N", 5)
