"""What a session says, and the actor it makes. The session holds ids only; grants are read anew for each request."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from lagspill.access import identity, queries
from lagspill.access.http import Request
from lagspill.access.identity import Place
from lagspill.kernel.actor import VISITOR, Actor, Kind
from lagspill.kernel.errors import NotFound
from lagspill.tenancy.scope import Scope, use

_KEY = "lagspill"


def is_demo() -> bool:
    """True where fictional people may sign in and synthetic ids are accepted."""
    return settings.MODE in ("demo", "test", "bench")


def sign_in_staff(request: HttpRequest, staff_id: uuid.UUID, municipality: str) -> None:
    """Start a staff session; a session of somebody else on this browser ends."""
    request.session.flush()
    request.session[_KEY] = {"kind": "staff", "staff": str(staff_id), "municipality": municipality}


def sign_in_citizen(request: HttpRequest, identity_id: uuid.UUID) -> None:
    """Start a citizen session; a session of somebody else on this browser ends."""
    request.session.flush()
    request.session[_KEY] = {"kind": "citizen", "identity": str(identity_id)}


def sign_out(request: HttpRequest) -> None:
    """End the session and forget it on the server."""
    request.session.flush()


def actor_and_places(request: HttpRequest) -> tuple[Actor, tuple[Place, ...]]:
    """The actor of the request, and for a citizen every municipality where they are known."""
    held = request.session.get(_KEY)
    if not held:
        return VISITOR, ()
    if held["kind"] == "staff":
        municipality = held["municipality"]
        try:
            with use(Scope(municipality=municipality, kind=Kind.STAFF.value)), transaction.atomic():
                return queries.get_staff_actor(uuid.UUID(held["staff"]), municipality), ()
        except NotFound:
            return VISITOR, ()
    identity_id = uuid.UUID(held["identity"])
    with use(Scope(kind=Kind.CITIZEN.value, actor=str(identity_id))), transaction.atomic():
        places = identity.places_of(identity_id)
    return Actor(Kind.CITIZEN, identity_id), places


def citizen_in(request: Request, number: str) -> Actor | None:
    """The citizen of the request as they are known in the municipality with `number`, or none."""
    actor: Actor = request.actor
    if not actor.is_citizen:
        return None
    for place in request.places:
        if place.municipality == number:
            return Actor(Kind.CITIZEN, actor.id, place.municipality, place.person_id)
    return None


def citizen_actors(request: Request) -> list[Actor]:
    """The citizen once for each municipality, for pages that run one transaction for each."""
    return [
        Actor(Kind.CITIZEN, request.actor.id, place.municipality, place.person_id)
        for place in request.places
    ]
