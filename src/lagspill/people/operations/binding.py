"""Writes that bind a file to a national id, once: by staff together with the caregiver, or by the code in an invitation."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta

from django.db import transaction

from lagspill.access import identity
from lagspill.audit import operations as audit
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor, system_actor
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


@transaction.atomic
def make_binding_code(*, actor: Actor, now: datetime, file: File) -> str:
    """A code for the invitation, e.g. "1824-K7QM-2XPA"; valid 60 days, used once. Raises NotFound."""
    if not policy.can_open_file(actor, file, now) or actor.is_citizen:
        raise NotFound("file", file.id)
    word = "".join(secrets.choice(_CODE_LETTERS) for _ in range(8))
    code = f"{file.municipality_id}-{word[:4]}-{word[4:]}"
    BindingCode.objects.create(
        file=file, code_hash=_hash_code(code), expires_at=now + timedelta(days=60)
    )
    audit.record(actor, "make_binding_code", "file", now=now, object_id=file.id, file_id=file.id)
    return code


def _hash_code(code: str) -> str:
    plain = "".join(c for c in code.upper() if c.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


@transaction.atomic
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


@transaction.atomic
def bind_own_file(*, actor: Actor, now: datetime, code: str) -> uuid.UUID:
    """Bind the file of an invitation's code to the signed-in citizen; the code names its municipality.

    The act is the system's, as the citizen is not known there yet. Raises NotPossible("code_unknown") for wrong, used
    and expired codes alike, NotPossible("already_bound"), and NotFound for others than citizens.
    """
    if not actor.is_citizen or actor.id is None:
        raise NotFound("file")
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
        _bind(system, now, row.file, actor.id)
        row.used_at = now
        row.save(update_fields=["used_at"])
        return row.file_id
