"""What falls due by itself is registered and does its one thing."""

from __future__ import annotations

from datetime import timedelta

from lagspill.conversations import jobs
from lagspill.conversations.tests.test_operations import draft, facts, send, talk_of
from lagspill.dispatch import rules
from lagspill.tenancy.scope import use_actor
from tests.world import World


def test_each_sweep_is_registered():
    found = {name: run for name, run in rules.sweeps().items() if name.startswith("conversations")}
    assert found == {
        "conversations.expire": jobs.expire_invitations,
        "conversations.drafts_warn": jobs.warn_of_old_drafts,
        "conversations.drafts_delete": jobs.delete_old_drafts,
    }


def test_silence_becomes_one_call(world: World):
    send(world)
    late = world.now + timedelta(days=14)
    with use_actor(world.system):
        assert [jobs.expire_invitations(world.system, late) for _ in range(2)] == [1, 0]
    assert facts(world)[-1] == "InvitationExpired"


def test_a_draft_is_warned_of_and_then_deleted(world: World):
    draft(world, talk_of(world))
    with use_actor(world.system):
        assert jobs.warn_of_old_drafts(world.system, world.now + timedelta(hours=49)) == 1
        assert jobs.delete_old_drafts(world.system, world.now + timedelta(hours=73)) == 1
