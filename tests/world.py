"""The small world of the tests: two municipalities, a handful of staff, one caregiver with two relations.

Built through operations, as everything else is.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lagspill.access import identity
from lagspill.access import operations as access
from lagspill.access import queries as access_queries
from lagspill.access.models import StaffMember
from lagspill.access.rules import Role
from lagspill.kernel.actor import Actor, Kind, system_actor
from lagspill.kernel.national_id import make_synthetic
from lagspill.people import operations as people
from lagspill.people.models import File, Person, Relation
from lagspill.people.rules import Channel, Reach
from lagspill.shell import cast
from lagspill.tenancy import operations as tenancy
from lagspill.tenancy.models import Municipality, Unit
from lagspill.tenancy.scope import use_actor

VEFSN, HOL = cast.VEFSN, cast.HOL


@dataclass
class World:
    """Ids and actors. Enter an actor's scope with `use_actor(world.nurse)` before asking anything."""

    now: datetime
    root: Unit
    home_care: Unit  # under root
    north: Unit  # under home_care: serves the care recipient
    south: Unit  # under home_care: does not
    coordinator: Actor  # of the whole municipality: the file's staff
    nurse: Actor  # north
    other_nurse: Actor  # south
    leader: Actor  # unit leader of home_care
    admin: Actor
    stranger: Actor  # coordinator in Hol
    caregiver: Actor  # daughter, signed in
    care_recipient: Actor  # signed in; knows nothing of the relation until the caregiver agrees
    unknown_citizen: Actor  # signed in, known nowhere
    system: Actor
    file: File  # of the caregiver, unit north
    relation: Relation
    caregiver_person: Person
    care_recipient_person: Person
    hol_file: File  # of somebody in Hol


def add_colleague(
    *, name: str, role: Role, unit: Unit, now: datetime, persona: str = "", phone: str = "90000100"
) -> Actor:
    """An employee with one role since a year ago; the scope in force must be the municipality's."""
    system = system_actor("test.world", unit.municipality_id)
    staff: StaffMember = access.add_staff_member(
        actor=system, now=now, name=name, phone=phone, persona=persona
    )
    started = now - timedelta(days=365)
    access.grant_membership(
        actor=system, now=now, staff=staff, role=role, unit=unit, starts_at=started
    )
    return access_queries.get_staff_actor(staff.id, unit.municipality_id)


def add_caregiver(
    *,
    name: str,
    care_recipient: Person,
    unit: Unit,
    now: datetime,
    code: str = "adult_child",
    email: str = "anne@example.no",
    serial: int | None = None,
    birth_on: date = date(1974, 6, 21),
) -> tuple[File, Relation, Person]:
    """A caregiver with a file and one relation, bound to a synthetic id when `serial` is given."""
    system = system_actor("test.world", unit.municipality_id)
    digits = make_synthetic(birth_on, serial).digits if serial is not None else ""
    person = people.add_person(actor=system, now=now, name=name, birth_on=birth_on, digits=digits)
    made = people.register_caregiver(
        actor=system,
        now=now,
        caregiver=person,
        care_recipient=care_recipient,
        code=code,
        unit_id=unit.id,
        reach=Reach(Channel.PHONE, phone="90000001", email=email, address="Gata 1, 8656 Mosjøen"),
    )
    file = File.objects.get(id=made.file_id)
    return file, Relation.objects.get(id=made.relation_id), person


def citizen(person: Person, serial: int) -> Actor:
    """The citizen actor of a bound person in the municipality in scope."""
    assert person.birth_on is not None
    hashed = identity.key_hash(make_synthetic(person.birth_on, serial).digits)
    return Actor(Kind.CITIZEN, identity.ensure_identity(hashed), person.municipality_id, person.id)


def build_world(now: datetime) -> World:
    """Build the small world as it stands at `now`."""
    for number, name in ((VEFSN, "Vefsn"), (HOL, "Hol")):
        Municipality.objects.update_or_create(
            number=number,
            defaults={
                "name": name,
                "slug": name.lower(),
                "county_number": "18",
                "county": "Nordland",
            },
        )
    hol_system = system_actor("test.world", HOL)
    with use_actor(hol_system):
        hol_root = tenancy.create_unit(code="hol", name="Hol kommune")
        stranger = add_colleague(
            name="Ingunn Bakke",
            role=Role.COORDINATOR,
            unit=hol_root,
            now=now,
            persona="koordinator-hol",
        )
        hol_recipient = people.add_person(actor=hol_system, now=now, name="Gunnar Li")
        hol_file, _, _ = add_caregiver(
            name="Eva Li", care_recipient=hol_recipient, unit=hol_root, now=now
        )
    system = system_actor("test.world", VEFSN)
    with use_actor(system):
        root = tenancy.create_unit(code="vefsn", name="Vefsn kommune", phone="75000000")
        home_care = tenancy.create_unit(code="hjemme", name="Hjemmetjenesten", parent=root)
        north = tenancy.create_unit(
            code="hjemme-nord",
            name="Hjemmetjenesten, sone nord",
            parent=home_care,
            phone="75000001",
        )
        south = tenancy.create_unit(
            code="hjemme-sor", name="Hjemmetjenesten, sone sør", parent=home_care
        )

        def colleague(persona: str, name: str, role: Role, unit: Unit) -> Actor:
            return add_colleague(name=name, role=role, unit=unit, now=now, persona=persona)

        coordinator = colleague("koordinator", "Kari Moe", Role.COORDINATOR, root)
        nurse = colleague("sykepleier", "Tone Sæther", Role.NURSE, north)
        other_nurse = colleague("sykepleier-annen", "Jonas Lie", Role.NURSE, south)
        leader = colleague("leder", "Nina Dahl", Role.UNIT_LEADER, home_care)
        admin = colleague("admin", "Per Strand", Role.ADMIN, root)
        recipient = people.add_person(
            actor=system,
            now=now,
            name="Arne Haugen",
            birth_on=date(1945, 11, 2),
            digits=make_synthetic(date(1945, 11, 2), 0).digits,
        )
        people.start_service(actor=system, now=now, person=recipient, unit_id=north.id)
        file, relation, person = add_caregiver(
            name="Anne Haugen", care_recipient=recipient, unit=north, now=now, serial=0
        )
        caregiver, care_recipient = citizen(person, 0), citizen(recipient, 0)
    unknown = identity.ensure_identity(identity.key_hash(make_synthetic(date(1990, 5, 5)).digits))
    return World(
        now=now,
        root=root,
        home_care=home_care,
        north=north,
        south=south,
        coordinator=coordinator,
        nurse=nurse,
        other_nurse=other_nurse,
        leader=leader,
        admin=admin,
        stranger=stranger,
        caregiver=caregiver,
        care_recipient=care_recipient,
        unknown_citizen=Actor(Kind.CITIZEN, uuid.UUID(str(unknown))),
        system=system,
        file=file,
        relation=relation,
        caregiver_person=person,
        care_recipient_person=recipient,
        hol_file=hol_file,
    )
