"""Municipalities, units and staff of the demo world."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from lagspill.access import operations as access
from lagspill.access import queries as access_queries
from lagspill.access.rules import Role
from lagspill.kernel.actor import Actor, system_actor
from lagspill.shell.cast import COLLEAGUES, GOL, HOL, VEFSN
from lagspill.tenancy import operations as tenancy
from lagspill.tenancy.models import Unit
from lagspill.tenancy.scope import use_actor

#: Code, name, code of the unit above, telephone. No real unit, no real number.
UNITS = {
    VEFSN: (
        ("vefsn", "Vefsn kommune", "", "00000100"),
        ("hjemme", "Hjemmetjenesten", "vefsn", "00000110"),
        ("hjemme-nord", "Hjemmetjenesten, sone nord", "hjemme", "00000111"),
        ("hjemme-sor", "Hjemmetjenesten, sone sør", "hjemme", "00000112"),
        ("hjemme-midt", "Hjemmetjenesten, sone midt", "hjemme", "00000113"),
        ("sykehjem", "Sykehjemmet", "vefsn", "00000120"),
        ("hukommelse", "Hukommelsesteamet", "vefsn", "00000130"),
    ),
    HOL: (
        ("hol", "Hol kommune", "", "00000200"),
        ("hol-hjemme", "Hjemmetjenesten", "hol", "00000210"),
    ),
    GOL: (
        ("gol", "Gol kommune", "", "00000300"),
        ("gol-hjemme", "Hjemmetjenesten", "gol", "00000310"),
    ),
}
#: Colleagues outside the cast: persona code, name, municipality, role, unit, title, telephone.
OTHERS = (
    ("", "Elin Holm", VEFSN, Role.RESPONSIBLE_NURSE, "hjemme-nord", "00000141"),
    ("", "Silje Aune", VEFSN, Role.RESPONSIBLE_NURSE, "hjemme-sor", "00000142"),
    ("", "Arild Fjeld", VEFSN, Role.NURSE, "hjemme-midt", "00000143"),
    ("", "Mona Rist", VEFSN, Role.DIRECTOR, "vefsn", "00000144"),
    ("", "Hilde Berge", VEFSN, Role.RESPONSIBLE_NURSE, "sykehjem", "00000145"),
    ("", "Knut Nes", VEFSN, Role.UNIT_LEADER, "sykehjem", "00000146"),
    ("", "Berit Solli", GOL, Role.COORDINATOR, "gol", "00000341"),
    ("", "Tor Hagen", GOL, Role.UNIT_LEADER, "gol-hjemme", "00000342"),
    ("", "Guro Lie", HOL, Role.UNIT_LEADER, "hol-hjemme", "00000241"),
)
TITLES = {
    Role.COORDINATOR: "pårørendekoordinator",
    Role.NURSE: "sykepleier",
    Role.RESPONSIBLE_NURSE: "ansvarlig sykepleier",
    Role.UNIT_LEADER: "enhetsleder",
    Role.DIRECTOR: "kommunalsjef",
    Role.ADMIN: "administrator",
    Role.CHILD_RESPONSIBLE: "barneansvarlig",
    Role.PRIVACY_OFFICER: "personvernombud",
}


@dataclass(frozen=True)
class Town:
    """One municipality of the demo: its units by code, and its staff as actors by name."""

    number: str
    units: dict[str, Unit]
    staff: dict[str, Actor]

    @property
    def system(self) -> Actor:
        """Who builds here."""
        return system_actor("demo.build", self.number)


def build_town(number: str, now: datetime) -> Town:
    """Units and staff of one municipality; they have been there for two years."""
    units: dict[str, Unit] = {}
    with use_actor(system_actor("demo.build", number)) as system:
        for code, name, above, phone in UNITS[number]:
            units[code] = tenancy.create_unit(
                code=code, name=name, phone=phone, parent=units.get(above)
            )
        staff_ids: dict[str, uuid.UUID] = {}
        started = now - timedelta(days=730)
        rows = [(c.persona, c.name, c.municipality, c.role, c.unit, c.phone) for c in COLLEAGUES]
        for persona, name, place, role, unit, phone in (*rows, *OTHERS):
            if place != number:
                continue
            member = access.add_staff_member(
                actor=system,
                now=started,
                name=name,
                title=TITLES[role],
                phone=phone,
                persona=persona,
            )
            access.grant_membership(
                actor=system,
                now=started,
                staff=member,
                role=role,
                unit=units[unit],
                starts_at=started,
            )
            staff_ids[name] = member.id
        staff = {
            name: access_queries.get_staff_actor(staff_id, number)
            for name, staff_id in staff_ids.items()
        }
    return Town(number, units, staff)
