"""A municipality with life in it, for the tour of all pages and the runs of all forms: the cast's lives, and a few more.

Built through operations by the demo's own steps. Whom a page is opened as, and with which id, is asked of `Life`.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.apps import apps

from lagspill.access.models import BreakGlass, StaffMember
from lagspill.agreements import demo as agreements
from lagspill.agreements.models import Line, Version
from lagspill.agreements.rules import LineKind, Who
from lagspill.assessments import demo as check_ins
from lagspill.assessments import operations as assessments
from lagspill.assessments.models import Answer, CheckInRequest
from lagspill.children.models import ChildTrack
from lagspill.conversations import demo as talks
from lagspill.conversations.demo import Said
from lagspill.conversations.models import Invitation, Statement, Talk
from lagspill.conversations.rules import Channel, Form
from lagspill.dispatch import rules as dispatch
from lagspill.followup.models import WorkItem
from lagspill.kernel.actor import VISITOR, Actor, Kind, system_actor
from lagspill.kernel.national_id import make_synthetic
from lagspill.people.models import (
    File,
    LogQuestion,
    Person,
    Relation,
    SharingConsent,
    Suspected,
)
from lagspill.people.rules import About, Audience, Reach
from lagspill.people.rules import Channel as ReachBy
from lagspill.promises.models import Promise
from lagspill.shell import people_of_demo
from lagspill.shell.cast import CITIZENS, COLLEAGUES, GOL, VEFSN
from lagspill.shell.demo import cast_lives, lives, places
from lagspill.shell.demo.lives import Caregiver, task
from lagspill.shell.demo.places import Town
from lagspill.tenancy.data import Data
from lagspill.tenancy.models import Municipality, TenantModel
from lagspill.tenancy.scope import use_actor

#: Caregivers besides the cast, who stand where the cast does not: name and day of birth, in the order of their numbers.
MORE = (
    ("Tora Lund", date(1961, 4, 2)),  # a talk is planned, prepared for, and she wants to be rung
    ("Jon Vik", date(1958, 9, 9)),  # an agreement is proposed
    ("Ingrid Aas", date(1966, 2, 3)),  # an agreement is being written from a talk
    ("Wenche Moen", date(1972, 7, 7)),  # has talked; nothing is written yet; is asked how it goes
    ("Gudrun Tveit", date(1940, 1, 5)),  # an invitation by letter
)


@dataclass(frozen=True)
class Life:
    """Who may open pages, by a word; the ids of what they open, by `kind.name`; and all words that people have written."""

    now: datetime
    actors: dict[str, Actor]
    ids: dict[str, uuid.UUID]
    written: frozenset[str]

    def id(self, key: str) -> str:
        """An id as it stands in an address."""
        return str(self.ids[key])


def build_life(now: datetime) -> Life:
    """Build it as it stands at `now`; the caller holds the transaction."""
    for number, name in ((VEFSN, "Vefsn"), (GOL, "Gol")):
        Municipality.objects.create(
            number=number, name=name, slug=name.lower(), county_number="18", county="Nordland"
        )
    towns = {number: places.build_town(number, now) for number in (VEFSN, GOL)}
    cast_lives.build(towns, now)
    town = towns[VEFSN]
    more = _register(town, now)
    _plan(town, now, more["Tora Lund"])
    _propose(town, now, more["Jon Vik"])
    _draft(town, now, more["Ingrid Aas"])
    _ask(town, now, more["Wenche Moen"])
    with use_actor(town.staff["Kari Moe"]) as kari:
        talks.invite(
            actor=kari,
            now=now - timedelta(days=1),
            file_id=more["Gudrun Tveit"].file_id,
            channel=Channel.LETTER,
        )
    for number in towns:
        with use_actor(system_actor("worker.sweep", number)) as system:
            for sweep in dispatch.sweeps().values():
                sweep(system, now)
    actors = _actors(town, more)
    with use_actor(town.system):
        ids = _ids()
    written: set[str] = set()
    for town in towns.values():
        with use_actor(town.system):
            written |= _written()
    written |= {someone.name for someone in (*COLLEAGUES, *CITIZENS)}
    return Life(now, actors, ids, frozenset(written))


def _actors(town: Town, more: dict[str, Caregiver]) -> dict[str, Actor]:
    """Staff and the five more by first name, the cast's citizens by their persona, and nobody as `visitor`."""
    actors = {"visitor": VISITOR}
    for name, actor in town.staff.items():
        actors[name.partition(" ")[0].lower()] = actor
    for citizen in CITIZENS:
        actors[citizen.persona] = Actor(Kind.CITIZEN, people_of_demo.identity_of(citizen))
    for name, caregiver in more.items():
        if caregiver.citizen:
            actors[name.partition(" ")[0].lower()] = caregiver.citizen
    return actors


def _register(town: Town, now: datetime) -> dict[str, Caregiver]:
    """The five more, each around a care recipient of their own."""
    made = {}
    for serial, (name, birth_on) in enumerate(MORE, start=20):
        recipient = lives.add_care_recipient(
            town,
            now - timedelta(days=300),
            name=f"Odd {name.partition(' ')[2]}",
            unit="hjemme-nord",
            birth_on=date(1938, 6, 1),
        )
        by_letter = name == "Gudrun Tveit"
        made[name] = lives.add_caregiver(
            town,
            now - timedelta(days=60),
            name=name,
            care_recipient_id=recipient,
            code="spouse_partner",
            unit="hjemme-nord",
            reach=Reach(ReachBy.LETTER, address="Storgata 1, 8656 Mosjøen")
            if by_letter
            else lives.reach(serial),
            birth_on=birth_on,
            digits="" if by_letter else make_synthetic(birth_on, serial).digits,
        )
    return made


def _citizen(caregiver: Caregiver) -> Actor:
    if caregiver.citizen is None:
        raise ValueError("only Gudrun has no id")
    return caregiver.citizen


def _talk(town: Town, caregiver: Caregiver, now: datetime, days_ago: int) -> uuid.UUID:
    """Invited and answered in the portal, so many days ago."""
    return lives.talk_agreed_on(
        town.staff["Kari Moe"],
        _citizen(caregiver),
        caregiver.file_id,
        sent_at=now - timedelta(days=days_ago),
        answered_at=now - timedelta(days=days_ago - 1),
        form=Form.HOME,
    )


def _plan(town: Town, now: datetime, tora: Caregiver) -> None:
    talk_id = _talk(town, tora, now, 5)
    with use_actor(_citizen(tora)) as citizen:
        talks.prepare(
            actor=citizen,
            now=now - timedelta(days=2),
            talk_id=talk_id,
            words={"T01": "Ro om kvelden.", "T03": "Nettene er verst."},
            shared=("T03",),
            important=("T01",),
        )
        check_ins.answer_over_time(
            actor=citizen,
            now=now,
            file_id=tora.file_id,
            given=[(40, [1, 2, 1, 0, 2]), (1, [3, 3, 2, 3, 3])],
            wants_call=True,
        )


SAID = (
    Said("T01", "Å få sove en hel natt iblant.", Audience.TALK, About.CAREGIVER),
    Said("T04", "Handler og lager middag.", Audience.SHARED, About.CARE_RECIPIENT),
    Said("T07", "Ring helst om ettermiddagen.", Audience.SERVICE, About.CAREGIVER),
)
LINES = (
    task("Handler og lager middag", Who.CAREGIVER, "mandag til fredag"),
    task("Følge til lege", Who.SHARED),
    agreements.line(LineKind.WILL_NOT, "Løfter ikke."),
    agreements.line(LineKind.CONTACT, "Når noe endrer seg", name="Silje Aune", phone="00000142"),
)


def _held(town: Town, now: datetime, caregiver: Caregiver) -> uuid.UUID:
    talk_id = _talk(town, caregiver, now, 20)
    with use_actor(town.staff["Kari Moe"]) as kari:
        talks.talk(actor=kari, now=now - timedelta(days=8), talk_id=talk_id, said=SAID)
    return talk_id


def _propose(town: Town, now: datetime, jon: Caregiver) -> None:
    drafted_at = now - timedelta(days=4)
    lives.agreed(
        town.staff["Kari Moe"],
        jon.file_id,
        _held(town, now, jon),
        [*LINES, _measure(town, drafted_at)],
        caregiver=_citizen(jon),
        drafted_at=drafted_at,
        proposed_at=now - timedelta(days=2),
    )


def _draft(town: Town, now: datetime, ingrid: Caregiver) -> None:
    lives.agreed(
        town.staff["Kari Moe"],
        ingrid.file_id,
        _held(town, now, ingrid),
        [*LINES, _measure(town, now)],
        caregiver=_citizen(ingrid),
        drafted_at=now - timedelta(days=1),
    )


def _measure(town: Town, now: datetime) -> agreements.NewLine:
    tone = town.staff["Tone Sæther"]
    return lives.measure(
        town, now, "Ringe tilbake om dagsenter", days=10, unit="hjemme-nord", owner=tone
    )


def _ask(town: Town, now: datetime, wenche: Caregiver) -> None:
    _held(town, now, wenche)
    with use_actor(town.staff["Kari Moe"]) as kari:
        assessments.ask_check_in(actor=kari, now=now - timedelta(days=1), file_id=wenche.file_id)


def _ids() -> dict[str, uuid.UUID]:
    """Files and persons by first name; what hangs on a file by the first name of the caregiver."""
    ids: dict[str, uuid.UUID] = {}
    for person in Person.objects.all():
        ids[f"person.{_short(person.name)}"] = person.id
    names = {
        file.id: _short(file.caregiver.name) for file in File.objects.select_related("caregiver")
    }
    ids |= {f"file.{name}": file_id for file_id, name in names.items()}
    # Later rows win: of several, the newest is meant.
    for kind, model in (
        ("invitation", Invitation),
        ("talk", Talk),
        ("version", Version),
        ("answer", Answer),
    ):
        for row in model.objects.order_by("id"):
            ids[f"{kind}.{names[row.file_id]}"] = row.id
    for consent in SharingConsent.objects.filter(to_person=None).order_by("id"):
        ids["consent.arne"] = consent.id
    for line in Line.objects.order_by("id"):
        ids[f"line.{names[line.file_id]}.{line.kind}"] = line.id
    for statement in Statement.objects.filter(draft_of=None).order_by("id"):
        ids[f"item.{names[statement.file_id]}.{statement.topic}"] = statement.item_id
    for request in CheckInRequest.objects.filter(kind="call"):
        ids[f"call.{names[request.file_id]}"] = request.id
    for promise in Promise.objects.all():
        ids[f"promise.{names[promise.file_id]}.{promise.text.partition(' ')[0].lower()}"] = (
            promise.id
        )
    for relation in Relation.objects.order_by("id"):
        ids[f"relation.{names[relation.file_id]}"] = relation.id
    for name in Suspected.objects.all():
        ids[f"suspected.{_short(name.name)}"] = name.id
    for member in StaffMember.objects.order_by("id"):
        ids[f"staff.{_short(member.name)}"] = member.id
    for opening in BreakGlass.objects.filter(reviewed_at=None):
        ids[f"opening.{_first_name(opening.person_id)}"] = opening.id
    for question in LogQuestion.objects.select_related("person"):
        ids[f"question.{_short(question.person.name)}"] = question.id
        ids[f"entry.{_short(question.person.name)}"] = question.entry_id
    for track in ChildTrack.objects.all():
        ids[f"track.{_short(track.child_name)}"] = track.id
    for work in WorkItem.objects.filter(closed_at=None, file_id__isnull=False):
        ids[f"work.{names[work.file_id]}.{work.kind}"] = work.id
    return ids


def _written() -> set[str]:
    """Every name, title and sentence of the municipality in scope: what no language changes."""
    words = {"Vefsn", "Gol", "Hol"}
    for model in apps.get_models():
        if not issubclass(model, TenantModel):
            continue
        kinds = (Data.WORK, Data.PERSONAL, Data.SENSITIVE)
        for field in " ".join(model.data.get(kind, "") for kind in kinds).split():
            for value in model.objects.values_list(field, flat=True):
                words |= set(value.splitlines()) if isinstance(value, str) else set()
    return words - {""}


def _first_name(person_id: uuid.UUID) -> str:
    return _short(Person.objects.get(id=person_id).name)


def _short(name: str) -> str:
    return name.partition(" ")[0].lower()
