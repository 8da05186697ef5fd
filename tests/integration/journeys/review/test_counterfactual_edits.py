"""Edited graphs against recorded histories: who would have got what, by rules, consents and receipts as of then."""

from functools import partial
from typing import Any
from uuid import UUID

import pytest

from channels_app.models import Template
from journeys.models import Journey
from profiles.models import Profile
from profiles.person_changes import PersonChange, apply_changes
from tests.fixtures.counterfactuals import counterfactual, known_before, shown
from tests.fixtures.graphs import GOAL, attribute, graph, leave, on_event, send, split, wait, wait_for
from tests.fixtures.reality import Reality
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World

END = T0 + 10 * DAY
MARKETING = {"purpose": "marketing"}


def once(after: str = "PT1H", **settings: object) -> dict[str, object]:
    return graph({"rest": wait(after), "first": send()}, ["start -> rest", "rest -> first"], **settings)


def lived(world: World, journey: Journey, people: list[UUID], delivered: bool = True) -> Reality:
    known_before(world)
    world.enrolled(journey, *people)
    return Reality(world, journey, 5 * MINUTE if delivered else None)


def reachable(world: World, count: int, **attributes: Any) -> list[UUID]:
    return [world.person(phone=f"+861380000{number:04}", **attributes) for number in range(count)]


def test_a_message_more_is_gained_and_one_less_is_lost(world: World) -> None:
    world.sms()
    people = reachable(world, 3)
    two = graph(
        {"rest": wait("PT1H"), "first": send(), "later": wait("P1D"), "second": send(template="again")},
        ["start -> rest", "rest -> first", "first -> later", "later -> second"],
    )
    journey = world.journey(once())
    lived(world, journey, people).run(END)
    found = counterfactual(world, journey, two, END, parts=2)
    assert (found.tally.gained, found.tally.lost) == ({("sms", "again"): 3}, {})
    assert (found.tally.gained_people, found.tally.lost_people, found.tally.like) == (3, 0, 0)
    # They follow their record to where the edge leads elsewhere.
    assert found.tally.parted == {"first": 3}
    nothing = graph({"rest": wait("PT1H")}, ["start -> rest"])
    found = counterfactual(world, journey, nothing, END)
    assert (found.tally.gained, found.tally.lost) == ({}, {("sms", "hello"): 3})
    assert shown(found.of(people[0]).recorded) == ("start.next rest.next first.next", "completed", ["first delivered"])
    assert shown(found.of(people[0]).simulated) == ("start.next rest.next", "completed", [])


def test_rules_are_judged_by_what_was_known_then(world: World) -> None:
    """A moved to another city after the split, B told of it too late: neither is taken for where they are now."""
    world.sms()
    there, moved = reachable(world, 2, city="上海")
    journey = world.journey(once())
    reality = lived(world, journey, [there, moved])
    apply = partial(apply_changes, {moved: [PersonChange({"city": "北京"}, {}, T0 + 2 * HOUR)]}, T0 + 2 * HOUR)
    reality.plan(T0 + 2 * HOUR, apply)
    reality.run(END)
    assert Profile.objects.get(pk=moved).attributes["city"] == "北京"
    for after, gone in (("PT1H", {there, moved}), ("PT3H", {there})):
        edited = graph(
            {"rest": wait(after), "city": split(sh=attribute("city", "上海")), "first": send(), "no": leave()},
            ["start -> rest", "rest -> city", "city.sh -> first", "city.else -> no"],
        )
        found = counterfactual(world, journey, edited, END)
        lost = {UUID(one.profile) for one in found.differing if one.lost}
        assert lost == {there, moved} - gone


def test_an_event_that_came_late_is_not_seen_before_it_came(world: World) -> None:
    world.sms()
    (person,) = reachable(world, 1)
    journey = world.journey(once())
    reality = lived(world, journey, [person])
    # It happened before the split, and was received after it.
    late = partial(world.happen, person, "viewed", T0 + HOUR, received=T0 + 5 * HOUR)
    reality.plan(T0 + 5 * HOUR, late)
    reality.run(END)
    seen = {"op": "event", "name": "viewed"}
    for after, gone in (("PT2H", 0), ("PT6H", 1)):
        edited = graph(
            {"rest": wait(after), "seen": split(yes=seen), "more": send(template="again"), "first": send()},
            ["start -> rest", "rest -> seen", "seen.yes -> more", "seen.else -> first", "more -> first"],
        )
        assert counterfactual(world, journey, edited, END).tally.gained.total() == gone


def test_consent_holds_as_of_the_simulated_send(world: World) -> None:
    world.sms(purpose="marketing")
    stays, leaves = reachable(world, 2)
    for person in (stays, leaves):
        world.consent(person, at=T0 - DAY)
    nodes = {"rest": wait("PT1H"), "first": send(**MARKETING)}
    journey = world.journey(graph(nodes, ["start -> rest", "rest -> first"]))
    reality = lived(world, journey, [stays, leaves])
    reality.plan(T0 + DAY, partial(world.consent, leaves, "withdrawn", at=T0 + DAY))
    reality.run(END)
    later = graph({**nodes, "rest": wait("P2D")}, ["start -> rest", "rest -> first"])
    found = counterfactual(world, journey, later, END)
    assert [UUID(one.profile) for one in found.differing] == [leaves]
    assert shown(found.of(leaves).simulated)[2] == ["first blocked opted_out"]
    assert found.tally.simulated.blocked == {("consent", "opted_out", "sms"): 1}


def test_receipts_are_kept_by_node_and_drawn_elsewhere(world: World) -> None:
    world.sms()
    people = reachable(world, 2)
    awaited = send(**{"await": {"for": "delivered", "timeout": "PT2H"}})
    edges = ["start -> rest", "rest -> first", "first.success -> ok", "first.timeout -> no"]
    journey = world.journey(
        graph({"rest": wait("PT1H"), "first": awaited, "ok": leave("ok"), "no": leave("no")}, edges)
    )
    lived(world, journey, people).run(END)
    nodes = {"rest": wait("PT3H"), "first": awaited, "ok": send(template="again"), "no": leave("no")}
    found = counterfactual(world, journey, graph(nodes, edges), END)
    assert found.tally.gained == {("sms", "again"): 2}
    # By their own receipts the first arrives; of the second nobody has any.
    assert found.tally.fates == {("recorded", "sms"): 2, ("shares", "sms"): 2}
    first, second = found.of(people[0]).simulated["sends"]
    assert (first["state"], first["at"]) == ("delivered", (T0 + 3 * HOUR).isoformat())
    assert second["at"] == (T0 + 3 * HOUR + 5 * MINUTE).isoformat()


def test_recorded_conversions_are_kept_and_none_is_invented(world: World) -> None:
    world.sms()
    buys, rests = reachable(world, 2)
    journey = world.journey(once("PT1H", goals=[GOAL]))
    reality = lived(world, journey, [buys, rests])
    reality.plan(T0 + DAY, partial(world.happen, buys, "order_paid", T0 + DAY, amount=40))
    reality.run(END)
    more = once("PT1H", goals=[GOAL | {"exit": True}])
    more["nodes"][1]["config"]["for"] = "P2D"  # type: ignore[index]  # a graph
    found = counterfactual(world, journey, more, END)
    assert found.tally.recorded.goals == found.tally.simulated.goals == {"bought": 1}
    assert found.tally.recorded.values == found.tally.simulated.values == {"bought": 40}
    # With the exit at the goal, whoever bought is not written to any more.
    assert found.tally.lost == {("sms", "hello"): 1}
    assert shown(found.of(buys).simulated) == ("start.next rest", "converted_exit", [])


def test_what_a_simulated_path_writes_is_seen_by_its_later_rules(world: World) -> None:
    world.sms()
    people = reachable(world, 2, level="silver")
    journey = world.journey(once())
    lived(world, journey, people).run(END)
    gold = split(gold={"op": "and", "args": [attribute("level", "gold"), {"op": "tag", "key": "vip"}]})
    edited = graph(
        {
            "rest": wait("PT1H"),
            "raise": ("update", {"set": {"level": "gold"}, "tags_add": ["vip"]}),
            "level": gold,
            "first": send(),
            "no": leave(),
        },
        ["start -> rest", "rest -> raise", "raise -> level", "level.gold -> first", "level.else -> no"],
    )
    found = counterfactual(world, journey, edited, END)
    assert found.tally.lost == {}
    assert {shown(one.simulated)[0] for one in found.differing} == {
        "start.next rest.next raise.next level.gold first.next"
    }
    assert Profile.objects.get(pk=people[0]).attributes == {"level": "silver"}


@pytest.mark.parametrize("mode", ["after_exit", "always"])
def test_entries_that_the_edited_graph_would_not_let_in(world: World, mode: str) -> None:
    world.sms()
    small, large, again = reachable(world, 3)

    def signed_up(after: str, least: int) -> dict[str, object]:
        where = [{"key": "amount", "cmp": "gte", "value": least}]
        nodes = {"start": on_event("signed_up", where=where), "rest": wait(after), "first": send()}
        return graph(nodes, ["start -> rest", "rest -> first"], entry={"reentry": {"mode": mode}})

    journey = world.journey(signed_up("PT1H", 0))
    known_before(world)
    reality = Reality(world, journey, None)
    for person, amount, after in ((small, 5, 0), (large, 50, 0), (again, 50, 0), (again, 60, 24)):
        at = T0 + after * HOUR
        reality.plan(at, partial(world.happen, person, "signed_up", at, amount=amount))
    reality.run(END)
    found = counterfactual(world, journey, signed_up("P2D", 10), END)
    # The second time the first run is still going on.
    expected = {"trigger_filter": 1} | ({"already_enrolled": 1} if mode == "after_exit" else {})
    assert found.tally.refused == expected
    assert {one.refusal for one in found.differing if one.change == "kept_out"} == set(expected)
    assert found.tally.runs == 4


def test_an_operator_who_removed_somebody_does_so_in_the_simulation(world: World) -> None:
    from journeys.models import Enrollment
    from journeys.runtime.leaving import exit_enrollment

    world.sms()
    people = reachable(world, 1)
    journey = world.journey(once("P2D"))
    reality = lived(world, journey, people)
    reality.plan(T0 + DAY, lambda: exit_enrollment(Enrollment.objects.get(), T0 + DAY))
    reality.run(END)
    assert counterfactual(world, journey, once("P3D"), END).differing == []
    found = counterfactual(world, journey, once("PT1H"), END)
    assert found.tally.gained == {("sms", "hello"): 1}


def test_a_wait_for_an_event_meets_the_recorded_event(world: World) -> None:
    """The slow, obvious way: who bought within the edited time is thanked, everybody else is reminded."""
    hello = world.sms()
    Template.objects.create(
        workspace=world.workspace,
        account=hello.account,
        channel="sms",
        key="thanks",
        provider_code="SMS_2",
        state="approved",
    )
    people = reachable(world, 12)

    def reminding(hours: int) -> dict[str, object]:
        nodes = {
            "order": wait_for("order_paid", timeout=f"PT{hours}H"),
            "thanks": send(template="thanks"),
            "hey": send(),
        }
        return graph(nodes, ["start -> order", "order.order_paid -> thanks", "order.timeout -> hey"])

    journey = world.journey(reminding(6))
    reality = lived(world, journey, people)
    bought = {person: T0 + (2 * number + 1) * HOUR for number, person in enumerate(people) if number % 4}
    for person, at in bought.items():
        reality.plan(at, partial(world.happen, person, "order_paid", at))
    reality.run(END)
    for hours in (3, 6, 7, 15, 200):
        found = counterfactual(world, journey, reminding(hours), END)
        for person in people:
            paid = bought.get(person)
            texts = ["thanks" if paid is not None and paid <= T0 + length * HOUR else "hello" for length in (6, hours)]
            told = [one for one in found.differing if one.profile == str(person)]
            got = (
                [[one["template"] for one in path["sends"]] for path in (told[0].recorded, told[0].simulated)]
                if told
                else []
            )
            assert got == ([[texts[0]], [texts[1]]] if texts[0] != texts[1] else [])
