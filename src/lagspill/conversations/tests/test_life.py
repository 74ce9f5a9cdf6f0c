"""The life of invitations and talks as a state machine: no path reaches an illegal state, each step leaves its trace."""

from __future__ import annotations

import os
from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lagspill.audit.models import Entry
from lagspill.conversations import operations
from lagspill.conversations.models import Invitation, Statement, Talk
from lagspill.conversations.rules import Answer, Form, Reply
from lagspill.conversations.tests.test_operations import plan
from lagspill.kernel.errors import NotPossible
from lagspill.people.rules import About, Audience
from lagspill.tenancy.scope import use_actor
from tests.world import World

EXAMPLES = 300 if os.environ.get("LAGSPILL_LONG") == "1" else 8
ACTS = ("send", "yes", "no", "later", "take_back", "expire", "call_off", "plan", "place", "hold")


class Life:
    """What should be true, kept apart from what is."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.invitation: Invitation | None = None
        self.state, self.answer, self.talk_state = "", "", ""
        self.talk: Talk | None = None
        self.placed = 0

    def may(self, act: str) -> bool:
        answerable = self.state in ("sent", "expired") or (
            self.state == "answered" and self.answer != "yes"
        )
        return {
            "send": self.state != "sent",
            "yes": answerable,
            "no": answerable,
            "later": answerable,
            "take_back": self.state in ("sent", "cancelled"),
            "expire": self.state == "sent",
            "call_off": self.talk_state in ("planned", "cancelled"),
            "plan": self.talk_state == "planned",
            "place": self.talk_state in ("planned", "held"),
            "hold": self.talk_state in ("planned", "held"),
        }[act]

    def can_try(self, act: str) -> bool:
        if act == "send":
            return True
        if act in ("call_off", "plan", "place", "hold"):
            return self.talk is not None
        return self.invitation is not None

    def happened(self, act: str) -> None:
        if act == "send":
            self.state, self.answer = "sent", ""
        elif act in ("yes", "no", "later"):
            self.state, self.answer = "answered", act
            self.talk_state = "planned" if act == "yes" else self.talk_state
        elif act in ("take_back", "expire"):
            self.state = "cancelled" if act == "take_back" else "expired"
        elif act == "call_off":
            self.talk_state = "cancelled"
        elif act == "hold":
            self.talk_state = "held"
        elif act == "place":
            self.placed += 1

    def do(self, act: str) -> None:
        world, kari = self.world, self.world.coordinator
        named = {"actor": kari, "now": world.now}
        if act == "expire":
            with use_actor(world.system):
                late = world.now + timedelta(days=30)
                if operations.expire_invitations(actor=world.system, now=late) == 0:
                    raise NotPossible("nothing_to_expire")
            return
        if act in ("yes", "no", "later"):
            assert self.invitation is not None
            time = self.invitation.times[0] if act == "yes" else None
            with use_actor(world.caregiver):
                operations.answer_invitation(
                    actor=world.caregiver,
                    now=world.now,
                    invitation_id=self.invitation.id,
                    reply=Reply(Answer(act), time=time),
                )
            with use_actor(world.system):
                found = Talk.objects.filter(invitation=self.invitation).first()
                self.talk = found or self.talk
            return
        proposal = plan(world) if act == "send" else None
        with use_actor(kari):
            if proposal is not None:
                self.invitation = operations.send_invitation(
                    file_id=world.file.id, plan=proposal, **named
                )
            elif act == "take_back":
                assert self.invitation is not None
                operations.cancel_invitation(invitation_id=self.invitation.id, **named)
            else:
                self.in_talk(act, named)

    def in_talk(self, act: str, named: dict[str, object]) -> None:
        assert self.talk is not None
        talk_id = self.talk.id
        if act == "call_off":
            operations.cancel_talk(talk_id=talk_id, **named)
        elif act == "hold":
            operations.hold_talk(talk_id=talk_id, **named)
        elif act == "plan":
            at = self.world.now + timedelta(days=9)
            operations.plan_talk(talk_id=talk_id, at=at, form=Form.HOME, **named)
        else:
            operations.place_statement(
                talk_id=talk_id,
                topic="T01",
                text="ord",
                audience=Audience.TALK,
                about=About.CAREGIVER,
                **named,
            )

    def check(self) -> None:
        with use_actor(self.world.system):
            if self.invitation is not None:
                row = Invitation.objects.get(id=self.invitation.id)
                assert (row.state, row.answer) == (self.state, self.answer)
            if self.talk is not None:
                assert Talk.objects.get(id=self.talk.id).state == self.talk_state
            assert Statement.objects.count() == self.placed
            assert Invitation.objects.filter(state="sent").count() <= 1


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=3, max_size=14))
def test_no_path_reaches_an_illegal_state(world: World, acts: list[str]):
    with transaction.atomic():
        life = Life(world)
        for act in ("send", *acts):
            if not life.can_try(act):
                continue
            wanted = life.may(act)
            with use_actor(world.system):
                before = Entry.objects.exclude(act="read").count()
            try:
                with transaction.atomic():
                    life.do(act)
                is_done = True
            except NotPossible:
                is_done = False
            assert is_done is wanted, (act, life.state, life.answer, life.talk_state)
            if is_done:
                changed = (life.state, life.answer, life.talk_state, life.placed)
                life.happened(act)
                now = (life.state, life.answer, life.talk_state, life.placed)
                with use_actor(world.system):
                    after = Entry.objects.exclude(act="read").count()
                assert after > before or changed == now
            life.check()
        transaction.set_rollback(True)
