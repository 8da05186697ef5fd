"""The claim goes from host to host by its index, however many calls wait."""

from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.db import connection

from channels_app.webhooks import calls
from tests.fixtures.world import T0
from workspaces.models import Workspace

MANY = 20_000
FILL = """
insert into channels_app_webhookcall (id, workspace_id, profile_id, journey_id, version_id, enrollment_id, node, method,
    host, request, state, attempts, not_before, reason, requested_at)
select gen_random_uuid(), %(workspace)s, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'n', 'POST',
    case when n %% 100 = 0 then 'quick' else 'slow' end || (n %% 3), '{"timeout": 10}',
    case when n %% 5 = 0 then 'success' else 'queued' end, 0, %(now)s, '', %(now)s
from generate_series(1, %(many)s) n
"""


@pytest.fixture
def workspace(db: None) -> Workspace:
    workspace = Workspace.objects.create(slug=f"w{uuid4().hex}", name="店")
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"workspace": workspace.id, "now": T0, "many": MANY})
        cursor.execute("analyze channels_app_webhookcall")
    return workspace


@pytest.mark.parametrize("statement", [calls.CLAIM, calls.NEXT_AT])
def test_no_statement_reads_the_whole_table(workspace: Workspace, statement: str) -> None:
    values: dict[str, Any] = {
        "workspace": workspace.id,
        "now": T0,
        "limit": 32,
        "of_host": 8,
        "grace": 15.0,
        "busy": ["slow0"],
    }
    with connection.cursor() as cursor:
        cursor.execute(f"explain (analyze, format json) {statement}", {**values, "counts": [8]})
        plan = cursor.fetchone()[0]
    plan = orjson.loads(plan) if isinstance(plan, str) else plan
    text = orjson.dumps(plan).decode()
    assert "webhook_queued" in text
    assert '"Node Type":"Seq Scan"' not in text


def test_a_claim_takes_of_every_host_what_it_may(workspace: Workspace) -> None:
    claimed = calls.claim(workspace.id, T0, 1000, 8, {"slow0": 8, "slow1": 3}, 15.0)
    counts = {host: len([call for call in claimed if call.host == host]) for host in {call.host for call in claimed}}
    assert counts == {"slow1": 5, "slow2": 8}
    assert len({call.id for call in claimed}) == 13
    assert calls.next_at(workspace.id) == T0
