"""Finds the cast in the database: colleagues by their persona, citizens by the keyed hash of their synthetic id."""

from __future__ import annotations

import uuid

from lagspill.access import identity, queries
from lagspill.kernel.actor import system_actor
from lagspill.shell.cast import Citizen, Colleague
from lagspill.tenancy.scope import use_actor


def find_colleague(colleague: Colleague) -> uuid.UUID | None:
    """The staff member who plays this colleague, or none where the demo world was not built."""
    with use_actor(system_actor("demo.sign_in", colleague.municipality)):
        found = queries.find_staff_by_persona(colleague.persona)
    return found.id if found else None


def identity_of(citizen: Citizen) -> uuid.UUID:
    """The identity of this citizen, made when they sign in for the first time."""
    return identity.ensure_identity(identity.key_hash(citizen.digits))
