"""The care recipient's own pages, and those of who lawfully reads for them: who may be told what, given and withdrawn."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lagspill.access.doors import Request, citizen_page, form_key
from lagspill.kernel import clock, content
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.kernel.ids import new_id
from lagspill.people import forms, operations, queries
from lagspill.people.rules import NearestBasis


@citizen_page("people.can_see_parties")
@require_safe
def my_parties(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """What I have said yes to, who is nearest, who decides, who reads for me; or the same for whom I read."""
    view = queries.get_parties(request.actor, person_id, clock.now())
    context = {"parties": view, "number": request.actor.municipality}
    return render(request, "people/my_parties.html", context)


@citizen_page("people.can_see_parties")
@require_http_methods(["GET", "POST"])
def my_new_consent(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Let staff tell somebody something."""
    now = clock.now()
    view = queries.get_parties(request.actor, person_id, now)
    form = forms.ConsentForm(
        request.POST or None,
        close=view.close,
        reader_id=None if view.is_own else request.actor.person_id,
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.give_consent(
                actor=request.actor,
                now=now,
                new=form.new_consent(person_id, oslo_today(now)),
                key=form_key(request),
            )
        except NotPossible as refusal:
            reason = content.reason(refusal.code)
            form.add_error(None, f"{reason.text} {reason.advice}")
        else:
            messages.success(
                request, _("Lagret. Det gjelder fra nå, og kan trekkes tilbake når som helst.")
            )
            return redirect("my-parties", request.actor.municipality, person_id)
    context = {
        "parties": view,
        "form": form,
        "key": new_id(),
        "number": request.actor.municipality,
        "crumbs": _crumbs(request, person_id),
    }
    return render(
        request, "people/my_new_consent.html", context, status=422 if form.is_bound else 200
    )


def _crumbs(request: Request, person_id: uuid.UUID) -> list[dict[str, Any]]:
    address = reverse("my-parties", args=[request.actor.municipality, person_id])
    return [
        {"label": _("Min side"), "url": reverse("my-start")},
        {"label": _("Hvem får vite hva"), "url": address},
    ]


@citizen_page("people.can_see_consent")
@require_http_methods(["GET", "POST"])
def my_consent(request: Request, consent_id: uuid.UUID) -> HttpResponse:
    """One consent, what was told under it, and the button that ends it at once."""
    now = clock.now()
    if request.method == "POST":
        operations.withdraw_consent(actor=request.actor, now=now, consent_id=consent_id)
        messages.success(request, _("Trukket tilbake. Det gjelder fra nå."))
        return redirect("my-consent", request.actor.municipality, consent_id)
    line = queries.get_consent(request.actor, consent_id, now)
    context = {
        "consent": line,
        "parties": queries.get_parties(request.actor, line.care_recipient_id, now),
        "crumbs": _crumbs(request, line.care_recipient_id),
    }
    return render(request, "people/my_consent.html", context)


@citizen_page("people.can_see_parties")
@require_POST
def my_nearest(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Choose who is nearest, or choose somebody away."""
    now = clock.now()
    try:
        if "end" in request.POST:
            operations.end_nearest(
                actor=request.actor, now=now, designation_id=_id(request.POST["end"])
            )
        else:
            operations.designate_nearest(
                actor=request.actor,
                now=now,
                relation_id=_id(request.POST.get("relation", "")),
                basis=NearestBasis.NAMED,
            )
    except NotPossible as refusal:
        messages.error(request, str(content.reason(refusal.code)))
    else:
        messages.success(request, _("Lagret."))
    return redirect("my-parties", request.actor.municipality, person_id)


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as fault:
        raise NotFound("relation") from fault
