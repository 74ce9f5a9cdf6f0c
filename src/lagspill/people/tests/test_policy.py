"""Who may read what: each rung of the ladder for each kind of reader, and the two faces side by side."""

from __future__ import annotations

import pytest

from lagspill.people import policy
from lagspill.people.models import Item, ItemRelation
from lagspill.people.rules import Audience
from lagspill.tenancy.scope import use_actor
from tests.world import World

READERS = {
    "caregiver": {"mine", "talk", "service", "shared"},
    "coordinator": {"talk", "service", "shared"},
    "nurse": {"service", "shared"},
    "other_nurse": set(),
    "leader": set(),
    "admin": set(),
    "stranger": set(),
    "care_recipient": set(),
    "unknown_citizen": set(),
}


def _items(world: World) -> dict[str, Item]:
    made = {}
    with use_actor(world.system):
        for audience in Audience:
            item = Item.objects.create(
                file=world.file,
                kind="statement",
                about="caregiver",
                audience=audience.value,
                author_person=world.caregiver_person,
                author_capacity="citizen",
                written_at=world.now,
                edited_at=world.now,
            )
            ItemRelation.objects.create(file=world.file, item=item, relation=world.relation)
            made[audience.value] = item
    return made


@pytest.mark.parametrize("who", READERS)
def test_ladder_gives_each_reader_their_rungs_and_both_faces_agree(world: World, who: str) -> None:
    items = _items(world)
    actor = getattr(world, who)
    with use_actor(actor):
        if actor.municipality is None:
            assert READERS[who] == set()
            return
        seen = set(policy.visible_items(actor, world.now).values_list("id", flat=True))
        listed = {audience for audience, item in items.items() if item.id in seen}
        single = {a for a, item in items.items() if policy.can_read_item(actor, item, world.now)}
    assert listed == READERS[who]
    assert single == READERS[who]
