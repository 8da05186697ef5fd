from collections import Counter
from datetime import UTC, datetime, timedelta

from journeys.engine.decision import SendFacts
from journeys.engine.enrollment import Enrollment, Event
from journeys.engine.nodes.send import SendConfig
from journeys.forecast.tally import Tally
from journeys.runtime.addressing import Route

NOW = datetime(2026, 3, 2, 2, 17, 30, tzinfo=UTC)
HOUR = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SMS = SendConfig(channel="sms", account="shop")
ROUTE = Route(None, None, True, "")


def person(node: str, state: str) -> Enrollment:
    return Enrollment("e", "p", "j", "v", NOW, {}, state=state, node=node)


def test_messages_count_in_their_hour_and_at_their_account_in_their_minute() -> None:
    tally = Tally()
    tally.note_sent(SMS, ROUTE, "allowed", NOW)
    tally.note_sent(SMS, ROUTE, "held", NOW + timedelta(minutes=50))
    tally.note_refused_message(SMS, "consent", "no_consent", NOW)
    assert tally.sends == Counter(
        {(HOUR, "sms", "allowed"): 1, (HOUR + timedelta(hours=1), "sms", "held"): 1, (HOUR, "sms", "blocked"): 1}
    )
    assert tally.accounts == Counter(
        {("shop", HOUR + timedelta(minutes=17)): 1, ("shop", HOUR + timedelta(minutes=67)): 1}
    )
    assert tally.blocked == Counter({("consent", "no_consent", "sms"): 1})


def test_what_holds_messages_is_counted_by_rule() -> None:
    tally = Tally()
    tally.note_held(SMS, SendFacts("m", "held", "quiet_hours", "quiet_hours", {}, NOW, {}))
    assert tally.held == Counter({("quiet_hours", "quiet_hours", "sms"): 1})


def test_who_has_ended_stands_nowhere() -> None:
    tally = Tally()
    tally.note_places(
        NOW, [person("a", "waiting"), person("a", "failed"), person("b", "active"), person("b", "exited")]
    )
    assert tally.at_node == Counter({(NOW, "a"): 2, (NOW, "b"): 1})


def test_failures_and_conversions_are_counted_by_what_they_are() -> None:
    tally = Tally()
    failed = {"error": "unknown_route", "attempt": 1, "retry_at": NOW.isoformat()}
    converted = {"goal": "bought", "event": "order_paid"}
    tally.note_events([Event("step_failed", "sms", NOW, failed), Event("converted", "sms", NOW, converted)])
    assert tally.failures == Counter({("sms", "unknown_route"): 1})
    assert tally.conversions == Counter({"bought": 1})


def test_parts_add_up_but_the_audience_is_the_same() -> None:
    one, other = Tally(people=2, total=5), Tally(people=3, total=5)
    one.ended["exited"], other.ended["exited"], other.refused["entry_rule"] = 2, 3, 1
    one.add(other)
    assert (one.people, one.total) == (5, 5)
    assert one.ended == Counter({"exited": 5})
    assert one.refused == Counter({"entry_rule": 1})
