"""Agreements of the demo world, in each of their states, made through operations with the moment passed in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from lagspill.agreements import operations
from lagspill.agreements.models import Version
from lagspill.agreements.operations import NewLine
from lagspill.agreements.rules import DEFAULTS, Answer, How, LineKind, LineWords, Side, Who
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.calendar import oslo_today
from lagspill.people import operations as people
from lagspill.people import queries as people_queries
from lagspill.people.rules import About, Audience
from lagspill.tenancy.scope import use_actor


def line(
    kind: LineKind,
    text: str,
    *,
    who: Who | None = None,
    when: str = "",
    name: str = "",
    phone: str = "",
    substitute_name: str = "",
    substitute_phone: str = "",
    audience: Audience | None = None,
    unit_id: uuid.UUID | None = None,
    owner_staff_id: uuid.UUID | None = None,
    due_on: date | None = None,
) -> NewLine:
    """A line as it would be typed together with the caregiver; audience and subject as its kind begins."""
    rung, about = DEFAULTS[kind]
    chosen = audience or Audience(rung)
    return NewLine(
        LineWords(kind, text, who, when, name, phone, substitute_name, substitute_phone),
        chosen,
        About.CAREGIVER if chosen is Audience.SERVICE else About(about),
        is_together=True,
        unit_id=unit_id,
        owner_staff_id=owner_staff_id,
        due_on=due_on,
    )


def build_draft(
    *,
    lead: Actor,
    file_id: uuid.UUID,
    now: datetime,
    lines: Sequence[NewLine] = (),
    taken: Sequence[tuple[uuid.UUID, LineKind]] = (),
    talk_id: uuid.UUID | None = None,
) -> Version:
    """A draft led by `lead`: `taken` are statements of the talk by item and kind, `lines` are typed anew."""
    with use_actor(lead):
        version = operations.start_draft(actor=lead, now=now, file_id=file_id, talk_id=talk_id)
        for item_id, kind in taken:
            operations.take_statement(
                actor=lead, now=now, version_id=version.id, item_id=item_id, kind=kind
            )
        for new in lines:
            operations.add_line(actor=lead, now=now, version_id=version.id, new=new)
    return version


def propose(
    *, lead: Actor, version: Version, now: datetime, review_on: date | None = None
) -> Version:
    """Put a draft before the caregiver; looked at again after three months when no day is given."""
    with use_actor(lead):
        return operations.propose(
            actor=lead,
            now=now,
            version_id=version.id,
            review_on=review_on or oslo_today(now) + timedelta(days=91),
        )


def confirm(
    *,
    lead: Actor,
    version: Version,
    now: datetime,
    caregiver: Actor | None = None,
    how: How = How.PHONE,
) -> Version:
    """Both sides say yes: the caregiver in the portal when they are given, else by phone or on paper."""
    if caregiver is not None:
        with use_actor(caregiver):
            operations.confirm(
                actor=caregiver,
                now=now,
                version_id=version.id,
                side=Side.CAREGIVER,
                how=How.PORTAL,
            )
    with use_actor(lead):
        if caregiver is None:
            operations.confirm(
                actor=lead, now=now, version_id=version.id, side=Side.CAREGIVER, how=how
            )
            _send_copy(lead, version, now)
        return operations.confirm(
            actor=lead, now=now, version_id=version.id, side=Side.MUNICIPALITY, how=How.PORTAL
        )


def _send_copy(lead: Actor, version: Version, now: datetime) -> None:
    """The copy of a yes by telephone or paper leaves the same day, by whichever way is safe."""
    waiting = people_queries.list_waiting(lead, version.file_id, now)
    ways = {row.way for row in waiting}
    system = system_actor("agreements.demo", version.municipality_id)
    if "notice" in ways:
        with use_actor(system):
            people.widen_on_notice(actor=system, now=now, file_id=version.file_id)
    if "letter" in ways:
        last = next(row for row in waiting if row.way == "letter")
        people.mark_copy_posted(actor=lead, now=now, widening_id=last.id)


def answer(
    *,
    actor: Actor,
    version: Version,
    now: datetime,
    answer: Answer,
    how: How = How.PORTAL,
    text: str = "",
) -> Version:
    """The caregiver asks for a change, declines or ends."""
    with use_actor(actor):
        return operations.give_answer(
            actor=actor, now=now, version_id=version.id, answer=answer, how=how, text=text
        )


def build_agreement(
    *,
    lead: Actor,
    file_id: uuid.UUID,
    now: datetime,
    lines: Sequence[NewLine],
    review_on: date | None = None,
    caregiver: Actor | None = None,
    how: How = How.PHONE,
) -> Version:
    """An agreement in force since `now`."""
    version = build_draft(lead=lead, file_id=file_id, now=now, lines=lines)
    propose(lead=lead, version=version, now=now, review_on=review_on)
    return confirm(lead=lead, version=version, now=now, caregiver=caregiver, how=how)
