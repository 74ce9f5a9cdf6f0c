"""Texts in the demo that wait for somebody: a note written without the caregiver, a yes by telephone, a fact for care."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from lagspill.conversations import operations as conversations
from lagspill.conversations import queries as talks
from lagspill.conversations.rules import Presence
from lagspill.kernel.actor import Actor
from lagspill.people import operations as people
from lagspill.people import queries
from lagspill.people.operations import NewEntry
from lagspill.people.rules import About, Audience
from lagspill.shell.cast import citizen_named
from lagspill.shell.demo.places import Town
from lagspill.tenancy.scope import use_actor

NOTE = "Datteren sa på telefon at hun gruer seg til helgene når hun er alene om alt."
BY_PHONE = "Kommer gjerne på mandager. Da er jeg uansett i byen."
FALL = "Falt på badet mandag kveld. Slo ikke hodet. Er støl i hofta."


def build(town: Town, now: datetime, arne_id: uuid.UUID) -> None:
    """After Anne's talk: what Kari wrote down alone, what Anne said yes to on the telephone, and what care must know."""
    anne = citizen_named("datter").name
    with use_actor(town.staff["Kari Moe"]) as kari:
        known = queries.list_relations_to(kari, arne_id, now)
        file_id, relation_id = next((f, row.id) for f, name, row in known if name == anne)
        talk = next(row for row in talks.list_talks(kari, file_id, now) if row.state == "held")
        _say(kari, now - timedelta(days=1), talk.id, "T01", NOTE, Presence.ABSENT)
        said = _say(kari, now - timedelta(hours=3), talk.id, "T06", BY_PHONE, Presence.PHONE)
        sentences = queries.reader_sentences(kari, file_id, [relation_id], now)
        people.ask_widening(
            actor=kari,
            now=now - timedelta(hours=3),
            item_id=said,
            audience=Audience.SERVICE,
            how="phone",
            sentence=sentences[Audience.SERVICE.value],
        )
        people.record_for_care(
            actor=kari,
            now=now - timedelta(days=1),
            file=queries.get_file_row(kari, file_id, now),
            entry=NewEntry(relation_id, FALL, "caregiver", caregiver_present=True),
            sentence=sentences[Audience.SHARED.value],
        )


def _say(
    kari: Actor, at: datetime, talk_id: uuid.UUID, topic: str, text: str, presence: Presence
) -> uuid.UUID:
    """Write something up after the talk, with the caregiver on the telephone or not; the item."""
    conversations.set_presence(actor=kari, now=at, talk_id=talk_id, presence=presence)
    made = conversations.place_statement(
        actor=kari,
        now=at,
        talk_id=talk_id,
        topic=topic,
        text=text,
        audience=Audience.TALK,
        about=About.CAREGIVER,
    )
    conversations.set_presence(actor=kari, now=at, talk_id=talk_id, presence=Presence.IN_PERSON)
    if made is None:  # only when a form's key was used before; none was given
        raise RuntimeError("the demo placed nothing")
    return made.item_id
