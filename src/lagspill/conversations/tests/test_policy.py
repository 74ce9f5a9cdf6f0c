"""Who may know of an invitation or a talk, and read what was said and prepared: both faces, and the database's own lock."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lagspill.conversations import operations, policy
from lagspill.conversations.models import Invitation, Preparation, Statement, Talk
from lagspill.conversations.tests.test_operations import draft, place, talk_of
from lagspill.people import operations as people
from lagspill.people.models import FileParty, FileStaff, Item, Service
from lagspill.people.rules import LADDER, Audience
from lagspill.tenancy.scope import use_actor
from tests.world import World

PEOPLE = (
    *("caregiver", "coordinator", "nurse", "other_nurse", "leader", "admin", "stranger"),
    "care_recipient",
)
OF_THE_FILE = {"caregiver", "coordinator"}
#: How many statements and prepared topics each reads of `whole_talk`; others none.
WORDS = {"caregiver": (1, 1), "coordinator": (2, 0)}
EXAMPLES = 500 if os.environ.get("LAGSPILL_LONG") == "1" else 8


def whole_talk(world: World) -> Talk:
    """A talk with a placed statement, a draft, and something prepared."""
    talk = talk_of(world)
    place(world, talk, topic="T04")
    draft(world, talk, topic="T02")
    with use_actor(world.caregiver):
        operations.save_preparation(
            actor=world.caregiver, now=world.now, talk_id=talk.id, topic="T03", text="mitt"
        )
    return talk


def faces(world: World, who: str, at) -> dict[str, tuple[set, set]]:
    """What each face lets the actor see, by kind."""
    actor = getattr(world, who)
    with use_actor(world.system):
        rows = {
            "invitation": list(Invitation.objects.select_related("file")),
            "talk": list(Talk.objects.select_related("file")),
            "statement": list(Statement.objects.select_related("item")),
            "preparation": list(Preparation.objects.select_related("item")),
        }
    with use_actor(actor):
        lists = {
            "invitation": policy.visible_invitations(actor, at),
            "talk": policy.visible_talks(actor, at),
            "statement": policy.visible_statements(actor, at),
            "preparation": policy.visible_preparations(actor, at),
        }
        single = {
            "invitation": policy.can_read_invitation,
            "talk": policy.can_read_talk,
            "statement": policy.can_read_statement,
            "preparation": policy.can_read_preparation,
        }
        return {
            kind: (
                set(lists[kind].values_list("id", flat=True)),
                {row.id for row in rows[kind] if single[kind](actor, row, at)},
            )
            for kind in rows
        }


def test_talks_follow_the_file_and_words_their_item(world: World):
    """The coordinator wrote the draft, and reads it besides what was placed; nobody reads what is `mine`."""
    whole_talk(world)
    for who in PEOPLE:
        found = faces(world, who, world.now)
        for kind in ("invitation", "talk"):
            listed, single = found[kind]
            assert listed == single, who
            assert bool(listed) == (who in OF_THE_FILE), who
        statements, prepared = WORDS.get(who, (0, 0))
        assert [len(side) for side in found["statement"]] == [statements] * 2, who
        assert [len(side) for side in found["preparation"]] == [prepared] * 2, who


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    said=st.sampled_from([rung for rung in LADDER if rung is not Audience.MINE]),
    prepared=st.sampled_from([Audience.MINE, Audience.TALK]),
    is_known=st.booleans(),
    is_served=st.booleans(),
    staff_left=st.booleans(),
    is_closed=st.booleans(),
    hours=st.integers(min_value=0, max_value=100),
)
def test_both_faces_agree_in_generated_worlds(
    world: World,
    said: Audience,
    prepared: Audience,
    is_known: bool,
    is_served: bool,
    staff_left: bool,
    is_closed: bool,
    hours: int,
):
    with transaction.atomic():
        whole_talk(world)
        later = world.now + timedelta(hours=hours)
        with use_actor(world.system):
            Item.objects.filter(kind="statement").exclude(audience="draft").update(
                audience=said.value
            )
            Item.objects.filter(kind="preparation").update(audience=prepared.value)
            if not is_served:
                Service.objects.update(ends_at=world.now)
            if staff_left:
                FileStaff.objects.update(ends_at=world.now)
        if is_known:
            with use_actor(world.caregiver):
                people.agree_to_relation(
                    actor=world.caregiver,
                    now=world.now,
                    relation_id=world.relation.id,
                    how="portal",
                )
        if is_closed:
            with use_actor(world.system):
                world.file.closed_at = world.now
                world.file.save(update_fields=["closed_at"])
        for who in PEOPLE:
            for listed, single in faces(world, who, later).values():
                assert listed == single
        transaction.set_rollback(True)
        world.file.closed_at = None


class TestDatabaseLock:
    """The second lock by itself: plain queries, no policy."""

    TABLES = (Invitation, Talk, Statement, Preparation)

    def count(self, world: World, who: str) -> list[int]:
        actor = getattr(world, who)
        with use_actor(actor):
            return [table.objects.count() for table in self.TABLES]

    def test_a_citizen_reaches_only_the_files_one_is_party_to(self, world: World):
        whole_talk(world)
        assert self.count(world, "caregiver") == [1, 1, 2, 1]
        assert self.count(world, "care_recipient") == [0, 0, 0, 0]
        with use_actor(world.system):
            FileParty.objects.filter(person=world.caregiver_person).update(ends_at=world.now)
        assert self.count(world, "caregiver") == [0, 0, 0, 0]

    def test_another_municipality_reaches_nothing(self, world: World):
        whole_talk(world)
        assert self.count(world, "stranger") == [0, 0, 0, 0]

    def test_a_citizen_writes_no_statement(self, world: World):
        talk = whole_talk(world)
        with use_actor(world.caregiver):
            assert Statement.objects.filter(talk=talk).update(text="endret") == 0
            [row] = Statement.objects.filter(draft_of__isnull=True)
            row.id, row._state.adding = talk.id, True
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                row.save(force_insert=True)
