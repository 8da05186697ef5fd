from channels_app.pacing import Pace


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_places_of_a_call_come_back_a_second_after_its_answer() -> None:
    clock = Clock()
    pace = Pace(100, clock=clock)
    pace.take(100)
    assert pace.room() == 0
    clock.now += 5
    assert pace.room() == 0, "it has not been answered"
    pace.answered(60)
    clock.now += 0.999
    assert pace.room() == 0
    clock.now += 0.001
    assert pace.room() == 60


def test_a_process_that_comes_new_waits_for_what_is_left_of_the_others_second() -> None:
    clock = Clock()
    pace = Pace(10, rest=0.4, clock=clock)
    assert (pace.room(), round(pace.wait(), 6)) == (0, 0.4)
    clock.now += 0.41
    assert pace.room() == 10


def test_a_few_places_of_many_are_not_worth_a_transaction() -> None:
    clock = Clock()
    pace = Pace(1000, clock=clock)
    pace.take(990)
    assert (pace.room(), pace.worth_claiming()) == (10, False)
    pace.answered(10)
    clock.now += 1
    assert pace.worth_claiming()


def test_a_rate_of_one_is_one_message_in_a_second() -> None:
    clock = Clock()
    pace = Pace(1, clock=clock)
    assert pace.worth_claiming()
    pace.take(1)
    pace.answered(1)
    assert (pace.worth_claiming(), pace.wait()) == (False, 1.0)


def test_what_is_lost_of_the_rate_is_the_time_that_calls_take() -> None:
    """Ten seconds' worth of messages in calls that take 30 ms: the places of a second come back 30 ms late."""
    clock, rate, latency = Clock(), 100, 0.03
    pace = Pace(rate, clock=clock)
    began, sent = clock.now, 0
    while sent < 10 * rate:
        if not pace.worth_claiming():
            clock.now += pace.wait()
            continue
        leaving = pace.room()
        pace.take(leaving)
        clock.now += latency
        pace.answered(leaving)
        sent += leaving
    # Ten seconds' worth leaves in the first instant and nine seconds.
    assert 9 <= round(clock.now - began, 6) <= round(9 * (1 + latency) + latency, 6)
