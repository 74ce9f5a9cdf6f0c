"""One caregiver's file from registration to kept promise, as rows: how far it has come differs from file to file."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from lagspill.access.rules import Role
from lagspill.agreements import rules as agreements
from lagspill.kernel.calendar import oslo_today
from lagspill.shell.bulk.copying import NULL, Batch, Ids, array
from lagspill.shell.bulk.words import LINES, SENTENCE, STATEMENTS

QUESTIONS = 5


@dataclass
class Town:
    """A municipality while it is being filled."""

    number: str
    now: datetime
    chance: random.Random
    ids: Ids
    batch: Batch
    zones: list[str] = field(default_factory=list)
    coordinators: list[str] = field(
        default_factory=list
    )  # of the whole municipality, then of each zone
    nurses: list[str] = field(default_factory=list)  # one that knows each zone's files


@dataclass(frozen=True)
class Life:
    """One file: its ids and where in the year it began."""

    town: Town
    file: str
    caregiver: str
    name: str
    relation: str
    zone: int
    began: datetime

    def at(self, days: int) -> str:
        """So many days after the beginning."""
        return (self.began + timedelta(days=days)).isoformat()

    def on(self, days: int) -> str:
        """The date so many days from today."""
        return (oslo_today(self.town.now) + timedelta(days=days)).isoformat()

    @property
    def coordinator(self) -> str:
        """Who leads the talk: the coordinator of the zone."""
        return self.town.coordinators[1 + self.zone]

    def log(self, days: int, act: str, verb: str, noun: str, object_id: str) -> None:
        """A row of the log; a write leaves its fact too."""
        ids, batch = self.town.ids, self.town.batch
        batch.add(
            "audit.Entry",
            ids(),
            self.at(days),
            act,
            verb,
            noun,
            "staff",
            self.coordinator,
            Role.COORDINATOR.value,
            object_id,
            self.file,
            self.caregiver,
        )
        if act == "write":
            payload = json.dumps({"municipality": self.town.number, "file_id": self.file})
            batch.add("audit.StoredFact", ids(), self.at(days), "ItemPlaced", payload)

    def item(
        self, days: int, kind: str, about: str, audience: str, *, by_caregiver: bool = False
    ) -> str:
        """An envelope, with the relation it concerns."""
        ids, batch, item, at = self.town.ids, self.town.batch, self.town.ids(), self.at(days)
        author = (
            (NULL, self.caregiver, "citizen") if by_caregiver else (self.coordinator, NULL, "staff")
        )
        batch.add(
            "people.Item", item, self.file, kind, about, audience, *author, "t", "t", at, at, at
        )
        batch.add("people.ItemRelation", ids(), self.file, item, self.relation)
        return item

    def work(
        self, kind: str, role: Role, subject: str, due: int, *, done: bool, mine: bool
    ) -> None:
        """Work, open or cleared."""
        nurse, coordinator = self.town.nurses[self.zone], self.coordinator
        owner = nurse if role is Role.NURSE else coordinator
        closed = (self.at(20), "by_fact") if done else (NULL, "")
        self.town.batch.add(
            "followup.WorkItem",
            self.town.ids(),
            kind,
            self.file,
            subject,
            subject,
            self.town.zones[self.zone],
            role.value,
            owner if mine else NULL,
            self.on(due),
            self.at(1),
            *closed,
        )


def live(life: Life, steps: int) -> None:
    """Live through the first `steps` of: measured, invited, talked, agreed. Open work is left where the file stands."""
    chance = life.town.chance
    for times in range(chance.randint(1, 3) if steps > 0 else 0):
        _answer(life, 5 + 20 * times)
    talk = _talk(life, is_held=steps > 2) if steps > 1 else ""
    if steps > 3:
        _agree(life, talk)
    life.work(
        "contact_new",
        Role.COORDINATOR,
        life.relation,
        chance.randint(-20, 5),
        done=steps > 0,
        mine=chance.random() < 0.5,
    )
    life.log(chance.randint(0, 30), "read", "get_file", "file", life.file)


def _answer(life: Life, days: int) -> None:
    ids, chance = life.town.ids, life.town.chance
    item = life.item(
        days, "check_in", "caregiver", "mine" if days % 2 else "talk", by_caregiver=True
    )
    values = {str(number): chance.randint(0, 4) for number in range(1, QUESTIONS + 1)}
    life.town.batch.add(
        "assessments.Answer",
        ids(),
        life.file,
        item,
        ids(),
        "egen-sjekk",
        "1",
        json.dumps(values),
        str(sum(values.values())),
        "no",
        life.at(days),
        life.at(days),
    )
    life.log(days, "write", "submit_check_in", "answer", item)
    request = ids()
    life.town.batch.add(
        "assessments.CheckInRequest",
        request,
        life.file,
        life.town.zones[life.zone],
        "check_in",
        "well_being",
        "portal",
        "answered",
        life.coordinator,
        life.at(days - 3),
        life.at(days),
    )


def _talk(life: Life, *, is_held: bool) -> str:
    ids, batch = life.town.ids, life.town.batch
    invitation, talk, topics = ids(), ids(), array(*(topic for topic, *_ in STATEMENTS))
    when = life.at(50) if is_held else (life.town.now + timedelta(days=6)).isoformat()
    batch.add(
        "conversations.Invitation",
        invitation,
        life.file,
        life.coordinator,
        life.coordinator,
        array(life.relation),
        "answered",
        "portal",
        "home",
        array(f'"{when}"'),
        life.at(45)[:10],
        topics,
        life.at(40),
        "yes",
        "portal",
        life.at(42),
        when,
        "home",
    )
    state = (
        ("held", when, "home", topics, when, when)
        if is_held
        else ("planned", when, "home", topics, life.at(42), NULL)
    )
    batch.add(
        "conversations.Talk",
        talk,
        life.file,
        invitation,
        life.coordinator,
        array(life.relation),
        *state,
    )
    life.log(40, "write", "send_invitation", "invitation", invitation)
    if not is_held:
        life.work("hold_talk", Role.COORDINATOR, talk, 6, done=False, mine=True)
        return talk
    for topic, audience, about, text in STATEMENTS:
        item = life.item(50, "statement", about, audience)
        batch.add("conversations.Statement", ids(), life.file, talk, item, topic, text)
        batch.add(
            "people.AudienceChange",
            ids(),
            life.file,
            item,
            "draft",
            audience,
            "in_person",
            "staff",
            life.coordinator,
            SENTENCE,
            life.at(50),
        )
        life.log(50, "write", "place_statement", "statement", item)
    return talk


def _agree(life: Life, talk: str) -> None:
    ids, batch, at = life.town.ids, life.town.batch, life.at(55)
    agreement, version, review_on = ids(), ids(), date.fromisoformat(life.on(120))
    words = [
        agreements.LineWords(
            agreements.LineKind(kind),
            text,
            agreements.Who(who) if who else None,
            name=life.name if kind == "contact" else "",
            phone="90000001" if kind == "contact" else "",
        )
        for kind, _audience, _about, who, text in LINES
    ]
    parts = [_part(life, line, place) for line, place in zip(words, LINES, strict=True)]
    digest = agreements.hash_of(agreements.canonical(1, review_on, [part[0] for part in parts]))
    batch.add("agreements.Agreement", agreement, life.file, "agreed", at)
    batch.add("agreements.AgreementRelation", ids(), life.file, agreement, life.relation)
    # Written as proposed: the database lets no line into a confirmed version. `confirm` follows the lines.
    batch.add(
        "agreements.Version",
        version,
        life.file,
        agreement,
        "1",
        "proposed",
        talk,
        life.coordinator,
        review_on.isoformat(),
        digest,
        at,
        at,
        at,
    )
    for position, (agreed, item, promise) in enumerate(parts, 1):
        line = agreed.words
        batch.add(
            "agreements.Line",
            ids(),
            life.file,
            version,
            item,
            line.kind.value,
            agreed.audience,
            str(position),
            line.text,
            line.who.value if line.who else "",
            line.name,
            line.phone,
            promise,
        )
    batch.add(
        "agreements.Confirmation",
        ids(),
        life.file,
        version,
        "municipality",
        "portal",
        life.coordinator,
        NULL,
        at,
    )
    batch.add(
        "agreements.Confirmation",
        ids(),
        life.file,
        version,
        "caregiver",
        "portal",
        NULL,
        life.caregiver,
        at,
    )
    life.log(55, "write", "confirm", "version", version)
    life.work("review", Role.COORDINATOR, version, 120, done=False, mine=True)


def _part(
    life: Life, words: agreements.LineWords, place: tuple[str, str, str, str, str]
) -> tuple[agreements.AgreedLine, str, str]:
    """A line as it is agreed, its item, and its promise when it is a measure."""
    _kind, audience, about, _who, _text = place
    item = life.item(55, "agreement_line", about, audience)
    if words.kind is not agreements.LineKind.MEASURE:
        return agreements.AgreedLine(words, audience), item, NULL
    promise, due_on = _promise(life, item, words.text)
    unit, nurse = life.town.zones[life.zone], life.town.nurses[life.zone]
    return agreements.AgreedLine(words, audience, unit, nurse, due_on), item, promise


def _promise(life: Life, item: str, text: str) -> tuple[str, date]:
    ids, batch, chance = life.town.ids, life.town.batch, life.town.chance
    promise, is_kept, due = ids(), chance.random() < 0.6, chance.randint(1, 40)
    unit, nurse, made = life.town.zones[life.zone], life.town.nurses[life.zone], life.at(55)
    batch.add(
        "promises.Promise",
        promise,
        life.file,
        item,
        text,
        unit,
        nurse,
        life.on(due),
        *(("kept", made, life.at(58)) if is_kept else ("open", made, NULL)),
    )
    for kind, when in (("made", made), ("kept", life.at(58)))[: 1 + is_kept]:
        batch.add(
            "promises.PromiseEvent",
            ids(),
            life.file,
            promise,
            kind,
            "staff",
            nurse,
            when,
            life.on(due),
        )
        life.log(55, "write", f"{kind}_promise", "promise", promise)
    life.work("promise", Role.NURSE, promise, due, done=is_kept, mine=True)
    return promise, date.fromisoformat(life.on(due))
