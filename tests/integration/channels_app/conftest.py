from collections.abc import Iterator
from pathlib import Path

import pytest

from channels_app.simulator.client import SimulatorClient
from channels_app.simulator.running import running_simulator

KEY_ID, SECRET = "LTAI-test", "s3cret"
SIGN = "知途"
TEMPLATES = {"SMS_1": "您好${name}，您的订单${order}已发货。", "SMS_2": "新品上市，拒收请回复R"}


@pytest.fixture(scope="session")
def simulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_simulator(Path(tmp_path_factory.mktemp("simulator")) / "state.sqlite3") as url:
        yield url


@pytest.fixture
def simulator(simulator_url: str) -> Iterator[SimulatorClient]:
    client = SimulatorClient(simulator_url)
    client.reset()
    client.put_access_key(KEY_ID, {"secret": SECRET, "signs": [SIGN], "templates": TEMPLATES, "delivery_ms": 0})
    yield client
    client.close()
