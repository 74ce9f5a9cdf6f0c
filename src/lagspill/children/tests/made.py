"""Builders of child tracks for the tests of this capability."""

from __future__ import annotations

from dataclasses import dataclass

from lagspill.access.rules import Role
from lagspill.children import operations
from lagspill.children.models import ChildTrack
from lagspill.children.operations import Child
from lagspill.children.rules import Kin
from lagspill.kernel.actor import Actor, system_actor
from lagspill.tenancy.scope import use_actor
from tests.world import HOL, World, add_colleague

NAME = "Kanarifugl"


@dataclass
class Colleagues:
    """Who follows up children: of home care, of zone south alone, and of Hol."""

    liv: Actor
    south: Actor
    hol: Actor


def colleagues(world: World) -> Colleagues:
    """Three child-responsible colleagues."""
    role = Role.CHILD_RESPONSIBLE
    with use_actor(world.system):
        liv = add_colleague(name="Liv Aas", role=role, unit=world.home_care, now=world.now)
        south = add_colleague(name="Ove Sør", role=role, unit=world.south, now=world.now)
    with use_actor(system_actor("test.world", HOL)):
        hol = add_colleague(name="Siv Hol", role=role, unit=world.hol_file.unit, now=world.now)
    return Colleagues(liv, south, hol)


def passed_on(
    world: World, name: str = NAME, birth_year: int | None = None, kin: Kin = Kin.CHILD
) -> ChildTrack:
    """A child whom the nurse of zone north has passed on."""
    with use_actor(world.nurse):
        operations.pass_on_child(
            actor=world.nurse,
            now=world.now,
            person_id=world.care_recipient_person.id,
            child=Child(name, birth_year, kin),
        )
    with use_actor(world.system):
        return ChildTrack.objects.latest("id")
