"""People from files: as the REST upsert, whatever the size of a batch, and however often."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from profiles.consent import newest_entries
from profiles.hooks import profiles_changed
from profiles.identity_values import read_identities
from profiles.models import Consent, Identity, Import, Profile
from profiles.person_changes import PersonChange
from profiles.upsert import upsert
from tests.fixtures.imports import NOW, csv_file, performed, rejected, suggested, uploaded, workbook
from workspaces.models import Workspace

HEADER = ["手机号", "会员号", "姓名", "城市", "积分", "生日", "标签", "短信同意"]
ROWS = [
    ["13800138000", "m1", "张三", "上海", "1,200", "1990年5月6日", "vip,新客", "是"],
    ["138 0013 8001", "m2", "李四", "北京", "0", "1991-01-02", "", "否"],
    ["", "m3", "王五", "", "", "", "", ""],
]


def state(workspace: Workspace) -> list[object]:
    """Everybody by their identities, whatever their ids."""
    people: dict[UUID, list[object]] = {}
    for identity in Identity.objects.filter(workspace=workspace).order_by("type", "value"):
        people.setdefault(identity.profile_id, []).append((identity.type, identity.value))
    known = {one.pk: (one.attributes, one.tags) for one in Profile.objects.filter(workspace=workspace)}
    assert known.keys() == people.keys()
    return sorted(([people[one], known[one]] for one in people), key=repr)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_file_becomes_people_with_attributes_tags_and_consents(workspace: Workspace, encoding: str) -> None:
    job = performed(uploaded(workspace, csv_file([HEADER, *ROWS], encoding)))
    assert (job.state, job.done, job.created, job.rejected) == ("done", 3, 3, 0)
    one = Identity.objects.get(type="phone", value="+8613800138000").profile
    assert one.attributes == {"name": "张三", "city": "上海", "points": 1200, "birthday": "1990-05-06"}
    assert one.tags == {"vip": None, "新客": None}
    consents = {entry.profile_id: entry for entry in newest_entries(Consent.objects.all())}
    assert len(consents) == 2
    entry = consents[one.pk]
    assert (entry.channel, entry.purpose, entry.status, entry.source) == ("sms", "marketing", "granted", "import")
    assert entry.proof == {"file": job.digest, "name": "people.csv", "row": 2}
    assert entry.at == NOW


def test_a_workbook_gives_the_same_people(workspace: Workspace) -> None:
    rows: list[list[object]] = [
        [13800138000, "m1", "张三", "上海", 1200.0, date(1990, 5, 6), "vip,新客", "是"],
        [],
    ]
    rows.extend(list[object](row) for row in ROWS[1:])
    job = performed(uploaded(workspace, workbook([HEADER, *rows, ["x"]])))
    from_workbook = state(workspace)
    assert (job.created, rejected(job)) == (3, [(6, "invalid_phone", "手机号")])
    Profile.objects.all().delete()
    performed(uploaded(workspace, csv_file([HEADER, *ROWS])))
    assert state(workspace) == from_workbook


@pytest.mark.parametrize("at_once", [1, 2, 5000])
def test_the_same_file_again_changes_nothing(workspace: Workspace, at_once: int) -> None:
    performed(uploaded(workspace, csv_file([HEADER, *ROWS])), at_once=at_once)
    before, ledger = state(workspace), Consent.objects.count()
    again = performed(uploaded(workspace, csv_file([HEADER, *ROWS])), at_once=at_once)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)
    assert (state(workspace), Consent.objects.count()) == (before, ledger)


def test_a_withdrawal_outlasts_the_same_file(workspace: Workspace) -> None:
    job = performed(uploaded(workspace, csv_file([HEADER, ROWS[0]])))
    granted = Consent.objects.get()
    granted.pk, granted.status, granted.source = None, "withdrawn", "sms_reply"
    granted.at = NOW.replace(day=3)
    Consent.objects.bulk_create([Consent(**{f: getattr(granted, f) for f in _LEDGER})])
    performed(Import.objects.get(pk=job.pk), job.mapping)
    assert newest_entries(Consent.objects.all()).get().status == "withdrawn"


_LEDGER = ("workspace_id", "profile_id", "channel", "purpose", "status", "at", "source", "proof")


def test_a_dry_run_says_what_the_run_then_does_and_writes_nothing(workspace: Workspace) -> None:
    performed(uploaded(workspace, csv_file([HEADER, ROWS[0]])))
    rows = [ROWS[0], ["13800138000", "", "张三丰", "", "", "", "", ""], *ROWS[1:], ROWS[1], ["12", *ROWS[0][1:]]]
    job = uploaded(workspace, csv_file([HEADER, *rows]))
    before = state(workspace)
    tried = performed(job, dry=True, at_once=2)
    said = (tried.created, tried.updated, tried.unchanged, tried.rejected, tried.reasons, rejected(tried))
    assert tried.state == "checked"
    assert state(workspace) == before
    done = performed(job, at_once=2)
    assert said == (2, 3, 0, 1, {"invalid_phone": 1}, [(7, "invalid_phone", "手机号")])
    assert (done.created, done.updated + done.unchanged, done.rejected) == (2, 3, 1)


def test_bad_rows_are_refused_one_by_one_and_the_rest_goes_on(workspace: Workspace) -> None:
    header = ["phone", "name", "birthday", "points"]
    rows: list[list[object]] = [
        ["13800138000", "a", "1990-01-01", "1"],
        ["", "nobody", "", ""],
        ["1.38E+10", "digits", "", ""],
        ["13800138001", "b", "1990-02-30", ""],
        ["13800138002", "c", "03/04/1990", ""],
        ["13800138003", "d", "", "many"],
        ["13800138004", "e", "", "", "shifted"],
        ["13800138005", "f" * 70_000, "", ""],
        ["13800138006", "'; drop table profiles_profile; --{{ x }}", "", ""],
        ["13800138007", "\0", "", ""],
    ]
    job = uploaded(workspace, csv_file([header, *rows]))
    columns = [
        {"column": 0, "target": "identity", "key": "phone"},
        {"column": 1, "target": "attribute", "key": "name"},
        {"column": 2, "target": "attribute", "key": "birthday", "type": "date"},
        {"column": 3, "target": "attribute", "key": "points", "type": "number"},
    ]
    done = performed(job, {"columns": columns})
    assert rejected(done) == [
        (3, "identities_required", ""),
        (4, "digits_lost", "phone"),
        (5, "impossible_date", "birthday"),
        (6, "ambiguous_date", "birthday"),
        (7, "invalid_number", "points"),
        (8, "too_many_cells", ""),
        (9, "cell_too_large", "name"),
        (11, "nul_character", ""),
    ]
    assert (done.created, done.rejected, done.state) == (2, 8, "done")
    assert done.reasons["invalid_number"] == 1


def test_listeners_are_told_of_everybody_who_changed_and_of_nobody_else(workspace: Workspace) -> None:
    performed(uploaded(workspace, csv_file([HEADER, ROWS[0]])))
    told: list[object] = []

    def listen(_workspace: Workspace, people: list[object]) -> None:
        told.extend(people)

    profiles_changed.connect(listen)  # type: ignore[arg-type]  # it takes any
    try:
        performed(uploaded(workspace, csv_file([HEADER, *ROWS])))
    finally:
        profiles_changed.disconnect(listen)  # type: ignore[arg-type]
    assert len(told) == len(set(told)) == 2


PHONES = st.sampled_from(["", "13800138000", "13800138001", "13800138002"])
MEMBERS = st.sampled_from(["", "m1", "m2", "m3"])
NAMES = st.sampled_from(["", "a", "b"])


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    before=st.lists(st.tuples(PHONES, MEMBERS, NAMES), max_size=3),
    rows=st.lists(st.tuples(PHONES, MEMBERS, NAMES), min_size=1, max_size=8),
    at_once=st.integers(1, 8),
)
def test_a_file_does_what_upserts_in_its_order_do(
    workspace: Workspace,
    before: list[tuple[str, str, str]],
    rows: list[tuple[str, str, str]],
    at_once: int,
) -> None:
    """Two workspaces, one by file and one by API, end up the same."""
    Profile.objects.all().delete()
    other, _ = Workspace.objects.get_or_create(slug="other", name="Other")
    for space in (workspace, other):
        _one_by_one(space, before)
    _one_by_one(other, rows)
    job = uploaded(workspace, csv_file([["手机号", "会员号", "姓名"], *rows]))
    columns = [
        {"column": 0, "target": "identity", "key": "phone"},
        {"column": 1, "target": "identity", "key": "member_id"},
        {"column": 2, "target": "attribute", "key": "name"},
    ]
    performed(job, suggested(job) | {"columns": columns}, at_once=at_once)
    assert state(workspace) == state(other)


def _one_by_one(workspace: Workspace, rows: list[tuple[str, str, str]]) -> None:
    for phone, member, name in rows:
        pairs = [(type_, value) for type_, value in (("phone", phone), ("member_id", member)) if value]
        if pairs:
            change = PersonChange({"name": name} if name else {})
            upsert(workspace, read_identities(pairs), change, [], NOW)


def test_a_storage_without_files_of_this_machine_serves_as_well(workspace: Workspace, settings: Any) -> None:
    elsewhere = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "files": elsewhere}
    uploaded_job = uploaded(workspace, workbook([HEADER, *ROWS]))
    assert uploaded_job.error == ""
    job = performed(uploaded_job, at_once=2)
    assert (job.created, job.rejected) == (3, 0)


def test_a_cell_far_to_the_right_does_not_make_every_row_as_wide(workspace: Workspace) -> None:
    job = uploaded(workspace, workbook([HEADER, [*ROWS[0], *[""] * 12_000, "x"], *ROWS[1:]]))
    done = performed(job)
    assert (done.created, rejected(done)) == (2, [(2, "too_many_cells", "")])
