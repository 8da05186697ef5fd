"""What a path writes to the person, and journeys that let people into each other."""

from profiles.models import Profile
from tests.fixtures.graphs import attribute, graph, leave, send, split, wait
from tests.fixtures.world import DAY, HOUR, T0, World


def update(**config: object) -> tuple[str, dict[str, object]]:
    return "update", config


def into(journey: object, **properties: object) -> tuple[str, dict[str, object]]:
    return "enroll", {"journey": str(journey), "properties": properties}


def test_an_update_is_stored_before_the_next_node_looks(world: World) -> None:
    nodes = {
        "mark": update(
            set={"level": "gold {{ event.number }}", "visits": 3, "old": None, "address.city": "上海"},
            tags_add=["vip"],
            tags_remove=["new"],
        ),
        "split": split(gold=attribute("level", "gold 7")),
        "yes": leave("gold"),
    }
    journey = world.journey(graph(nodes, ["start -> mark", "mark -> split", "split.gold -> yes"]))
    person = world.person(tags=["new"], old="x", address={"street": "南京路"})
    (run,) = world.enrolled(journey, person, number=7)
    world.tick(T0)
    assert run.node == "yes"
    stored = Profile.objects.get(pk=person)
    assert stored.attributes == {
        "level": "gold 7",
        "visits": 3,
        "address": {"city": "上海", "street": "南京路"},
    }
    assert set(stored.tags) == {"vip"}
    (event,) = run.all("profile_updated")
    assert event.data == {
        "attributes": ["address.city", "level", "old", "visits"],
        "tags_add": ["vip"],
        "tags_remove": ["new"],
    }


def test_an_update_that_would_make_too_much_of_a_person_is_refused_and_said(world: World) -> None:
    nodes = {"mark": update(set={"copy": "{{ profile.text }}{{ profile.text }}"}), "end": leave()}
    journey = world.journey(graph(nodes, ["start -> mark", "mark -> end"]))
    full, small = world.person(text="长" * 3000, more="x" * 50_000), world.person(text="短")
    runs = world.enrolled(journey, full, small)
    world.tick(T0)
    assert [run.node for run in runs] == ["end", "end"]
    assert [run.all("profile_updated")[0].data.get("refused") for run in runs] == ["attributes_too_large", None]
    assert "copy" not in Profile.objects.get(pk=full).attributes


def test_a_path_lets_the_person_into_another_journey_and_goes_on(world: World) -> None:
    world.sms()
    other = world.journey(graph({"rest": wait("P1D"), "sms": send()}, ["start -> rest", "rest -> sms"]))
    nodes = {"in": into(other.pk, level="{{ profile.level }}", n=1), "rest": wait("PT1H")}
    journey = world.journey(graph(nodes, ["start -> in", "in -> rest"]))
    person = world.person(level="gold", phone="+8613800000001")
    (run,) = world.enrolled(journey, person)
    world.tick(T0)
    assert run.node == "rest"
    inside = world.run(other, person)
    assert (inside.node, inside.row.properties) == ("rest", {"level": "gold", "n": 1})
    assert inside.events[0].data == {"trigger": "journey", "from": str(run.id), "node": "in"}
    world.tick(T0 + DAY)
    assert len(world.messages()) == 1


def test_journeys_that_let_people_into_each_other_come_to_an_end(world: World) -> None:
    first = world.journey(graph({"end": leave()}, ["start -> end"]))
    entry = {"entry": {"reentry": {"mode": "always"}}}
    second = world.journey(graph({"in": into(first.pk)}, ["start -> in"], **entry))
    first.draft = graph({"in": into(second.pk)}, ["start -> in"], **entry)
    first.save()
    from journeys.runtime.publish import publish

    publish(first, None, T0)
    world.enroll(first, person := world.person())
    world.tick(T0)
    assert len(world.runs(first)) + len(world.runs(second)) <= 41
    assert world.tick(T0 + HOUR).next_due is None
    assert world.run(second, person).state == "completed"


def test_a_journey_that_does_not_run_lets_nobody_in(world: World) -> None:
    from journeys.runtime.publish import stop

    other = world.journey(graph({"rest": wait("P1D")}, ["start -> rest"]))
    journey = world.journey(graph({"in": into(other.pk), "end": leave()}, ["start -> in", "in -> end"]))
    stop(other, "finish")
    (run,) = world.enrolled(journey, world.person())
    world.tick(T0)
    assert run.node == "end"
    assert world.runs(other) == []
