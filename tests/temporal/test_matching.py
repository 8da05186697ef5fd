"""MatchWorkflow on the development server: asked for, taken up, done."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from journeys.temporal.forecast import make_forecast_worker
from journeys.temporal.matching import fail_search, search_matches, workflow_id
from profiles.merging import matching
from profiles.models import MatchRun, MatchSuggestion, Profile
from tests.fixtures.lanes import in_thread
from tests.fixtures.world import T0

if TYPE_CHECKING:
    from tests.fixtures.lanes import Lanes


async def test_a_search_is_taken_up_and_done(real_lanes: Lanes) -> None:
    def asked() -> MatchRun:
        space = real_lanes.world.workspace
        for _ in range(2):
            Profile.objects.create(
                workspace=space, attributes={"name": "王小明", "address": "上海市南京路1号", "email": "w@x.cn"}
            )
        return matching.ask(space, 0.9, T0)

    async with (
        real_lanes.worker(),
        make_forecast_worker(real_lanes.client, timedelta(seconds=5), search_matches, fail_search),
    ):
        run = await in_thread(asked)
        await real_lanes.until(lambda: MatchRun.objects.get(pk=run.pk).state == "done")
        await real_lanes.client.get_workflow_handle(workflow_id(run.pk)).result()
    await in_thread(run.refresh_from_db)
    assert (run.state, run.found) == ("done", 1)
    assert await in_thread(MatchSuggestion.objects.count) == 1
