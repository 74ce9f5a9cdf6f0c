"""The citizen's identity: keyed hash, and the listed functions that alone reach its tables."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection


@dataclass(frozen=True)
class Place:
    """One municipality where a citizen is known, and as which person."""

    municipality: str
    person_id: uuid.UUID


def key_hash(digits: str) -> str:
    """The keyed hash (HMAC-SHA-256, hex) of a national id's eleven digits. The id itself is stored nowhere."""
    return hmac.new(settings.IDENTITY_KEY.encode(), digits.encode(), hashlib.sha256).hexdigest()


def ensure_identity(hashed: str) -> uuid.UUID:
    """The identity of a keyed hash, made when it is new. Called at sign-in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ensure_identity(%s)", (hashed,))
        return uuid.UUID(str(cursor.fetchone()[0]))


def places_of(identity_id: uuid.UUID) -> tuple[Place, ...]:
    """Every municipality where the identity is known, in order of number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT municipality, person FROM identity_places(%s)", (identity_id,))
        return tuple(Place(row[0], uuid.UUID(str(row[1]))) for row in cursor.fetchall())


def find_person(hashed: str) -> uuid.UUID | None:
    """The person in the municipality in scope that this keyed hash is bound to, or none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person FROM find_identity(%s)", (hashed,))
        row = cursor.fetchone()
        return uuid.UUID(str(row[0])) if row else None


def bind(identity_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    """Bind the person (of the municipality in scope) to the identity, once. False when another one is bound."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT bind_identity(%s, %s)", (identity_id, person_id))
        return bool(cursor.fetchone()[0])


def link_staff(hashed: str, staff_id: uuid.UUID) -> bool:
    """Link an employee of the municipality in scope to a citizen, once. False when another one is linked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT link_staff_identity(%s, %s)", (hashed, staff_id))
        return bool(cursor.fetchone()[0])


def linked_staff() -> frozenset[uuid.UUID]:
    """Employees of the municipality in scope who are linked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT staff FROM linked_staff()")
        return frozenset(uuid.UUID(str(row[0])) for row in cursor.fetchall())


def note_wrong_code(identity_id: uuid.UUID, now: datetime) -> None:
    """Keep that the signed-in citizen typed a code that opened nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT note_wrong_code(%s, %s)", (identity_id, now))


def count_wrong_codes(identity_id: uuid.UUID, since: datetime) -> int:
    """How many wrong codes the signed-in citizen has typed since then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count_wrong_codes(%s, %s)", (identity_id, since))
        return int(cursor.fetchone()[0])
