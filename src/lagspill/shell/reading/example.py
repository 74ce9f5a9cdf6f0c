"""One family, its file and everybody around it, in a municipality that does not exist. Built through operations."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from lagspill.access import identity
from lagspill.access import operations as access
from lagspill.access import queries as access_queries
from lagspill.access.rules import Role, Why
from lagspill.agreements import demo as agreements
from lagspill.agreements.rules import LineKind, Who
from lagspill.assessments import demo as check_ins
from lagspill.assessments import operations as assessments
from lagspill.children import operations as children
from lagspill.conversations import demo as talks
from lagspill.conversations.demo import Said
from lagspill.kernel.actor import Actor, Kind, Opening
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.national_id import make_synthetic
from lagspill.people import operations as people
from lagspill.people import policy as people_policy
from lagspill.people import queries as people_queries
from lagspill.people.operations import NewConsent, NewRepresentation
from lagspill.people.rules import About, ActsBy, Audience, Channel, Reach, Scope, SuspectedFrom
from lagspill.promises import operations as promises
from lagspill.promises import queries as promise_queries
from lagspill.shell.demo import lives
from lagspill.shell.demo.lives import Caregiver
from lagspill.shell.demo.places import Town
from lagspill.tenancy import operations as tenancy
from lagspill.tenancy.models import Municipality
from lagspill.tenancy.scope import use_actor

HERE, ELSEWHERE = "9990", "9991"
DAY = timedelta(days=1)
UNITS = (("all", ""), ("home", "all"), ("north", "home"), ("south", "home"))
#: Staff by a word, with their role and unit.
STAFF = (
    ("coordinator", Role.COORDINATOR, "all"),
    ("lead", Role.NURSE, "south"),
    ("serving", Role.NURSE, "north"),
    ("kin", Role.NURSE, "north"),
    ("former", Role.NURSE, "north"),
    ("elsewhere", Role.NURSE, "south"),
    ("opening", Role.NURSE, "south"),
    ("contact", Role.CAREGIVER_CONTACT, "all"),
    ("child_responsible", Role.CHILD_RESPONSIBLE, "all"),
    ("leader", Role.UNIT_LEADER, "north"),
    ("director", Role.DIRECTOR, "all"),
    ("admin", Role.ADMIN, "all"),
    ("privacy", Role.PRIVACY_OFFICER, "all"),
    ("allocation", Role.ALLOCATION, "all"),
    ("network", Role.NETWORK_LEAD, "all"),
)
#: Caregivers of the same person, and how each is related.
CAREGIVERS = (("caregiver", "adult_child"), ("family", "spouse_partner"), ("other", "sibling"))
SAID = (
    Said("T12", "Sover lite.", Audience.TALK, About.CAREGIVER),
    Said("T07", "Ring etter klokka fire.", Audience.SERVICE, About.CAREGIVER),
    Said("T04", "Handler hver uke.", Audience.SHARED, About.CARE_RECIPIENT),
)


@dataclass
class Example:
    """Everybody by a word, and what the table asks about."""

    now: datetime
    town: Town
    actors: dict[str, Actor]
    recipient_id: uuid.UUID
    caregivers: dict[str, Caregiver]

    @property
    def file_id(self) -> uuid.UUID:
        """The file everything is in."""
        return self.caregivers["caregiver"].file_id


def build(now: datetime) -> Example:
    """Build it as it stands at `now`; the caller takes it back."""
    for number in (HERE, ELSEWHERE):
        Municipality.objects.create(
            number=number, name=number, slug=number, county_number="99", county="-"
        )
    town, elsewhere = _town(HERE, now), _town(ELSEWHERE, now)
    started = now - 60 * DAY
    recipient_id = lives.add_care_recipient(
        town, started, name="Bruker", unit="north", birth_on=date(1945, 11, 2), digits=_digits(1945)
    )
    caregivers = {
        word: lives.add_caregiver(
            town,
            started,
            name=word,
            care_recipient_id=recipient_id,
            code=code,
            unit="north",
            reach=Reach(Channel.PHONE, "00010001", "en@example.no", "Storgata 1"),
            birth_on=date(1970 + at, 11, 2),
            digits=_digits(1970 + at),
        )
        for at, (word, code) in enumerate(CAREGIVERS)
    }
    example = Example(now, town, dict(town.staff), recipient_id, caregivers)
    _citizens(example)
    _as_staff(example, elsewhere)
    _talk_and_agree(example)
    _more(example)
    return example


def _digits(year: int) -> str:
    return make_synthetic(date(year, 11, 2), 9).digits


def _town(number: str, now: datetime) -> Town:
    town = Town(number, {}, {})
    with use_actor(town.system) as system:
        for code, above in UNITS:
            town.units[code] = tenancy.create_unit(
                code=code, name=code, phone="00000000", parent=town.units.get(above)
            )
        for word, role, unit in STAFF:
            member = access.add_staff_member(actor=system, now=now, name=word, phone="00000000")
            access.grant_membership(
                actor=system,
                now=now,
                staff=member,
                role=role,
                unit=town.units[unit],
                starts_at=now - 365 * DAY,
                ends_at=now - DAY if word == "former" else None,
            )
            town.staff[word] = access_queries.get_staff_actor(member.id, number)
    return town


def _citizens(example: Example) -> None:
    held = {word: one.citizen for word, one in example.caregivers.items() if one.citizen}
    holder = identity.ensure_identity(identity.key_hash(_digits(1945)))
    recipient = Actor(Kind.CITIZEN, holder, HERE, example.recipient_id)
    with use_actor(example.town.system) as system:
        for word in ("guardian", "stranger"):
            person = people.add_person(
                actor=system,
                now=example.now,
                name=word,
                birth_on=date(1960, 11, 2),
                digits=_digits(1960) if word == "guardian" else "",
            )
            held[word] = Actor(Kind.CITIZEN, uuid.uuid4(), HERE, person.id)
    example.actors |= {**held, "recipient": recipient, "visitor": Actor(Kind.VISITOR, None, HERE)}


def _as_staff(example: Example, elsewhere: Town) -> None:
    """The lead stands in the file's staff; one nurse is kin, one has opened the card in an emergency."""
    now, staff = example.now, example.actors
    example.actors["far"] = elsewhere.staff["coordinator"]
    staff["kin"] = replace(staff["kin"], kin_ids=frozenset({example.recipient_id}))
    with use_actor(example.town.system) as system:
        for word, role in (
            ("lead", "lead"),
            ("former", "contact_person"),
            ("kin", "contact_person"),
        ):
            people.add_file_staff(
                actor=system,
                now=now - 50 * DAY,
                file=people_queries.get_file_row(system, example.file_id, now),
                staff_id=_id(staff[word]),
                role=role,
            )
    with use_actor(staff["opening"]) as nurse:
        opened = access.open_card(
            actor=nurse,
            now=now,
            person_id=example.recipient_id,
            why=next(iter(Why)),
            reason="Eksempel",
            hours=1,
        )
    staff["opening"] = replace(
        nurse, openings=(Opening(opened.person_id, opened.starts_at, opened.ends_at),)
    )


def _id(actor: Actor) -> uuid.UUID:
    if actor.id is None:
        raise ValueError("everybody here has an id but the visitor")
    return actor.id


def _talk_and_agree(example: Example) -> None:
    """Invited, prepared, talked, agreed, promised and not followed; the serving nurse keeps the promise."""
    now, staff, file_id = example.now, example.actors["lead"], example.file_id
    citizen = example.actors["caregiver"]
    talk_id = lives.talk_agreed_on(
        staff, citizen, file_id, sent_at=now - 30 * DAY, answered_at=now - 29 * DAY
    )
    with use_actor(citizen):
        talks.prepare(
            actor=citizen,
            now=now - 25 * DAY,
            talk_id=talk_id,
            words={"T01": "Til meg selv.", "T12": "Delt før samtalen."},
            shared=("T12",),
        )
    with use_actor(staff):
        talks.talk(actor=staff, now=now - 20 * DAY, talk_id=talk_id, said=SAID)
    lines = (
        agreements.line(LineKind.TASK, "Handler", who=Who.CAREGIVER),
        agreements.line(LineKind.WILL_NOT, "Løfter ikke."),
        agreements.line(
            LineKind.MEASURE,
            "Ringer",
            audience=Audience.TALK,
            unit_id=example.town.units["north"].id,
            owner_staff_id=example.actors["serving"].id,
            due_on=oslo_today(now) - DAY,
        ),
    )
    agreements.build_agreement(
        lead=staff, file_id=file_id, now=now - 10 * DAY, lines=lines, caregiver=citizen
    )
    with use_actor(citizen):
        held = promise_queries.list_promises(citizen, file_id, now)[0]
        promises.report_not_followed(
            actor=citizen, now=now, promise_id=held.id, words="Ingen ringte."
        )
        check_ins.answer_over_time(
            actor=citizen, now=now, file_id=file_id, given=[(9, [1, 2, 1, 0, 2])], wants_call=True
        )
    with use_actor(staff):
        assessments.ask_check_in(actor=staff, now=now, file_id=file_id)
        agreements.build_draft(lead=staff, file_id=file_id, now=now, lines=lines[:1])


def _more(example: Example) -> None:
    """A draft nobody has placed, a reader in the family, a consent, a guardian, a relation nobody has agreed to, a child."""
    now, town, staff = example.now, example.town, example.actors
    with use_actor(staff["lead"]) as lead:
        people.write_item(
            actor=lead,
            now=now,
            file=people_queries.get_file_row(lead, example.file_id, now),
            kind="statement",
            about=About.CAREGIVER,
        )
    with use_actor(staff["recipient"]) as recipient:
        parties = people_queries.get_parties(recipient, example.recipient_id, now)
        relations = {one.person_id: one.relation_id for one in parties.close}
    for word in ("caregiver", "family"):
        with use_actor(staff[word]) as citizen:
            people.set_family_visibility(
                actor=citizen,
                now=now,
                relation_id=relations[example.caregivers[word].person_id],
                is_yes=True,
            )
    with use_actor(town.system) as system:
        told = people_policy.visible_items(system, now).filter(
            file_id=example.file_id, kind="statement", audience="talk"
        )
        item_id = told.values_list("id", flat=True)[0]
    with use_actor(staff["caregiver"]) as citizen:
        people.set_family_readers(
            actor=citizen,
            now=now,
            item_id=item_id,
            person_ids=[example.caregivers["family"].person_id],
        )
    with use_actor(staff["recipient"]) as recipient:
        people.give_consent(
            actor=recipient,
            now=now,
            new=NewConsent(
                example.recipient_id,
                example.caregivers["caregiver"].person_id,
                ("everyday",),
                "daily_help",
                None,
                "portal",
            ),
        )
    with use_actor(staff["coordinator"]) as coordinator:
        people.add_representation(
            actor=coordinator,
            now=now - 5 * DAY,
            new=NewRepresentation(
                example.recipient_id,
                ActsBy.GUARDIAN,
                frozenset({Scope.PERSONAL, Scope.HEALTH}),
                "Eksempel",
                oslo_today(now - 5 * DAY),
                name="guardian",
                digits=_digits(1960),
            ),
        )
    lives.add_caregiver(
        town,
        now - 3 * DAY,
        name="hidden",
        care_recipient_id=example.recipient_id,
        code="friend",
        unit="north",
        reach=Reach(Channel.PHONE, "00010002"),
        birth_on=date(1980, 1, 1),
        is_known=False,
    )
    with use_actor(staff["serving"]) as nurse:
        children.pass_on_child(
            actor=nurse,
            now=now,
            person_id=example.recipient_id,
            child=children.Child("Barn", oslo_today(now).year - 9),
        )
        people.note_suspected(
            actor=nurse,
            now=now,
            care_recipient_id=example.recipient_id,
            name="Nabo",
            code="neighbour",
            source=next(iter(SuspectedFrom)),
        )
    with use_actor(staff["caregiver"]) as citizen:
        line = people_queries.get_own_log(citizen, now).days[0].lines[0]
        people.ask_about_log(actor=citizen, now=now, entry_id=line.id, words="Hvem var det?")
