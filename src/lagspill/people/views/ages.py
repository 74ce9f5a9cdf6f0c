"""The page where staff state how old a caregiver is: it decides whether the caregiver is invited, or followed up as a child."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lagspill.access.doors import Request, staff_page
from lagspill.kernel import clock, content
from lagspill.kernel.errors import NotPossible
from lagspill.people import forms, operations, queries
from lagspill.people.rules import AgeGroup


@staff_page("people.can_open_file")
@require_http_methods(["GET", "POST"])
def age(request: Request, file_id: uuid.UUID) -> HttpResponse:
    """State the age group or the birth date; under 16 the child is passed on and the file closes."""
    now, actor = clock.now(), request.actor
    view = queries.get_file(actor, file_id, now)
    known = "" if view.age_group == AgeGroup.UNKNOWN else view.age_group
    is_sent = request.method == "POST"
    form = forms.AgeForm(request.POST if is_sent else None, initial={"age_group": known})
    if is_sent and form.is_valid():
        try:
            found = operations.state_age(
                actor=actor,
                now=now,
                file_id=file_id,
                group=form.group(),
                birth_on=form.cleaned_data["birth_on"],
            )
        except NotPossible as refusal:
            form.add_error(None, str(content.reason(refusal.code)))
        else:
            if found is AgeGroup.UNDER_SIXTEEN:
                messages.success(
                    request,
                    _("Takk. Barneansvarlig har fått beskjed. Barn under 16 år får ingen mappe."),
                )
                return redirect("staff-start")
            messages.success(request, _("Lagret."))
            return redirect("file", file_id)
    crumbs = [
        {
            "label": view.caregiver.name or _("Uten navn"),
            "url": reverse("file", args=[file_id]),
        }
    ]
    context = {
        "form": form,
        "file": view,
        "may_tell": queries.may_tell(request.actor, file_id, clock.now()),
        "crumbs": crumbs,
    }
    return render(request, "people/age.html", context, status=422 if form.errors else 200)
