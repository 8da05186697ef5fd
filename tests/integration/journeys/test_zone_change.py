"""Another time zone of the workspace moves the days, and with them whoever is in a segment by a date."""

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from profiles.computed import catalogue
from profiles.models import Computed, SegmentMember, SegmentPhase, SegmentState
from profiles.segment_turns import work
from profiles.segments import create_segment
from tests.fixtures.computing import settle
from tests.fixtures.world import HOUR, T0, World

TODAY = {"op": "attribute", "key": "date", "cmp": "within_last", "value": "PT3H"}


def test_a_new_zone_judges_everybody_anew_by_the_rules_that_read_dates(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    # Ten in the morning in Shanghai: the day is ten hours old; in Berlin (UTC+1), it is three.
    person = world.person(date="2026-03-02")
    dated = create_segment(world.workspace, "今天", "", TODAY)
    paid = create_segment(world.workspace, "买过", "", {"op": "event", "name": "paid"})
    work(world.workspace, T0, 10)
    members = SegmentMember.objects.filter(segment_id=dated.pk, profile_id=person)
    assert not members.exists()
    world.workspace.timezone = "Europe/Berlin"
    with django_capture_on_commit_callbacks(execute=True):
        world.workspace.save()
    phases = dict(SegmentState.objects.values_list("segment_id", "phase"))
    assert phases == {dated.pk: SegmentPhase.COMPUTING, paid.pk: SegmentPhase.READY}
    work(world.workspace, T0 - HOUR / 2, 10)
    assert members.exists()


def test_the_dates_of_events_go_by_it_too(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    until = [{"key": "until", "cmp": "within_next", "value": "P3D"}]
    ending = create_segment(world.workspace, "快到期", "", {"op": "event", "name": "coupon", "where": until})
    work(world.workspace, T0, 10)
    world.workspace.timezone = "Europe/Berlin"
    with django_capture_on_commit_callbacks(execute=True):
        world.workspace.save()
    assert SegmentState.objects.get(segment=ending).phase == SegmentPhase.COMPUTING


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Shanghai"])
def test_computed_attributes_are_computed_anew_only_by_another_zone(
    world: World, zone: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    definition = {"kind": "active_hour", "event": "seen"}
    catalogue.create(world.workspace, "attribute", "hour", "时段", "", definition, T0)
    settle(world, T0)
    world.workspace.timezone = zone
    with django_capture_on_commit_callbacks(execute=True):
        world.workspace.save()
    assert (Computed.objects.get().wanted_at is not None) is (zone == "Europe/Berlin")
