"""Invitations and talks for the demo world, through operations, at moments before now. The caller sets each actor's scope."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lagspill.conversations import operations, queries
from lagspill.conversations.models import Invitation, Talk
from lagspill.conversations.rules import Answer, Channel, Form, How, Need, Presence, Reply
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.people import queries as people
from lagspill.people.rules import About, Audience


@dataclass(frozen=True)
class Said:
    """Something said in a talk; readers and whom it is about as the topic proposes, unless given."""

    topic: str
    text: str
    audience: Audience | None = None
    about: About | None = None


def invite(
    *,
    actor: Actor,
    now: datetime,
    file_id: uuid.UUID,
    lead_id: uuid.UUID | None = None,
    channel: Channel | None = None,
    form: Form = Form.CHOOSE,
) -> Invitation:
    """Staff of the file send the invitation that needs no typing; a letter is posted the same moment."""
    file = people.get_file(actor, file_id, now)
    plan = queries.propose(actor, file, now).plan
    plan = replace(plan, form=form, lead_id=lead_id or plan.lead_id)
    made = operations.send_invitation(
        actor=actor, now=now, file_id=file_id, plan=plan, channel=channel
    )
    if made is None:
        raise ValueError("an invitation without a key is always sent")
    if made.channel == Channel.LETTER:
        operations.write_letter(actor=actor, now=now, invitation_id=made.id)
        operations.mark_posted(actor=actor, now=now, invitation_id=made.id)
    return made


def answer(
    *,
    actor: Actor,
    now: datetime,
    invitation: Invitation,
    answer: Answer,
    form: Form = Form.HOME,
    wish: str = "",
    needs: Sequence[Need] = (),
    how: How = How.PHONE,
) -> uuid.UUID | None:
    """The caregiver answers, in the portal or as staff heard it (`how`); the talk's id after a yes."""
    is_yes = answer is Answer.YES
    reply = Reply(
        answer,
        time=invitation.times[0] if is_yes and not wish else None,
        wish=wish,
        form=form if is_yes else Form.CHOOSE,
        needs=tuple(needs),
    )
    if actor.is_citizen:
        operations.answer_invitation(actor=actor, now=now, invitation_id=invitation.id, reply=reply)
    else:
        operations.record_answer(
            actor=actor, now=now, invitation_id=invitation.id, reply=reply, how=how
        )
    return queries.get_invitation(actor, invitation.id, now).talk_id


def prepare(
    *,
    actor: Actor,
    now: datetime,
    talk_id: uuid.UUID,
    words: Mapping[str, str],
    shared: Iterable[str] = (),
    important: Iterable[str] = (),
) -> None:
    """The caregiver writes at home, shares some of it and marks what matters most."""
    for topic, text in words.items():
        operations.save_preparation(actor=actor, now=now, talk_id=talk_id, topic=topic, text=text)
    for topic in shared:
        operations.share_preparation(actor=actor, now=now, talk_id=talk_id, topic=topic)
    for topic in important:
        operations.mark_topic(actor=actor, now=now, talk_id=talk_id, topic=topic, is_important=True)


def talk(
    *,
    actor: Actor,
    now: datetime,
    talk_id: uuid.UUID,
    said: Sequence[Said],
    presence: Presence = Presence.IN_PERSON,
    is_over: bool = True,
) -> Talk:
    """The one who leads writes down what is said, each thing with its readers, and ends the talk."""
    made = operations.set_presence(actor=actor, now=now, talk_id=talk_id, presence=presence)
    for each in said:
        topic = content.topics()[each.topic]
        operations.place_statement(
            actor=actor,
            now=now,
            talk_id=talk_id,
            topic=each.topic,
            text=each.text,
            audience=each.audience or Audience(topic.audience),
            about=each.about or About(topic.about),
        )
    return operations.hold_talk(actor=actor, now=now, talk_id=talk_id) if is_over else made
