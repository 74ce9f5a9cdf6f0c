"""Writes about persons who come in from another system: found again, completed where we know less, or added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lagspill.access import identity
from lagspill.audit import operations as audit
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotAllowed
from lagspill.people.models import Person
from lagspill.people.operations.persons import add_person, bind_person
from lagspill.people.rules import AgeGroup, last_name_key, name_key


@dataclass(frozen=True)
class BroughtIn:
    """The person of an import: whether new here, and which empty fields were filled."""

    person: Person
    is_new: bool
    filled: tuple[str, ...] = ()


@operation
def bring_in_person(
    *,
    actor: Actor,
    now: datetime,
    name: str,
    birth_on: date | None,
    age_group: AgeGroup,
    phone: str,
    email: str,
    address: str,
    language: str,
    digits: str,
    import_keys: Sequence[str],
) -> BroughtIn:
    """Find a person by national id or by what the other system calls them, or add them. Repeating it changes nothing.

    Of a known person only what is empty is filled: name, birth date, age group, language, national id. What staff or the
    person said is never overwritten, and ways to reach somebody are left as they are. `import_keys`, strongest first,
    are stored as keyed hashes. Raises NotAllowed for others than system actors, NotPossible("already_bound") when the
    other system's person has another national id here.
    """
    if not actor.is_system:
        raise NotAllowed("system_only", noun="person")
    hashed = [identity.key_hash(f"import {key}") for key in import_keys]
    person = _find(digits, hashed)
    if person is None:
        person = add_person(
            actor=actor,
            now=now,
            name=name,
            birth_on=birth_on,
            age_group=age_group.value,
            phone=phone,
            email=email,
            address=address,
            language=language,
            digits=digits,
            import_key=hashed[0] if hashed else "",
        )
        return BroughtIn(person, True)
    filled = _fill(person, name, birth_on, age_group, language, hashed)
    if digits and identity.find_person(identity.key_hash(digits)) is None:
        bind_person(person, identity.ensure_identity(identity.key_hash(digits)))
        filled.append("is_bound")
    if filled:
        person.save(update_fields=filled)
        audit.record(
            actor,
            "complete_person",
            "person",
            now=now,
            object_id=person.id,
            person_id=person.id,
            fields=filled,
        )
    return BroughtIn(person, False, tuple(filled))


def _find(digits: str, hashed: Sequence[str]) -> Person | None:
    known = identity.find_person(identity.key_hash(digits)) if digits else None
    rows = Person.objects.select_for_update(of=("self",))
    if known:
        return rows.get(id=known)
    by_key = {row.import_key: row for row in rows.filter(import_key__in=hashed).order_by("id")}
    return next((by_key[key] for key in hashed if key in by_key), None)


def _fill(
    person: Person,
    name: str,
    birth_on: date | None,
    age_group: AgeGroup,
    language: str,
    hashed: Sequence[str],
) -> list[str]:
    """Set what is empty and known now; returns the names of the fields."""
    filled: list[str] = []
    if person.is_nameless and name:
        person.name, person.is_nameless = name, False
        person.name_key, person.last_key = name_key(name), last_name_key(name)
        filled += ["name", "is_nameless", "name_key", "last_key"]
    if person.birth_on is None and birth_on:
        person.birth_on = birth_on
        filled.append("birth_on")
    if person.age_group == AgeGroup.UNKNOWN and age_group is not AgeGroup.UNKNOWN:
        person.age_group = age_group.value
        filled.append("age_group")
    if not person.language and language:
        person.language = language
        filled.append("language")
    if not person.import_key and hashed and not _is_taken(hashed[0]):
        person.import_key = hashed[0]
        filled.append("import_key")
    return filled


def _is_taken(hashed: str) -> bool:
    return Person.objects.filter(import_key=hashed).exists()
