"""What a batch of events costs in statements, where nobody is merged and nobody is new."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from profiles.choices import Joins, Normalisation
from profiles.identity_values import IdentityKey, normalise
from profiles.incoming import IncomingEvent
from profiles.ingestion import ingest
from profiles.models import Event, Identity, IdentityType
from tests.fixtures.world import T0, World


def test_that_people_can_be_merged_costs_a_batch_of_known_people_one_statement(db: None) -> None:
    world = World()
    events = [
        IncomingEvent({}, "seen", [normalise("member_id", str(person))], event_id=str(person))
        for person in world.people(100)
    ]
    ingest(world.workspace, events[:1], T0)
    with CaptureQueriesContext(connection) as asked:
        assert not ingest(world.workspace, events, T0).rejected
    texts = [query["sql"] for query in asked]
    of_merging = [text for text in texts if "profilealias" in text or "profilemerge" in text]
    of_rules = [text for text in texts if "profiles_identitytype" in text]
    assert len(of_merging) == 1
    assert ["join profiles_identity identity" in text for text in of_rules] == [True], "they come with the owners"
    # The transaction's two, the erased (two), owners, locks, moved, events, and who watches: segments, computing.
    assert len(texts) == 10, "\n".join(text[:200] for text in texts)


def test_a_rule_that_changes_between_two_batches_holds_for_the_second(db: None) -> None:
    world = World()
    person = world.person()
    Identity.objects.create(workspace=world.workspace, profile_id=person, type="crm", value="c1")
    events = [IncomingEvent({}, "seen", [IdentityKey("crm", "C1")], event_id=str(number)) for number in range(2)]
    ingest(world.workspace, events[:1], T0)
    IdentityType.objects.create(
        workspace=world.workspace,
        type="crm",
        priority=1,
        normalisation=Normalisation.LOWER,
        joins=Joins.PEOPLE,
        most_identities=2,
        most_people=9,
    )
    ingest(world.workspace, events[1:], T0)
    owners = dict(Event.objects.values_list("event_id", "profile_id"))
    assert owners["0"] != person
    assert owners["1"] == person
