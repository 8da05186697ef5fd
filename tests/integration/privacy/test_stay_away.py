"""An erased person comes back by no file and by no merge; a file that has them is known whatever way they are written."""

import io

import pytest

from profiles.imports import storage
from profiles.merging.by_hand import merge_by_hand
from profiles.models import Export, Import, ImportRejection, Profile
from profiles.privacy import erasure, files
from profiles.privacy.tombstones import PersonErased
from tests.fixtures.imports import csv_file, performed, rejected, uploaded
from tests.fixtures.world import HOUR, T0
from tests.integration.privacy.somebody import NAME, PHONE, Somebody, traces
from tests.integration.privacy.test_erasure import erase, somebody, world

__all__ = ["somebody", "world"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("dry", [False, True])
def test_their_row_is_refused_and_the_others_are_taken(somebody: Somebody, dry: bool) -> None:
    erase(somebody)
    before = Profile.objects.count()
    rows = [["手机号", "姓名"], ["139 1111 2222", NAME], ["13700000009", "甲"]]
    job = performed(uploaded(somebody.world.workspace, csv_file(rows)), dry=dry)
    assert rejected(job) == [(2, "person_erased", "")]
    assert Profile.objects.count() == before + (not dry)
    # The row that was refused holds nothing of them; the file is the operator's own.
    assert ImportRejection.objects.get(job=job).cells == []


@pytest.mark.parametrize("live", [False, True])
def test_their_events_of_a_file_are_refused(somebody: Somebody, live: bool) -> None:
    erase(somebody)
    rows = [["手机号", "事件", "时间"], [PHONE, "paid", "2026-03-01"], ["13700000009", "paid", "2026-03-01"]]
    job = uploaded(somebody.world.workspace, csv_file(rows), "events")
    columns = [
        {"column": 0, "target": "identity", "key": "phone"},
        {"column": 1, "target": "event_name"},
        {"column": 2, "target": "occurred_at", "format": "auto"},
    ]
    done = performed(job, {"columns": columns, "live": live})
    assert (done.created, rejected(done)) == (1, [(2, "person_erased", "")])


def test_whoever_is_being_erased_is_merged_with_nobody(somebody: Somebody) -> None:
    other = somebody.world.person()
    erasure.ask(somebody.world.workspace, somebody.id, "", None, "小李", T0 + HOUR)
    with pytest.raises(PersonErased):
        merge_by_hand(somebody.world.workspace, other, somebody.id, T0 + HOUR, None, "", force=True)


def test_a_former_id_asks_for_the_person_whom_it_has_become(somebody: Somebody) -> None:
    asked = erasure.ask(somebody.world.workspace, somebody.former, "", None, "小李", T0 + HOUR)
    assert asked.profile_id == somebody.id
    erasure.perform(asked, T0 + HOUR)
    assert traces() == set()


def test_files_with_them_are_deleted_and_others_stay(somebody: Somebody) -> None:
    mine = Import.objects.get(file_name="people.csv")
    source = mine.rows_file or mine.source
    erase(somebody)
    mine.refresh_from_db()
    assert (mine.source, mine.preview, mine.done) == ("", [], 2)
    assert not storage.files().exists(source)
    others = Import.objects.get(file_name="others.csv")
    assert storage.files().exists(others.source)
    assert set(Export.objects.values_list("state", "parts", "file")) <= {("expired", 0, ""), ("running", 0, "")}


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        ("a,139-1111-2222\n", "utf-8", True),
        ("a,(+86) 139.1111.2222\n", "gb18030", True),
        ("甲,UNMISTAKABLE.Person@Example.com\n", "gb18030", True),
        ("a,13911112223\n", "utf-8", False),
    ],
)
def test_a_number_is_found_however_it_is_written(text: str, encoding: str, found: bool) -> None:
    needles = ["+8613911112222", "13911112222", "unmistakable.person@example.com"]
    assert files.holds(io.BytesIO(text.encode(encoding)), needles, encoding) is found


def test_a_number_is_found_where_two_chunks_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "CHUNK", 7)
    assert files.holds(io.BytesIO(b"xxxxx139 1111 2222"), ["13911112222"], "utf-8")
