"""The plain sentence about one item, from who reads it now: `policy.readers_of` in words, by name or by role."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from lagspill.access import queries as access
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.people.models import Person
from lagspill.people.policy import Readers
from lagspill.people.queries.readers import joined
from lagspill.people.rules import Audience, ItemWords
from lagspill.tenancy import queries as tenancy


@dataclass(frozen=True)
class Doers:
    """Who must keep what an item says, and so reads it."""

    staff_ids: tuple[uuid.UUID, ...] = ()
    unit_ids: tuple[uuid.UUID, ...] = ()


def doers_of(words: Sequence[ItemWords]) -> Doers:
    """The doers that capabilities named."""
    return Doers(
        tuple(dict.fromkeys(w.doer_id for w in words if w.doer_id)),
        tuple(dict.fromkeys(w.doer_unit_id for w in words if w.doer_unit_id and not w.doer_id)),
    )


def _words(key: str, **values: str) -> str:
    text = content.load("audiences").text_at(f"one.{key}")
    return text.fill(content.active_language(), **values)


def _instead(key: str) -> str:
    return str(content.load("audiences")["instead"][key])


def _name(person: Person, role: str) -> str:
    """A person by name; by role when no name may stand or is known."""
    return _instead(role) if person.protected or not person.name else person.name


def sentence_of(actor: Actor, audience: Audience, readers: Readers, doers: Doers) -> str:
    """Who can read it, who cannot, and whether it may go to the health record; the reader is "you" and comes first."""
    ids = [*readers.staff_ids, *doers.staff_ids, *filter(None, [readers.author_id])]
    staff = access.list_staff(list(dict.fromkeys(ids))) if ids else {}
    units = tenancy.names_of_units(doers.unit_ids) if doers.unit_ids else {}
    me = actor.id if actor.is_staff else actor.person_id
    named: list[tuple[uuid.UUID | None, str]] = []
    if readers.caregiver:
        named.append((readers.caregiver.id, _name(readers.caregiver, "caregiver")))
    named += [(i, staff[i].name) for i in readers.staff_ids if i in staff]
    if readers.author_id in staff and readers.author_id is not None:
        named.append((readers.author_id, _words("author", name=staff[readers.author_id].name)))
    told = {i for i, _ in named}
    named += [
        (i, _words("doer", name=staff[i].name))
        for i in doers.staff_ids
        if i in staff and i not in told
    ]
    named += [(None, _words("doer", name=units[i])) for i in doers.unit_ids if i in units]
    named += _others(readers)
    rest = [words for i, words in named if i is None or i != me]
    is_me = len(rest) < len(named)
    if is_me and not rest:
        return _words("only_you")
    listed = [*([_words("you")] if is_me else []), *dict.fromkeys(rest)]
    said = [_words("can", readers=joined(listed, most=6) or _words("nobody"))]
    outside = [_name(p, "care_recipient") for p in readers.outside if p.id != me]
    if outside:
        said.append(_words("not_by", care_recipient=joined(outside)))
    if audience is Audience.SHARED:
        said.append(_words("journal"))
    return " ".join(said)


def _others(readers: Readers) -> list[tuple[uuid.UUID | None, str]]:
    found: list[tuple[uuid.UUID | None, str]] = [
        (None, _words("served", care_recipient=_name(p, "care_recipient"))) for p in readers.served
    ]
    found += [(p.id, _name(p, "care_recipient")) for p in readers.recipients]
    found += [
        (
            who.id,
            _words(
                "reads_for",
                name=_name(who, "caregiver"),
                care_recipient=_name(whom, "care_recipient"),
            ),
        )
        for who, whom in readers.representatives
    ]
    found += [(p.id, _name(p, "caregiver")) for p in readers.family]
    return found
