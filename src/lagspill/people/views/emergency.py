"""Pages of a card opened in an emergency: open it, close it, and what somebody else thinks of it afterwards."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lagspill.access import operations as access_operations
from lagspill.access import queries as access
from lagspill.access.doors import Request, staff_page
from lagspill.access.rules import Outcome
from lagspill.kernel import clock, content
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.people import forms, operations, queries


@staff_page("people.can_break_glass")
@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def break_glass(request: Request) -> HttpResponse:
    """Open somebody's card in an emergency. The knock is kept before anything is looked up, whatever comes of it."""
    actor, now = request.actor, clock.now()
    with transaction.atomic():
        if not queries.may_break_glass(actor, now):
            raise NotFound("page")
    if request.method == "GET":
        return _page(request, forms.BreakGlassForm())
    form = forms.BreakGlassForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    with transaction.atomic():
        operations.knock(actor=actor, now=now, why=form.why_code())
    found = None
    try:
        with transaction.atomic():
            found = operations.break_glass(
                actor=actor,
                now=now,
                sought=form.sought(),
                why=form.why_code(),
                reason=form.cleaned_data["reason"],
                hours=form.cleaned_data["hours"],
            )
    except NotPossible as refusal:
        form.add_error(None, str(content.reason(refusal.code)))
        return _page(request, form, status=422)
    if found is None:
        form.add_error(None, str(content.reason("nobody_to_open")))
        return _page(request, form, status=422)
    return redirect("card", found)


def _page(request: Request, form: forms.BreakGlassForm, *, status: int = 200) -> HttpResponse:
    with transaction.atomic():
        return render(request, "people/break_glass.html", {"form": form}, status=status)


@staff_page("people.can_break_glass")
@require_POST
def close(request: Request) -> HttpResponse:
    """Close the card that is open."""
    access_operations.close_card(actor=request.actor, now=clock.now())
    messages.success(request, _("Kortet er lukket."))
    return redirect("staff-start")


@staff_page("access.can_review_opening")
@require_http_methods(["GET", "POST"])
def review(request: Request, opening_id: uuid.UUID) -> HttpResponse:
    """One opening, for the leader of the unit or the privacy officer: why it was opened, and what they think of it."""
    actor, now = request.actor, clock.now()
    opening = access.get_opening(actor, opening_id, now)
    form = forms.ReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            access_operations.review_opening(
                actor=actor,
                now=now,
                opening_id=opening_id,
                outcome=Outcome(form.cleaned_data["outcome"]),
                note=form.cleaned_data["note"],
            )
        except NotPossible as refusal:
            messages.error(request, str(content.reason(refusal.code)))
            return redirect("break-glass-review", opening_id)
        messages.success(request, _("Vurderingen er lagret."))
        return redirect("staff-start")
    words = content.load("break-glass")
    context = {
        "opening": opening,
        "name": queries.name_for_review(actor, opening, now),
        "why": words["why"][opening.why],
        "outcome": words["outcome"][opening.outcome] if opening.outcome else "",
        "form": form,
        "crumbs": [{"label": _("Start"), "url": reverse("staff-start")}],
    }
    return render(
        request, "people/break_glass_review.html", context, status=422 if form.errors else 200
    )
