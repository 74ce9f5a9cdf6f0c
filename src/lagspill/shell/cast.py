"""The cast: the fictional people that the demo, the tests and the benchmarks know by name. Ids are synthetic.

A persona stands here when the pages it needs exist; `docs` and other programs rely on the codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lagspill.access.rules import Role
from lagspill.kernel import clock
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.national_id import make_synthetic

VEFSN, HOL, GOL = "1824", "3330", "3324"


@dataclass(frozen=True)
class Colleague:
    """A member of staff: the role they hold in a unit (by code) of a municipality. `about` is what `/demo/` says of them."""

    persona: str
    name: str
    municipality: str
    role: Role
    unit: str
    phone: str
    about: Promise


@dataclass(frozen=True)
class Citizen:
    """A citizen who signs in with an own (synthetic) national id."""

    persona: str
    name: str
    birth_on: date
    serial: int
    about: Promise

    @property
    def digits(self) -> str:
        """The synthetic national id, month + 80."""
        return make_synthetic(self.birth_on, self.serial).digits


COLLEAGUES = (
    Colleague(
        "koordinator",
        "Kari Moe",
        VEFSN,
        Role.COORDINATOR,
        "vefsn",
        "00000101",
        _("Pårørendekoordinator i Vefsn"),
    ),
    Colleague(
        "sykepleier",
        "Tone Sæther",
        VEFSN,
        Role.NURSE,
        "hjemme-nord",
        "00000102",
        _("Sykepleier i hjemmetjenesten, sone nord"),
    ),
    Colleague(
        "sykepleier-datter",
        "Frida Moen",
        VEFSN,
        Role.NURSE,
        "hjemme-midt",
        "00000108",
        _("Sykepleier i sone midt, og datter av en som får hjelp der"),
    ),
    Colleague(
        "sykepleier-annen",
        "Jonas Lie",
        VEFSN,
        Role.NURSE,
        "hjemme-sor",
        "00000103",
        _("Sykepleier i hjemmetjenesten, sone sør"),
    ),
    Colleague(
        "leder",
        "Nina Dahl",
        VEFSN,
        Role.UNIT_LEADER,
        "hjemme",
        "00000104",
        _("Leder for hjemmetjenesten i Vefsn"),
    ),
    Colleague(
        "admin", "Per Strand", VEFSN, Role.ADMIN, "vefsn", "00000105", _("Administrator i Vefsn")
    ),
    Colleague(
        "barneansvarlig",
        "Liv Aas",
        VEFSN,
        Role.CHILD_RESPONSIBLE,
        "vefsn",
        "00000106",
        _("Barneansvarlig i Vefsn"),
    ),
    Colleague(
        "personvern",
        "Eli Rognan",
        VEFSN,
        Role.PRIVACY_OFFICER,
        "vefsn",
        "00000107",
        _("Personvernombud i Vefsn"),
    ),
    Colleague(
        "koordinator-hol",
        "Ingunn Bakke",
        HOL,
        Role.COORDINATOR,
        "hol",
        "00000201",
        _("Pårørendekoordinator i Hol"),
    ),
)
CITIZENS = (
    Citizen("ektefelle", "Berit Haugen", date(1948, 3, 9), 0, _("Gift med Arne, 78 år")),
    Citizen(
        "datter",
        "Anne Haugen",
        date(1974, 6, 21),
        0,
        _("Datter av Arne i Vefsn og av en annen i Gol"),
    ),
    Citizen("bruker", "Arne Haugen", date(1945, 11, 2), 0, _("Har hjelp hjemme, av Berit og Anne")),
    Citizen(
        "verge",
        "Marit Nilsen",
        date(1968, 9, 12),
        0,
        _("Verge for broren Karl, og pårørende"),
    ),
    Citizen(
        "frida",
        "Frida Moen",
        date(1985, 8, 14),
        0,
        _("Den samme Frida privat: datter av Kjell, 79 år"),
    ),
    Citizen(
        "ung",
        "Emma Vik",
        # Always 17 but for two weeks of January: a demo that stands over New Year is built anew.
        date(oslo_today(clock.now()).year - 17, 1, 15),
        0,
        _("17 år, moren hennes er syk"),
    ),
    Citizen(
        "importert",
        "Siri Eira",
        date(1969, 1, 17),
        0,
        _("Kom inn fra en fil, pårørende i Vefsn"),
    ),
    Citizen("ukjent", "Ola Vik", date(1990, 5, 5), 0, _("Har ingen relasjon noe sted")),
)


def citizen_named(persona: str) -> Citizen:
    """One of the citizens of the cast, by code."""
    return next(citizen for citizen in CITIZENS if citizen.persona == persona)
