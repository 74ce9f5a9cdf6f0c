"""Builds a world: municipalities with units and staff, and the files of their caregivers, each in its own scope."""

from __future__ import annotations

import csv
import random
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context

from django.apps import apps
from django.conf import settings
from django.db import connection, connections, transaction

from lagspill.access import identity
from lagspill.access.rules import Role
from lagspill.kernel.actor import system_actor
from lagspill.people.rules import last_name_key, name_key
from lagspill.shell import cast
from lagspill.shell.bulk.copying import NULL, Batch, Ids, array
from lagspill.shell.bulk.lives import Life, Town, live
from lagspill.shell.bulk.words import FIRST_NAMES, LAST_NAMES, RELATIONS
from lagspill.tenancy import operations as tenancy
from lagspill.tenancy.scope import use_actor

#: Caregivers of a zone, and how many of a municipality are written at a time.
ZONE_SIZE, AT_A_TIME = 250, 2_000
LONGEST_STORY = 180  # days
#: Zones that the cast works in; every municipality has them.
_ZONES = ("hjemme-nord", "hjemme-sor", "hjemme-midt")
_FIRST, _LAST = FIRST_NAMES.split(), LAST_NAMES.split()


def is_empty() -> bool:
    """Whether nobody is in the database yet, in any municipality."""
    for number in _numbers():
        with use_actor(system_actor("command.build-world", number)), transaction.atomic():
            if apps.get_model("people.Person").objects.exists():
                return False
    return True


def most_municipalities() -> int:
    """How many municipalities there are to take."""
    return len(_numbers())


def _numbers() -> list[str]:
    """The municipalities in the order in which worlds take them: those of the cast first."""
    with (settings.CONTENT_DIR / "municipalities.csv").open(encoding="utf-8", newline="") as source:
        every = [row["number"] for row in csv.DictReader(source)]
    first = [cast.VEFSN, cast.HOL]
    return first + [number for number in every if number not in first]


def build(
    *, municipalities: int, caregivers: int, now: datetime, seed: int = 1, workers: int = 1
) -> int:
    """Fill an empty database; the number of rows. The same arguments give the same world, however many work at it.

    More than one worker means processes with connections of their own: not inside a transaction that is open.
    """
    tenancy.load_municipalities(settings.CONTENT_DIR / "municipalities.csv")
    numbers = _numbers()[:municipalities]
    usual, more = divmod(caregivers, municipalities)
    shares = [usual + (place < more) for place in range(municipalities)]
    fill = partial(_fill, now=now, seed=seed)
    if workers == 1:
        return sum(map(fill, numbers, shares))
    connections.close_all()
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        return sum(pool.map(fill, numbers, shares))


def _fill(number: str, caregivers: int, *, now: datetime, seed: int) -> int:
    key = f"{seed}/{number}"
    town = Town(
        number,
        now,
        random.Random(key),  # noqa: S311  # invented rows, no secret
        Ids(now - timedelta(days=1), key),
        Batch(),
    )
    rows = 0
    with use_actor(system_actor("command.build-world", number)):
        with transaction.atomic():
            _staff(town, caregivers)
            rows += town.batch.write(number)
        for start in range(0, caregivers, AT_A_TIME):
            with transaction.atomic():
                _files(town, range(start, min(caregivers, start + AT_A_TIME)))
                rows += town.batch.write(number)
                _confirm()
    return rows


def _confirm() -> None:
    """Say yes to what was written as proposed; from here on the database lets nobody change it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE agreements_version SET state = 'confirmed' WHERE state = 'proposed' AND confirmed_at IS NOT NULL"
        )


def _staff(town: Town, caregivers: int) -> None:
    ids, batch = town.ids, town.batch
    municipality = apps.get_model("tenancy.Municipality").objects.get(number=town.number)
    root, home = ids(), ids()
    codes = {municipality.slug: root, "hjemme": home}
    batch.add(
        "tenancy.Unit",
        root,
        municipality.slug,
        f"{municipality.name} kommune",
        "municipality",
        "75000000",
        NULL,
        array(root),
    )
    batch.add(
        "tenancy.Unit",
        home,
        "hjemme",
        "Hjemmetjenesten",
        "unit",
        "75000001",
        root,
        array(root, home),
    )
    for number in range(max(len(_ZONES), caregivers // ZONE_SIZE)):
        zone = ids()
        code = _ZONES[number] if number < len(_ZONES) else f"hjemme-{number}"
        batch.add(
            "tenancy.Unit",
            zone,
            code,
            f"Hjemmetjenesten, {code}",
            "unit",
            "75000002",
            home,
            array(root, home, zone),
        )
        town.zones.append(zone)
        codes[code] = zone
    played = {(c.role, codes[c.unit]): c for c in cast.COLLEAGUES if c.municipality == town.number}

    def hire(role: Role, unit: str) -> str:
        colleague = played.pop((role, unit), None)
        staff, name = ids(), colleague.name if colleague else _name(town.chance)
        batch.add(
            "access.StaffMember",
            staff,
            name,
            "",
            "90000100",
            colleague.persona if colleague else "",
        )
        started = (town.now - timedelta(days=2 * LONGEST_STORY)).isoformat()
        batch.add("access.Membership", ids(), staff, role.value, unit, started)
        return staff

    town.coordinators.append(hire(Role.COORDINATOR, root))
    hire(Role.ADMIN, root)
    hire(Role.UNIT_LEADER, home)
    for zone in town.zones:
        town.coordinators.append(hire(Role.COORDINATOR, zone))
        town.nurses.append(hire(Role.NURSE, zone))
        hire(Role.NURSE, zone)


def _name(chance: random.Random) -> str:
    return f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"


def _files(town: Town, range_: range) -> None:
    recipient, zone, bound = "", 0, []
    for number in range_:
        known = number == 0 and town.number == cast.VEFSN
        if number % 4 != 3 or not recipient:
            zone = 0 if known else town.chance.randrange(len(town.zones))
            recipient = _recipient(town, zone, is_known=known)
        life = _open(town, recipient, zone, is_known=known)
        live(life, 4 if known else town.chance.choices(range(5), (20, 15, 10, 10, 45))[0])
        digits = _citizen("datter").digits if known else f"{town.number}-{number}"
        bound.append((identity.key_hash(digits), life.caregiver))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(bind_identity(ensure_identity(hashed), person))"
            " FROM unnest(%s::text[], %s::uuid[]) AS bound (hashed, person)",
            [[hashed for hashed, _person in bound], [person for _hashed, person in bound]],
        )


def _citizen(persona: str) -> cast.Citizen:
    return next(citizen for citizen in cast.CITIZENS if citizen.persona == persona)


def _person(town: Town, name: str, birth_on: str, *, is_bound: bool, persona: str = "") -> str:
    person = town.ids()
    reach = ("90000001", "hjelper@example.no", "Storgata 1") if is_bound else ("", "", "")
    town.batch.add(
        "people.Person",
        person,
        name,
        name_key(name),
        last_name_key(name),
        birth_on,
        *reach,
        "t" if is_bound else "f",
        persona,
    )
    return person


def _recipient(town: Town, zone: int, *, is_known: bool) -> str:
    started = (town.now - timedelta(days=2 * LONGEST_STORY)).isoformat()
    name = _citizen("bruker").name if is_known else _name(town.chance)
    born = f"19{town.chance.randint(25, 59)}-{town.chance.randint(1, 12):02}-15"
    person = _person(town, name, born, is_bound=False, persona="bruker" if is_known else "")
    town.batch.add("people.Service", town.ids(), person, town.zones[zone], started)
    if town.chance.random() < 8 / ZONE_SIZE or is_known:
        town.batch.add("people.Pin", town.ids(), town.nurses[zone], person, started)
    return person


def _open(town: Town, recipient: str, zone: int, *, is_known: bool) -> Life:
    ids, batch = town.ids, town.batch
    name = _citizen("datter").name if is_known else _name(town.chance)
    born = (
        _citizen("datter").birth_on.isoformat()
        if is_known
        else f"19{town.chance.randint(45, 99)}-03-09"
    )
    caregiver = _person(town, name, born, is_bound=True, persona="datter" if is_known else "")
    began = town.now - timedelta(days=town.chance.randint(70, LONGEST_STORY))
    life = Life(town, ids(), caregiver, name, ids(), zone, began)
    at = life.at(0)
    batch.add(
        "people.File",
        life.file,
        caregiver,
        town.zones[zone],
        "90000001",
        "hjelper@example.no",
        "Storgata 1",
        at,
    )
    batch.add("people.FileParty", ids(), life.file, caregiver, "caregiver", at)
    batch.add("people.FileParty", ids(), life.file, recipient, "care_recipient", at)
    for staff, role in (
        (town.coordinators[0], "coordinator"),
        (life.coordinator, "coordinator"),
        (town.nurses[zone], "contact_person"),
    ):
        batch.add("people.FileStaff", ids(), life.file, staff, role, at)
    item = life.item(0, "relation", "caregiver", "shared")
    code = "adult_child" if is_known else town.chance.choice(RELATIONS)
    batch.add(
        "people.Relation",
        life.relation,
        life.file,
        item,
        recipient,
        code,
        "followed_up",
        at,
        at,
        at,
    )
    life.log(0, "write", "register_caregiver", "relation", life.relation)
    return life
