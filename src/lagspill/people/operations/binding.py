"""Writes that bind a file to a national id, once: by staff together with the caregiver, or by the code in an invitation."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from datetime import datetime, timedelta

from django.conf import settings

from lagspill.access import identity
from lagspill.audit import operations as audit
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.people import events, policy
from lagspill.people.models import (
    BindingCode,
    File,
    Person,
)
from lagspill.people.operations.persons import bind_person
from lagspill.tenancy.scope import use_actor

_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


@operation
def make_binding_code(*, actor: Actor, now: datetime, file: File) -> str:
    """A code for the invitation, e.g. "1824-K7QM-2XPA"; valid 60 days, used once. Raises NotFound.

    While a code is valid the file has no other: a letter made again holds the same one, for 60 days from now.
    """
    if not policy.can_open_file(actor, file, now) or actor.is_citizen:
        raise NotFound("file", file.id)
    expires_at = now + timedelta(days=60)
    valid = BindingCode.objects.filter(file=file, used_at__isnull=True, expires_at__gt=now)
    for row in valid.select_for_update(of=("self",)).order_by("-id"):
        code = _code_of(row)
        # Codes once came from chance; such a one cannot be given again and is left to run out.
        if row.code_hash == _hash_code(code):
            row.expires_at = expires_at
            row.save(update_fields=["expires_at"])
            break
    else:
        row = BindingCode(file=file, expires_at=expires_at)
        code = _code_of(row)
        row.code_hash = _hash_code(code)
        row.save(force_insert=True)
    audit.record(actor, "make_binding_code", "file", now=now, object_id=file.id, file_id=file.id)
    return code


def _code_of(row: BindingCode) -> str:
    """The code of a row, made from its id with our key: it can be given again, and the database alone cannot tell it."""
    key, about = settings.IDENTITY_KEY.encode(), f"binding code {row.id}".encode()
    number = int.from_bytes(hmac.digest(key, about, "sha256"))
    word = ""
    while len(word) < 8:
        number, letter = divmod(number, len(_CODE_LETTERS))
        word += _CODE_LETTERS[letter]
    return f"{row.file.municipality_id}-{word[:4]}-{word[4:]}"


def _hash_code(code: str) -> str:
    plain = "".join(c for c in code.upper() if c.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


@operation
def bind_file(*, actor: Actor, now: datetime, file: File, digits: str) -> None:
    """Bind a file to a checked national id, entered together with the caregiver. Once.

    Raises NotFound unless the actor may open the file, NotPossible("already_bound").
    """
    if not policy.can_open_file(actor, file, now) or actor.is_citizen:
        raise NotFound("file", file.id)
    _bind(actor, now, file, identity.ensure_identity(identity.key_hash(digits)))


def _bind(actor: Actor, now: datetime, file: File, identity_id: uuid.UUID) -> None:
    bind_person(
        Person.objects.select_for_update(of=("self",)).get(id=file.caregiver_id), identity_id
    )
    audit.record(actor, "bind_file", "file", now=now, object_id=file.id, file_id=file.id)
    facts.announce(events.FileBound(file.municipality_id, file.id), now=now)


#: Wrong codes that a citizen may type in an hour. A code holds 31^8 words: nobody guesses one by trying.
MOST_WRONG, WITHIN = 5, timedelta(hours=1)


def bind_own_file(*, actor: Actor, now: datetime, code: str) -> uuid.UUID:
    """Bind the file of an invitation's code to the signed-in citizen; the code names its municipality.

    The act is the system's, as the citizen is not known there yet. A wrong code is remembered, though nothing else of
    the act is. Raises NotPossible("code_unknown") for wrong, used and expired codes alike, NotPossible("too_many_codes")
    after five in an hour, NotPossible("already_bound"), and NotFound for others than citizens.
    """
    if not actor.is_citizen or actor.id is None:
        raise NotFound("file")
    if identity.count_wrong_codes(actor.id, now - WITHIN) >= MOST_WRONG:
        raise NotPossible("too_many_codes")
    try:
        return _bind_by_code(actor.id, now, code)
    except NotPossible as refusal:
        if refusal.code == "code_unknown":
            _note_wrong_code(actor, actor.id, now)
        raise


@operation
def _bind_by_code(identity_id: uuid.UUID, now: datetime, code: str) -> uuid.UUID:
    number = code.strip()[:4]
    if not (number.isascii() and number.isdigit() and len(number) == 4):
        raise NotPossible("code_unknown")
    system = system_actor("people.binding", number)
    with use_actor(system):
        row = (
            BindingCode.objects.select_for_update(of=("self",))
            .filter(code_hash=_hash_code(code), used_at__isnull=True, expires_at__gt=now)
            .first()
        )
        if row is None:
            raise NotPossible("code_unknown")
        _bind(system, now, row.file, identity_id)
        row.used_at = now
        row.save(update_fields=["used_at"])
        return row.file_id


@operation
def _note_wrong_code(actor: Actor, identity_id: uuid.UUID, now: datetime) -> None:
    identity.note_wrong_code(identity_id, now)
    audit.record(actor, "bind_own_file", "file", now=now, act=audit.REFUSE, reason="code_unknown")
