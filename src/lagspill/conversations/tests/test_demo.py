"""The demo's small steps make a whole talk, days ago."""

from __future__ import annotations

from datetime import timedelta

from lagspill.conversations import demo, queries
from lagspill.conversations.rules import Answer, Channel
from lagspill.tenancy.scope import use_actor
from tests.world import World


def test_a_whole_talk_at_moments_before_now(world: World):
    kari, anne, now = world.coordinator, world.caregiver, world.now
    with use_actor(kari):
        invitation = demo.invite(actor=kari, now=now, file_id=world.file.id)
    with use_actor(anne):
        talk_id = demo.answer(
            actor=anne, now=now + timedelta(hours=3), invitation=invitation, answer=Answer.YES
        )
        assert talk_id is not None
        demo.prepare(
            actor=anne,
            now=now + timedelta(days=1),
            talk_id=talk_id,
            words={"T01": "At pappa har det godt.", "T03": "Nettene."},
            shared=("T01",),
            important=("T03",),
        )
    with use_actor(kari):
        held = demo.talk(
            actor=kari,
            now=now + timedelta(days=8),
            talk_id=talk_id,
            said=[demo.Said("T04", "Jeg løfter ikke."), demo.Said("T01", "Ro om kvelden.")],
        )
        said = queries.list_statements(kari, world.file.id, now + timedelta(days=8))
        prepared = queries.list_prepared(kari, talk_id, now + timedelta(days=8))
    assert held.state == "held"
    assert [(s.topic, s.audience) for s in said] == [("T04", "service"), ("T01", "talk")]
    assert set(prepared) == {"T01"}


def test_a_letter_is_posted_and_its_answer_written_down_by_staff(world: World):
    kari = world.coordinator
    with use_actor(kari):
        invitation = demo.invite(
            actor=kari, now=world.now, file_id=world.file.id, channel=Channel.LETTER
        )
        assert queries.get_invitation(kari, invitation.id, world.now).posted_at == world.now
        talk_id = demo.answer(actor=kari, now=world.now, invitation=invitation, answer=Answer.LATER)
    assert talk_id is None
