"""Both faces of the policy agree, for everybody and every state."""

from __future__ import annotations

import pytest

from lagspill.agreements import demo, operations, policy
from lagspill.agreements.models import Line, Version
from lagspill.agreements.rules import Answer, How, Side
from lagspill.kernel.errors import NotAllowed
from lagspill.people import operations as people
from lagspill.people.models import File, Item
from lagspill.people.policy import can_read_item
from lagspill.people.rules import Audience
from lagspill.people.tests.test_parties import add_guardian
from lagspill.tenancy.scope import use_actor

EVERYBODY = [
    "coordinator",
    "nurse",
    "other_nurse",
    "leader",
    "admin",
    "stranger",
    "caregiver",
    "care_recipient",
    "unknown_citizen",
]
STATES = ["draft", "proposed", "confirmed", "withdrawn"]


@pytest.fixture(params=STATES)
def version(request, world, now):
    if request.param == "withdrawn":
        made = request.getfixturevalue("proposed")
        return demo.answer(actor=world.caregiver, version=made, now=now, answer=Answer.NO)
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_version_is_visible_if_and_only_if_it_can_be_seen(world, now, known, version, who):
    actor = getattr(world, who)
    with use_actor(world.system):
        held = Version.objects.select_related("file").get(id=version.id)
        sees = bool(policy.can_see_version(actor, held, now))
        lists = (
            policy.visible_versions(actor, now).filter(id=held.id).exists()
            if actor.municipality
            else False
        )
    expected = who == "coordinator" or (who == "caregiver" and held.state != "draft")
    if who != "stranger":  # asked across municipalities only below
        assert lists == expected
    assert sees == expected


@pytest.mark.parametrize("who", EVERYBODY)
def test_what_is_listed_is_what_the_database_lets_through(world, now, known, confirmed, who):
    actor = getattr(world, who)
    if not actor.municipality:
        return
    with use_actor(actor):
        seen = set(policy.visible_versions(actor, now).values_list("id", flat=True))
    assert seen == ({confirmed.id} if who in ("coordinator", "caregiver") else set())


@pytest.mark.parametrize("who", [w for w in EVERYBODY if w != "unknown_citizen"])
def test_a_line_is_listed_if_and_only_if_version_and_item_are_readable(
    world, now, known, confirmed, who
):
    actor = getattr(world, who)
    with use_actor(world.system):
        rows = list(Line.objects.select_related("item", "version__file"))
        assert len(rows) == 8
        expected = {
            row.id
            for row in rows
            if policy.can_see_version(actor, row.version, now)
            and can_read_item(actor, row.item, now)
        }
    with use_actor(actor):
        assert set(policy.visible_lines(actor, now).values_list("id", flat=True)) == expected


@pytest.mark.parametrize("who", [w for w in EVERYBODY if w != "unknown_citizen"])
def test_a_card_line_is_listed_if_and_only_if_its_item_is_wide_and_readable(
    world, now, known, confirmed, who
):
    actor = getattr(world, who)
    with use_actor(world.system):
        rows = Line.objects.select_related("item")
        expected = {
            row.id
            for row in rows
            if row.item.audience in policy.CARD_AUDIENCES and can_read_item(actor, row.item, now)
        }
    with use_actor(actor):
        assert set(policy.visible_card_lines(actor, now).values_list("id", flat=True)) == expected
    assert bool(expected) == (who in ("coordinator", "nurse", "caregiver", "care_recipient"))


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_the_files_staff_edit_and_only_each_side_confirms(world, now, known, proposed, who):
    actor = getattr(world, who)
    with use_actor(world.system):
        held = Version.objects.select_related("file").get(id=proposed.id)
        assert bool(policy.can_edit(actor, held, now)) == (who == "coordinator")
        assert bool(policy.can_confirm_as_municipality(actor, held, now)) == (who == "coordinator")
        assert bool(policy.can_confirm_as_caregiver(actor, held, now)) == (who == "caregiver")


def test_an_ended_place_in_the_file_gives_nothing(world, now, confirmed):
    with use_actor(world.coordinator):
        people.add_file_staff(
            actor=world.coordinator,
            now=now,
            file=world.file,
            staff_id=world.nurse.id,
            role="substitute",
        )
    with use_actor(world.nurse):
        assert policy.visible_versions(world.nurse, now).exists()
    with use_actor(world.system):
        File.objects.filter(id=world.file.id).update(closed_at=now)
    with use_actor(world.nurse):
        assert not policy.visible_versions(world.nurse, now).exists()


def test_what_was_narrowed_after_the_yes_is_no_longer_shown(world, now, known, confirmed):
    with use_actor(world.nurse):
        assert policy.visible_card_lines(world.nurse, now).filter(kind="contingency").exists()
    with use_actor(world.caregiver):
        item = Item.objects.get(id=Line.objects.get(kind="contingency").item_id)
        people.change_audience(
            actor=world.caregiver,
            now=now,
            item_id=item.id,
            audience=Audience.TALK,
            how="portal",
            sentence="…",
        )
    for actor in (world.nurse, world.care_recipient, world.caregiver):
        with use_actor(actor):
            assert not policy.visible_card_lines(actor, now).filter(kind="contingency").exists()


@pytest.mark.parametrize("side", Side)
def test_who_acts_for_the_care_recipient_confirms_for_neither_side(
    world, now, known, proposed, side
):
    """Asked anew at each confirmation; a representative reads what is shared, and says yes for nobody else."""
    guardian = add_guardian(world)
    with use_actor(guardian):
        held = list(policy.visible_versions(guardian, now))
    assert held == []
    with pytest.raises(NotAllowed), use_actor(guardian):
        operations.confirm(
            actor=guardian, now=now, version_id=proposed.id, side=side, how=How.PORTAL
        )
    with use_actor(world.system):
        version = Version.objects.select_related("file").get(id=proposed.id)
    with use_actor(guardian):
        assert not policy.can_confirm_as_caregiver(guardian, version, now)
        assert not policy.can_confirm_as_municipality(guardian, version, now)


def test_who_acts_for_the_care_recipient_reads_the_shared_part_of_the_card(
    world, now, known, confirmed
):
    guardian = add_guardian(world)
    with use_actor(world.care_recipient):
        own = {line.id for line in policy.visible_card_lines(world.care_recipient, now)}
    with use_actor(guardian):
        assert {line.id for line in policy.visible_card_lines(guardian, now)} == own
    assert own
