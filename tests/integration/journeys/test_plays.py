"""Every play, in a workspace with the demo's accounts: its draft publishes, and a test run sends what it promises."""

from datetime import timedelta
from typing import Any

import pytest

from channels_app.channels import identity_types
from channels_app.models import ChannelAccount, Template
from config.demo.channels import stored_accounts
from journeys.engine.nodes.send import SendConfig
from journeys.engine.validation.validate import is_publishable
from journeys.plays.catalogue import plays
from journeys.plays.drafting import make_draft, preview
from journeys.plays.parameters import InvalidParameter
from journeys.plays.play import LANGUAGES, Play
from journeys.plays.saved import draft_of_saved, save_as_play
from journeys.runtime.publish import check, publish
from journeys.runtime.simulate import simulate
from profiles.models import Segment
from tests.fixtures.world import T0, World
from workspaces.models import Workspace

PLAYS = list(plays().values())
EVERY = pytest.mark.parametrize("play", PLAYS, ids=[play.key for play in PLAYS])
CHANNELS = ("sms", "wechat_template", "wecom_customer", "call", "email")


@pytest.fixture
def shop(world: World) -> Workspace:
    stored_accounts(world.workspace)
    return world.workspace


def script(play: Play) -> dict[str, Any]:
    promise = play.promise
    past = [
        {"at": (T0 - timedelta(days=number)).isoformat(), "name": name}
        for number, name in enumerate(promise.history, 1)
    ]
    return {
        "profile": {
            "attributes": {"name": "小红", **promise.attributes},
            "identities": {identity_types(channel)[0]: f"{channel}-1" for channel in CHANNELS}
            | {"phone": "13800000000"},
            "consents": [{"channel": channel, "purpose": "marketing"} for channel in CHANNELS],
            "history": past,
        },
        "start": T0.isoformat(),
        "entry": promise.entry,
        "events": list(promise.events),
        "receipts": list(promise.receipts),
        "until": promise.until,
    }


@EVERY
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_play_is_a_draft_that_publishes(shop: Workspace, play: Play, language: Any) -> None:
    made = make_draft(shop, play, {}, language, T0)
    assert made.unfilled == []
    assert [issue for issue in check(shop, made.journey.draft, made.journey, T0) if issue.severity == "error"] == []
    publish(made.journey, None, T0)
    assert made.journey.state == "live"


@EVERY
def test_a_test_run_sends_what_the_play_promises(shop: Workspace, play: Play) -> None:
    journey = make_draft(shop, play, play.promise.parameters, "zh-CN", T0).journey
    result = simulate(shop, script(play), journey)
    sent = {message["node"] for message in result["messages"] if message["state"] != "blocked"}
    wanted = set(play.promise.sends)
    assert sent & wanted if play.promise.any else sent == wanted, result
    assert all("小红" in message["rendered"]["text"] for message in result["messages"] if message["channel"] == "sms")
    tasks = {event["node"] for event in result["events"] if event["kind"] == "task_created"}
    assert tasks == set(play.promise.tasks)


@EVERY
def test_a_workspace_without_accounts_gets_a_draft_that_says_what_it_lacks(world: World, play: Play) -> None:
    made = make_draft(world.workspace, play, {}, "zh-CN", T0)
    sends = {node["id"] for node in made.journey.draft["nodes"] if node["type"] == "send"}
    assert {(lack.node, lack.code) for lack in made.unfilled} == {(node, "no_account") for node in sends}
    issues = check(world.workspace, made.journey.draft, made.journey, T0)
    said = {(issue.node_id, issue.code) for issue in issues if issue.severity == "error"}
    assert {(node, "unknown_account") for node in sends} <= said
    # Each text stands in the node all the same, for a test run to show.
    result = simulate(world.workspace, script(play), made.journey)
    assert all(message["rendered"]["text"] for message in result["messages"])


def test_an_account_without_a_fitting_template_leaves_a_text_that_cannot_be_published(shop: Workspace) -> None:
    Template.objects.filter(workspace=shop, key="first_order_gift").delete()
    made = make_draft(shop, plays()["member_first_order"], {}, "zh-CN", T0)
    assert [(lack.node, lack.code) for lack in made.unfilled] == [("gift", "no_template")]
    issues = check(shop, made.journey.draft, made.journey, T0)
    assert [(issue.node_id, issue.code) for issue in issues if issue.severity == "error"] == [
        ("gift", "text_without_template")
    ]


def test_a_template_is_found_by_its_tags_and_its_unknown_variables_are_said(shop: Workspace) -> None:
    Template.objects.filter(workspace=shop, key="welcome").delete()
    other = Template.objects.filter(workspace=shop, key="welcome_b").get()
    other.tags, other.body = ["welcome"], "${name} ${store}"
    other.save()
    made = make_draft(shop, plays()["new_customer_nurture"], {}, "zh-CN", T0)
    welcome = next(node for node in made.journey.draft["nodes"] if node["id"] == "welcome")
    assert (welcome["config"]["template"], list(welcome["config"]["params"])) == ("welcome_b", ["name"])
    assert [(lack.node, lack.code) for lack in made.unfilled] == [("welcome", "no_value")]
    assert "store" in made.unfilled[0].en
    issues = check(shop, made.journey.draft, made.journey, T0)
    assert "template_params_missing" in {issue.code for issue in issues}


def test_an_account_that_is_switched_off_is_not_used(shop: Workspace) -> None:
    ChannelAccount.objects.filter(workspace=shop, channel="call").update(enabled=False)
    made = make_draft(shop, plays()["birthday_care"], {}, "en", T0)
    assert [(lack.node, lack.code) for lack in made.unfilled] == [("call", "no_account")]


def test_parameters_stand_in_the_graph(shop: Workspace) -> None:
    made = make_draft(shop, plays()["member_first_order"], {"days": 10, "before": 3}, "en", T0)
    nodes = {node["id"]: node["config"] for node in made.journey.draft["nodes"]}
    assert nodes["order"]["timeout"] == "P7D"
    assert nodes["gift"]["params"]["days"] == 10
    assert made.journey.draft["settings"]["goals"][0]["window"] == "P10D"


@pytest.mark.parametrize(
    "wrong",
    [{"days": 0}, {"days": 61}, {"days": "7"}, {"days": True}, {"other": 1}, {"days": 2, "before": 2}],
    ids=str,
)
def test_a_parameter_out_of_bounds_is_refused(shop: Workspace, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidParameter) as refused:
        make_draft(shop, plays()["member_first_order"], wrong, "en", T0)
    assert refused.value.code == "invalid_parameter"


def test_a_text_parameter_takes_no_liquid(shop: Workspace) -> None:
    with pytest.raises(InvalidParameter):
        make_draft(shop, plays()["festival_card"], {"festival": "{{ profile.phone }}"}, "en", T0)


def test_a_play_used_twice_shares_its_segment(shop: Workspace) -> None:
    play = plays()["wake_sleepers"]
    assert preview(shop, play, {}, "zh-CN", T0).unfilled == []
    assert Segment.objects.filter(workspace=shop).count() == 0
    drafts = [make_draft(shop, play, {}, "zh-CN", T0).journey.draft for _ in range(2)]
    assert drafts[0] == drafts[1]
    assert Segment.objects.filter(workspace=shop).count() == 1


def test_a_journey_kept_as_a_play_makes_the_same_draft(shop: Workspace) -> None:
    journey = make_draft(shop, plays()["level_up"], {}, "zh-CN", T0).journey
    kept = save_as_play(journey, "我的升级", "", "membership", None)
    made = draft_of_saved(kept, shop)
    assert (made.journey.draft, made.unfilled) == (journey.draft, [])
    assert is_publishable(check(shop, made.journey.draft, made.journey, T0))
    ChannelAccount.objects.filter(workspace=shop, key="wechat").update(enabled=False)
    assert [(lack.node, lack.code) for lack in draft_of_saved(kept, shop).unfilled] == [("congratulate", "no_account")]


@EVERY
def test_what_a_play_says_it_needs_is_what_it_uses(play: Play) -> None:
    text = play.model_dump_json(include={"nodes", "segments", "settings", "parameters"})
    assert [name for name in play.events if f'"{name}"' not in text] == []
    assert [name for name in play.attributes if name not in text] == []
    for id_ in play.promise.sends + play.promise.tasks:
        assert id_ in play.nodes
    for node in play.nodes.values():
        if node.type == "send":
            assert node.about
            assert node.text
            SendConfig.model_validate({**node.config, "params": {}})
