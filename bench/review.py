"""`make bench-review`: the page of a journey's review over many runs, cold and warm, and what keeps its figures.

Sizes: N runs with 15 log entries and 4 messages each, REPEATS of a hundred by somebody who has run before. docs/benchmarks.md
says what is measured and how.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx

from bench.harness.report import Bound, Figure, report, say, size
from bench.harness.stack import Stack, stack

if TYPE_CHECKING:
    from journeys.models import Journey

BOUNDS = {
    "cold_ms": Bound(most=2000),
    "warm_ms": Bound(most=300),
    "tab_cold_ms": Bound(most=2000),
    "tab_warm_ms": Bound(most=300),
    "attribution_s": Bound(most=60),
    "export_peak_mb": Bound(most=300),
}
# The calls that the overview makes when it is opened, and those of the other tabs.
PAGE = ("", "funnel/", "paths/", "definition/")
TABS = (
    *("losses/", "experiments/", "holdout/", "attribution/", "retention/", "cost/", "movement/", "messages/"),
    *("summary/", "funnel/?by=variant", "funnel/?by=channel", "funnel/?by=day"),
)
WARM = 5
# Of the attribution: keys, touches of a conversion at most, and how old they are at most, in seconds.
KEYS, TOUCHES, OLDEST = 9, 20, 30 * 86_400


def main() -> None:
    with stack() as running:
        measure(running, size("N", 1_000_000), size("REPEATS", 5), size("CONVERSIONS", 1_000_000))


def measure(running: Stack, runs: int, repeats: int, conversions: int) -> None:
    from bench.harness.review_files import write_runs
    from bench.harness.review_runs import change, fill
    from workspaces.choices import Scope
    from workspaces.models import ApiKey

    journey = fill(runs, repeats)
    figures: dict[str, Figure] = {"runs": runs}
    figures["refresh_s"] = refreshed(journey)
    row = ApiKey(workspace=journey.workspace, name="bench", scopes=[Scope.READ])
    key = row.set_key()
    row.save()
    running.start_web()
    with httpx.Client(
        base_url=running.web_url, headers={"Authorization": f"Bearer {key}"}, timeout=600, trust_env=False
    ) as client:
        review = f"/api/v1/journeys/{journey.pk}/review/"
        # What the process loads at its first request of any kind is no part of it.
        for _ in range(4 * WARM):
            call(client, f"/api/v1/journeys/{journey.pk}/counts/")
        figures["cold_ms"] = sum(viewed(client, review, PAGE))
        figures["warm_ms"] = min(sum(viewed(client, review, PAGE)) for _ in range(WARM))
        figures["tab_cold_ms"] = max(viewed(client, review, TABS))
        figures["tab_warm_ms"] = max(viewed(client, review, TABS))
        figures["filtered_ms"] = max(viewed(client, review, ("funnel/?variant=test:a",)))
    change(journey, 1)
    figures["refresh_changed_s"] = refreshed(journey)
    file = write_runs(journey.workspace_id, journey.pk)
    figures |= {"export_rows": file.rows, "export_s": file.seconds, "export_peak_mb": file.peak_mb}
    figures["attribution_s"] = attributed(conversions)
    report("review", figures, BOUNDS)


def refreshed(journey: "Journey") -> float:
    """Seconds that the refresher takes to bring the review up to the logs."""
    from journeys.review.paths.refreshing import refresh

    read: list[int] = []
    seconds = timed(lambda: read.append(refresh(journey.pk, datetime.now(UTC)).runs))
    say(f"{read[0]} runs read in {seconds:.1f} s, {read[0] / seconds:,.0f} a second")
    return seconds


def attributed(conversions: int) -> float:
    """Seconds that all models take over so many conversions, of 1 to 20 touches, and as many people who did not convert."""
    import numpy as np

    from journeys.review.attribution.crediting import Amounts, credited
    from journeys.review.attribution.touches import Touches

    random = np.random.default_rng(42)

    def touches() -> Touches:
        many = random.integers(1, TOUCHES + 1, conversions)
        owner = np.repeat(np.arange(conversions), many)
        # The first keys are touched most.
        key = (KEYS * random.random(len(owner)) ** 2).astype(np.int64)
        return Touches.sorted(owner, key, random.random(len(owner)) * OLDEST)

    began = time.monotonic()
    converted, lost = touches(), touches()
    money = Amounts("CNY", random.integers(1, 10_000_000, conversions))
    figures = credited(converted, lost, [money], KEYS, conversions)
    seconds = time.monotonic() - began
    if any(sum(each) + figures[0].untouched != figures[0].total for each in figures[0].models.values()):
        raise RuntimeError("A model does not add up.")
    say(f"{conversions:,} conversions, {len(converted.owner):,} touches: {seconds:.1f} s")
    return seconds


def viewed(client: httpx.Client, review: str, parts: tuple[str, ...]) -> list[float]:
    """Ask for these parts, one call after the other; how long each took, in ms. Raises RuntimeError if there is no answer."""
    taken = []
    for part in parts:
        began = time.monotonic()
        if call(client, review + part).get("as_of", "") is None:
            raise RuntimeError(f"review/{part} has not been read.")
        taken.append(1000 * (time.monotonic() - began))
        say(f"review/{part}: {taken[-1]:.0f} ms")
    return taken


def call(client: httpx.Client, url: str) -> Any:
    answer = client.get(url)
    if answer.status_code != 200:
        raise RuntimeError(f"{url}: HTTP {answer.status_code} {answer.text[:300]}")
    return answer.json()


def timed(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


if __name__ == "__main__":
    main()
