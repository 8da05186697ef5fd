from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connection, transaction

from profiles.identity import Resolution, resolve
from profiles.identity_values import IdentityKey, read_identities
from profiles.models import Identity, IdentityConflict, Profile
from workspaces.models import Workspace


def run(workspace: Workspace, *people: dict[str, str]) -> Resolution:
    with transaction.atomic():
        return resolve(workspace.id, [read_identities(list(person.items())) for person in people])


def test_the_same_identity_is_the_same_person(workspace: Workspace) -> None:
    first, second = run(workspace, {"phone": "13800138000"}, {"phone": "+86 13800138000"}).profile_ids
    (third,) = run(workspace, {"phone": "13800138000"}).profile_ids
    assert first == second == third
    assert Profile.objects.count() == 1


def test_an_unknown_identity_is_attached_to_the_person_found(workspace: Workspace) -> None:
    (known,) = run(workspace, {"phone": "13800138000"}).profile_ids
    resolution = run(workspace, {"phone": "13800138000", "email": "a@example.com"})
    assert resolution.profile_ids == [known]
    assert resolution.changed == {known}
    assert run(workspace, {"email": "a@example.com"}).profile_ids == [known]


def test_identities_of_two_people_go_to_the_stronger_one_and_leave_a_note(workspace: Workspace) -> None:
    by_phone, by_device = run(workspace, {"phone": "13800138000"}, {"device": "d1", "email": "a@x"}).profile_ids
    assert run(workspace, {"device": "d1", "phone": "13800138000"}).profile_ids == [by_phone]
    conflict = IdentityConflict.objects.get()
    assert (conflict.profile_id, conflict.type, conflict.value) == (by_phone, "device", "d1")
    run(workspace, {"device": "d1", "phone": "13800138000"})
    assert IdentityConflict.objects.count() == 1
    assert Identity.objects.get(type="device").profile_id == by_device


def test_an_anonymous_visitor_becomes_the_person_who_says_who_they_are(workspace: Workspace) -> None:
    by_phone, by_device = run(workspace, {"phone": "13800138000"}, {"device": "d1"}).profile_ids
    resolution = run(workspace, {"device": "d1", "phone": "13800138000"})
    assert resolution.profile_ids == [by_phone]
    assert [(join.survivor, join.merged) for join in resolution.merged] == [(by_phone, by_device)]
    assert Identity.objects.get(type="device").profile_id == by_phone


def test_another_member_on_a_known_device_is_another_person(workspace: Workspace) -> None:
    (first,) = run(workspace, {"user_id": "u1", "device": "d1"}).profile_ids
    (second,) = run(workspace, {"user_id": "u2", "device": "d1"}).profile_ids
    assert first != second
    assert IdentityConflict.objects.get().profile_id == second


def test_a_workspace_knows_nothing_of_another(workspace: Workspace) -> None:
    other = Workspace.objects.create(slug="other", name="Other")
    assert run(workspace, {"phone": "13800138000"}).profile_ids != run(other, {"phone": "13800138000"}).profile_ids


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [3, 200])
def test_concurrent_requests_with_the_same_new_identities_make_one_person_each(size: int) -> None:
    workspace = Workspace.objects.create(slug="shop", name="Shop")
    people = [{"member_id": f"m{number}", "device": f"d{number}"} for number in range(size)]

    def request(worker: int) -> list[UUID]:
        mine = people if worker % 2 else people[::-1]
        partial = [{"device": person["device"]} if worker % 3 else person for person in mine]
        try:
            ids = run(workspace, *partial).profile_ids
            return ids if worker % 2 else ids[::-1]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(request, range(16)))
    assert all(answer == answers[0] for answer in answers)
    assert Profile.objects.count() == size
    assert Identity.objects.count() == 2 * size


def test_five_thousand_strangers_do_not_exhaust_the_lock_table(workspace: Workspace) -> None:
    run(workspace, *({"member_id": f"m{number}"} for number in range(5000)))
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()")
        assert cursor.fetchone() == (1,)
    assert Identity.objects.values_list("type", "value").count() == 5000


def test_attached_keys_are_reported(workspace: Workspace) -> None:
    resolution = run(workspace, {"member_id": "m1"})
    assert resolution.attached == [(resolution.profile_ids[0], IdentityKey("member_id", "m1"))]
