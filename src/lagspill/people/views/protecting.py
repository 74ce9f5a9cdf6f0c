"""The page where one of the two named roles says that a care recipient's address is protected."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lagspill.access.doors import Request, staff_page
from lagspill.kernel import clock
from lagspill.kernel.errors import NotFound
from lagspill.people import forms, operations, policy, queries


@staff_page("people.can_protect_person")
@require_http_methods(["GET", "POST"])
def protection(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """See and set that the address is protected."""
    now, actor = clock.now(), request.actor
    person = queries.find_party(actor, person_id, now)
    if not policy.can_protect_person(actor, person, now):
        raise NotFound("person", person_id)
    form = forms.ProtectionForm(request.POST or None, initial={"protected": person.protected})
    if request.method == "POST" and form.is_valid():
        operations.set_recipient_protection(
            actor=actor, now=now, person_id=person_id, protection=form.protection()
        )
        messages.success(request, _("Lagret."))
        return redirect("parties", person_id)
    name = person.name or _("Uten navn")
    context = {
        "form": form,
        "asked": {
            "title": _("Skjermet adresse"),
            "lead": _(
                "Fortrolig: ingen ser hvor personen bor. Strengt fortrolig: personen står heller ikke i lister og søk."
            ),
            "button": _("Lagre"),
        },
        "back": reverse("parties", args=[person_id]),
        "crumbs": [
            {"label": name, "url": reverse("card", args=[person_id])},
            {"label": _("Samtykke"), "url": reverse("parties", args=[person_id])},
        ],
    }
    return render(request, "people/parties_form.html", context, status=422 if form.errors else 200)
