import random

from bench.harness.killer import plan_kills


def test_the_same_seed_gives_the_same_kills_in_the_order_of_time_and_every_server_its_share() -> None:
    plans = [plan_kills(random.Random(7), ("worker", "temporal", "postgres"), 9, (2.0, 70.0)) for _ in range(2)]
    assert plans[0] == plans[1]
    assert [kill.at for kill in plans[0]] == sorted(kill.at for kill in plans[0])
    assert sorted(kill.server for kill in plans[0]) == ["postgres"] * 3 + ["temporal"] * 3 + ["worker"] * 3
    assert all(2.0 <= kill.at <= 70.0 for kill in plans[0])
