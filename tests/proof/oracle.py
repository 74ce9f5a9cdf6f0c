"""What the policies say, asked by name: may this actor come through this door to this row? Nothing of a rule is repeated here.

A door names its policy (`people.can_open_file`). It is asked about the row of the address, or about the row that hangs on
it (a line's version). Where a door's policy takes no such row, whatever lets somebody see the row is asked in its place.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import QuerySet

import lagspill
from lagspill.access import policy as access
from lagspill.access.doors import Door
from lagspill.access.rules import Role
from lagspill.agreements import policy as agreements
from lagspill.agreements.rules import VersionState
from lagspill.assessments import policy as assessments
from lagspill.kernel.actor import Actor, system_actor
from lagspill.people import policy as people
from lagspill.people.policy import family as people_family
from lagspill.promises import policy as promises
from lagspill.tenancy.scope import use_actor

Policy = Callable[..., Any]


def _asks_caregiver_of(actor: Actor, file: Any, now: datetime) -> bool:
    """`can_ask` is asked of a relation; an address names its file."""
    return assessments.visible_askable(actor, now).filter(file_id=file.id).exists()


def _tells_caregiver_of(actor: Actor, file: Any, now: datetime) -> bool:
    """Staff tell a caregiver something from a page of the file, or of the relation they see."""
    return people.visible_items(actor, now).filter(file_id=file.id).exists()


#: Doors whose policy is asked of another noun than the address names: the door's policy and the model of the row.
ASKED_OF_ANOTHER: dict[tuple[str, str], Policy] = {
    ("assessments.can_ask", "File"): _asks_caregiver_of,
    ("people.visible_items", "File"): _tells_caregiver_of,
}
#: Doors that name an operation or a query which decides by itself, and whom it lets in.
DECIDES_ITSELF: dict[str, Policy] = {
    "access.admin": lambda actor, now: actor.has_role(now, Role.ADMIN),
    "people.is_privacy_officer": lambda actor, now: actor.has_role(now, Role.PRIVACY_OFFICER),
    "people.approve_storage": lambda actor, now: actor.has_role(now, Role.ADMIN),
    "people.bind_by_code": lambda actor, now: actor.is_citizen,
    "promises.list_month": lambda actor, now: actor.is_staff,
}


@cache
def policies() -> dict[str, Policy]:
    """Every public function of every `policy` room, as `package.name`."""
    found: dict[str, Policy] = {}
    for room in _rooms():
        for name, function in inspect.getmembers(room, inspect.isfunction):
            if not name.startswith("_") and function.__module__ == room.__name__:
                found[f"{room.__name__.split('.')[1]}.{name}"] = function
    return found


def _rooms() -> Iterator[ModuleType]:
    for package in pkgutil.iter_modules(lagspill.__path__):
        try:
            room = import_module(f"lagspill.{package.name}.policy")
        except ModuleNotFoundError:
            continue
        yield room
        for part in pkgutil.iter_modules(getattr(room, "__path__", ())):
            yield import_module(f"{room.__name__}.{part.name}")


#: Single faces that the names do not tell: `visible_…` and what says the same of one row.
PAIRED: dict[str, Policy] = {
    "access.visible_openings": access.can_review_opening,
    "agreements.visible_lines": lambda actor, line, now: (
        agreements.can_see_version(actor, line.version, now)
        and people.can_read_item(actor, line.item, now)
    ),
    "agreements.visible_card_lines": lambda actor, line, now: (
        line.version.state == VersionState.CONFIRMED
        and line.item.audience in agreements.CARD_AUDIENCES
        and people.can_read_item(actor, line.item, now)
    ),
    "assessments.visible_askable": assessments.can_ask,
    "people.visible_relatives": lambda actor, said, now: people_family.can_see_relative(
        actor, said.relation, now
    ),
    "promises.visible_promises": promises.can_see,
}


@cache
def pairs() -> dict[str, tuple[Policy, Policy]]:
    """Both faces of every noun: `visible_talks` and `can_read_talk`. A noun with one face fails here."""
    found = {}
    for name, lists in policies().items():
        package, _, short = name.partition(".")
        if not short.startswith("visible_"):
            continue
        noun = short.removeprefix("visible_")
        forms = {noun, noun.removesuffix("s"), noun.removesuffix("ies") + "y"}
        named = [
            policies()[at]
            for verb in ("see", "read", "open")
            for form in sorted(forms)
            if (at := f"{package}.can_{verb}_{form}") in policies()
        ]
        single = PAIRED.get(name) or (named[0] if named else None)
        assert single is not None, f"which policy says the same of one row as {name}?"
        found[name] = (lists, single)
    return found


@cache
def sight() -> dict[type[models.Model], tuple[Policy, ...]]:
    """Each `visible_…` of every policy, by the noun it shows."""
    found: dict[type[models.Model], tuple[Policy, ...]] = defaultdict(tuple)
    nobody = system_actor("proof.oracle", "1824")
    with use_actor(nobody):
        for name, function in policies().items():
            if name.partition(".")[2].startswith("visible_"):
                shown: QuerySet[Any] = function(nobody, datetime.now().astimezone())
                found[shown.model] += (function,)
    return dict(found)


def knows_door(door: Door) -> bool:
    """True when the policy that the door names can be asked."""
    return door.policy in policies() or door.policy in DECIDES_ITSELF or door.policy in OPEN


#: Doors that are open to everybody of their kind.
OPEN = ("open", "demo_mode")


def may_enter(actor: Actor, door: Door, row: models.Model | None, now: datetime) -> bool:
    """Does the door's policy let the actor in to this row; without a row, in at all? Ask in the actor's own scope."""
    if door.policy in OPEN:
        return True
    if not _is_kind(actor, door):
        return False
    if door.policy in DECIDES_ITSELF:
        return bool(DECIDES_ITSELF[door.policy](actor, now))
    policy = policies()[door.policy]
    if row is None:
        return _without_row(policy, actor, now)
    asked = ASKED_OF_ANOTHER.get((door.policy, type(row).__name__))
    if asked is not None:
        return bool(asked(actor, row, now))
    answer = _ask(policy, actor, row, now)
    if answer is not None:
        return answer
    return row.pk in seen_among(actor, [row], now) and _without_row(policy, actor, now)


def seen_among(actor: Actor, rows: list[models.Model], now: datetime) -> set[Any]:
    """Ids of those rows (all of one kind) that the actor may know of, by any policy on them or on what they hang on."""
    seen = sight()
    ways = seen.get(type(rows[0]), ())
    if ways:
        return {pk for way in ways for pk in way(actor, now).values_list("pk", flat=True)}
    shown = {
        noun: {pk for way in seen[noun] for pk in way(actor, now).values_list("pk", flat=True)}
        for noun in {type(held) for row in rows for held in _hangs_on(row)} & set(seen)
    }
    return {
        row.pk
        for row in rows
        if any(held.pk in shown.get(type(held), ()) for held in _hangs_on(row))
    }


def _is_kind(actor: Actor, door: Door) -> bool:
    kinds = {"staff": (actor.is_staff,), "citizen": (actor.is_citizen,)}
    return any(kinds.get(door.kind, (actor.is_staff, actor.is_citizen)))


def _without_row(policy: Policy, actor: Actor, now: datetime) -> bool:
    """A policy on no row (a role) answers; one that lists is open to everybody of the kind, and shows what it shows."""
    takes = list(inspect.signature(policy).parameters)
    if takes != ["actor", "now"]:
        return True
    answer = policy(actor, now)
    return isinstance(answer, QuerySet) or bool(answer)


def _lists(policy: Policy) -> bool:
    return policy.__name__.startswith("visible_")


def _ask(policy: Policy, actor: Actor, row: models.Model, now: datetime) -> bool | None:
    """The policy's own answer for the row or what it hangs on; none when the policy is about something else."""
    if _lists(policy):
        shown = policy(actor, now)
        held = _as(row, shown.model.__name__)
        return None if held is None else bool(shown.filter(pk=held.pk).exists())
    takes = list(inspect.signature(policy).parameters.values())
    if len(takes) != 3:
        return None
    wanted = str(takes[1].annotation)
    if takes[1].name == "person_id":
        return bool(policy(actor, row.pk, now))
    held = _as(row, wanted)
    return None if held is None else bool(policy(actor, held, now))


def _as(row: models.Model, wanted: str) -> Any:
    """The row itself, or the one it hangs on, of the class that is wanted."""
    if type(row).__name__ == wanted:
        return row
    near = _hangs_on(row)
    far = [held for one in near if type(one).__name__ == "Relation" for held in _hangs_on(one)]
    found = [held for held in (*near, *far) if type(held).__name__ == wanted]
    return found[0] if found else None


def _hangs_on(row: models.Model) -> list[models.Model]:
    """Rows that this one points at; who is cared for before others."""
    fields = _pointing(type(row))
    fields.sort(key=lambda field: field.name != "care_recipient")
    return [held for field in fields if (held := getattr(row, field.name)) is not None]


#: What policies look up from a row: these are read with it, and what they point at in turn.
_NEAR = ("file", "item", "version", "promise", "relation")


def load(model: type[models.Model], only: Collection[Any] | None = None) -> list[models.Model]:
    """Rows of the municipality in scope, each with what it hangs on, so that policies need not look it up."""
    paths = []
    for field in _pointing(model):
        paths.append(field.name)
        if field.name in _NEAR:
            paths += [f"{field.name}__{near.name}" for near in _pointing(field.related_model)]
    rows = (
        model._default_manager.all() if only is None else model._default_manager.filter(pk__in=only)
    )
    return list(rows.prefetch_related(*paths).order_by("pk"))


def _pointing(model: Any) -> list[Any]:
    fields = [field for field in model._meta.concrete_fields if field.is_relation]
    return [field for field in fields if field.name != "municipality"]


def models_named(param: str) -> list[type[models.Model]]:
    """Whose rows a parameter of an address may name, by its name: `consent_id` is a SharingConsent."""
    word = "".join(part.capitalize() for part in param.removesuffix("_id").split("_"))
    ours = [m for m in apps.get_models() if m.__module__.startswith("lagspill.")]
    exact = [model for model in ours if model.__name__ == word]
    found = exact or [model for model in ours if model.__name__.endswith(word)]
    assert found, f"no table has rows that {param} could name"
    return found
