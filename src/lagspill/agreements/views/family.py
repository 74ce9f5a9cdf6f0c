"""The family view: who does what among caregivers who have said yes to being visible to each other."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lagspill.access.doors import Request, citizen_page
from lagspill.agreements import queries
from lagspill.kernel import clock


@citizen_page("people.visible_relatives")
@require_safe
def my_family(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Who does what around the one I help, and what nobody does yet."""
    context = {
        "family": queries.get_family(request.actor, person_id, clock.now()),
        "number": request.actor.municipality,
        "crumbs": [{"label": _("Min side"), "url": reverse("my-start")}],
    }
    return render(request, "agreements/my_family.html", context)
