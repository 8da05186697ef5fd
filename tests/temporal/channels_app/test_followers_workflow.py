"""The reading of followers as a job of the workers: durable, and ended when nobody asks again."""

from collections.abc import Iterator

import pytest
from temporalio.testing import WorkflowEnvironment

from channels_app import follower_sync
from channels_app.models import FollowerSync
from channels_app.ports import Ports
from channels_app.providers.registry import open_providers
from channels_app.simulator.client import SimulatorClient
from channels_app.temporal import FollowersInput, FollowersWorkflow, followers_id
from config.composition import compose
from profiles.models import Identity
from tests.integration.channels_app.simulated import replaced_ports
from tests.integration.channels_app.wechat_world import Wechat
from tests.temporal.channels_app.test_dispatch_workflow import in_thread, worker
from tests.temporal.replaying import checked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wechat(simulator_url: str, simulator: SimulatorClient) -> Iterator[Wechat]:
    with replaced_ports(Ports()):
        compose()
        wechat = Wechat(simulator, simulator_url, page_size=60)
        for number in range(130):
            wechat.act("follow", f"oFollower{number:05}")
        yield wechat
    open_providers.close_all()


async def test_a_nudge_reads_every_follower_and_the_workflow_ends(
    time_skipping: WorkflowEnvironment, wechat: Wechat
) -> None:
    account = wechat.account.pk
    sync = await in_thread(follower_sync.start, wechat.account, await time_skipping.get_current_time())
    async with worker(time_skipping) as queue:
        handle = await time_skipping.client.start_workflow(
            FollowersWorkflow.run,
            FollowersInput(str(account)),
            id=followers_id(account),
            task_queue=queue,
            start_signal="nudge",
        )
        await handle.result()
    await checked(handle, "followers-1")
    read = await in_thread(FollowerSync.objects.get, pk=sync.pk)
    assert (read.state, read.taken) == ("done", 130)
    assert await in_thread(Identity.objects.filter(type="wechat_openid").count) == 130
