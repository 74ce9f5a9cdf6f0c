"""The agreed-now card, for staff, for the care recipient, and for the caregivers around them."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from lagspill.access import sign_in
from lagspill.access.doors import Request, signed_in_page, staff_page
from lagspill.agreements import queries
from lagspill.agreements.queries import CardView
from lagspill.kernel import clock, content
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotFound
from lagspill.people import operations as people
from lagspill.people import queries as people_queries
from lagspill.tenancy.scope import use_actor


@signed_in_page("people.can_see_card")
@require_safe
def card(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """What is agreed now around one care recipient."""
    found = _find(request, person_id)
    context = {
        "card": found,
        "frame": "ui/staff.html" if found.is_staff else "ui/citizen.html",
        "words": content.load("agreement"),
        **_parties(request.actor, person_id),
    }
    return render(request, "agreements/card.html", context)


def _parties(actor: Actor, person_id: uuid.UUID) -> dict[str, Any]:
    """For whom the reader reads, and whether they may see what may be told to whom."""
    now = clock.now()
    with use_actor(actor):
        reading = people_queries.list_read_for(actor, now)
        return {
            "in_family": [one for _, one in people_queries.list_in_family(actor, person_id, now)],
            "may_suspect": people_queries.may_note_suspected(actor, now),
            "reading": next((row for row in reading if row.person.id == person_id), None),
            "has_parties": people_queries.has_parties_page(actor, person_id, now),
            "number": actor.municipality,
        }


def _find(request: Request, person_id: uuid.UUID) -> CardView:
    """The card, in the municipality where the reader may see it."""
    now = clock.now()
    if request.actor.is_staff:
        return queries.get_card(request.actor, person_id, now)
    for actor in sign_in.citizen_actors(request):
        try:
            with use_actor(actor):
                found = queries.get_card(actor, person_id, now)
        except NotFound:
            continue
        request.actor = actor
        return found
    raise NotFound("card", person_id)


@staff_page("people.can_see_card")
@require_POST
def pin(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Put the card on the actor's own list, or take it off."""
    people.set_pin(
        actor=request.actor,
        now=clock.now(),
        person_id=person_id,
        is_pinned=request.POST.get("pin") == "on",
    )
    return redirect("card", person_id)
