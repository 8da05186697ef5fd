from datetime import UTC, datetime
from random import Random
from uuid import UUID

import pytest

from profiles.choices import MergeOrigin, SuggestionState
from profiles.merging import matching
from profiles.models import Identity, MatchRun, MatchSuggestion, Profile
from workspaces.errors import DomainError
from workspaces.models import Workspace

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def crowd(workspace: Workspace, size: int = 600, doubles: int = 60) -> set[frozenset[UUID]]:
    """People of whom some are there twice: with a slip in the phone, without the email. Returns the true pairs."""
    chance, truth = Random(1), set()
    for number in range(size):
        name = (
            chance.choice("王李张刘陈杨赵黄周吴") + chance.choice("伟芳娜敏静丽强磊") + chance.choice("军洋艳杰涛明超")
        )
        phone = f"+86138{chance.randrange(10**8):08}"
        address = {"city": "上海市", "street": f"南京路{chance.randrange(900)}号{chance.randrange(90)}室"}
        first = person(workspace, phone, name=name, address=address)
        Identity.objects.create(workspace=workspace, profile_id=first, type="email", value=f"u{number}@x.cn")
        if number < doubles:
            slip = phone[:-1] + str((int(phone[-1]) + 1) % 10)
            truth.add(frozenset({first, person(workspace, slip, name=name, address=address)}))
    return truth


def person(workspace: Workspace, phone: str, **attributes: object) -> UUID:
    profile = Profile.objects.create(workspace=workspace, attributes=attributes)
    Identity.objects.create(workspace=workspace, profile=profile, type="phone", value=phone)
    return profile.id


def searched(workspace: Workspace) -> MatchRun:
    run = matching.ask(workspace, 0.9, NOW)
    matching.perform(run.id, NOW)
    run.refresh_from_db()
    assert run.state == "done"
    return run


def pairs() -> set[frozenset[UUID]]:
    return {frozenset(pair) for pair in matching.open_suggestions().values_list("first_id", "second_id")}


def test_doubles_are_found_and_hardly_anybody_else(workspace: Workspace) -> None:
    truth = crowd(workspace)
    run = searched(workspace)
    found = pairs()
    assert (run.people, run.found) == (660, len(found))
    assert len(found & truth) >= 0.95 * len(truth)
    assert len(found & truth) >= 0.95 * len(found)
    one = matching.open_suggestions().order_by("-weight")[0]
    assert one.explanation["phone"]["weight"] > 0
    assert set(one.explanation) == {"name", "phone", "address"}, "of one of them there is no email"


def test_what_was_rejected_is_not_suggested_again(workspace: Workspace) -> None:
    crowd(workspace, 40, 2)
    searched(workspace)
    first, second = matching.open_suggestions()
    matching.reject(workspace, first, NOW, None)
    merge = matching.accept(workspace, second, NOW, None, "same voice", force=False)
    assert (merge.origin, merge.reason) == (MergeOrigin.SUGGESTION, "same voice")
    assert searched(workspace).found == 0
    assert pairs() == set()
    assert set(MatchSuggestion.objects.values_list("state", flat=True)) == {
        SuggestionState.ACCEPTED,
        SuggestionState.REJECTED,
    }


def test_two_members_are_not_suggested(workspace: Workspace) -> None:
    for pair in crowd(workspace, 40, 2):
        for number, one in enumerate(pair):
            Identity.objects.create(workspace=workspace, profile_id=one, type="member_id", value=f"{one}{number}")
    assert searched(workspace).found == 0


def test_a_search_that_a_worker_left_is_done_again_and_finds_nobody_twice(workspace: Workspace) -> None:
    truth = crowd(workspace, 40, 3)
    run = matching.ask(workspace, 0.9, NOW)
    matching.perform(run.id, NOW)
    MatchRun.objects.filter(id=run.id).update(state="running", beat_at=NOW - 2 * matching.SILENCE)
    assert matching.overdue(NOW) == [run.id]
    matching.perform(run.id, NOW)
    assert pairs() == truth
    assert MatchSuggestion.objects.count() == len(truth)


def test_a_search_that_ends_its_workers_is_given_up(workspace: Workspace) -> None:
    run = matching.ask(workspace, 0.9, NOW)
    MatchRun.objects.filter(id=run.id).update(attempts=matching.MOST_ATTEMPTS)
    matching.perform(run.id, NOW)
    run.refresh_from_db()
    assert run.state == "failed"


def test_one_search_at_a_time_and_none_without_the_extra(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    matching.ask(workspace, 0.9, NOW)
    with pytest.raises(DomainError) as refused:
        matching.ask(workspace, 0.9, NOW)
    assert refused.value.code == "matching_under_way"
    monkeypatch.setattr(matching, "find_spec", lambda name: None)
    with pytest.raises(DomainError) as refused:
        matching.ask(workspace, 0.9, NOW)
    assert (refused.value.code, refused.value.status) == ("matching_not_installed", 501)
