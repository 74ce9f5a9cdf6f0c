"""Pages about a death: recorded by staff, undone when it was wrong; and who reads a dead person's file."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lagspill.access.doors import Request, staff_page
from lagspill.kernel import clock, content
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotPossible
from lagspill.people import forms, operations, queries


@staff_page("people.can_record_death")
@require_http_methods(["GET", "POST"])
def death(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """What a death changes, in plain words, before it is recorded; what it changed, and how to undo it, after."""
    now, actor = clock.now(), request.actor
    view = queries.get_death(actor, person_id, now)
    form = forms.DeathForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.record_death(
                actor=actor, now=now, person_id=person_id, died_on=form.cleaned_data["died_on"]
            )
        except NotPossible as refusal:
            form.add_error("died_on", str(content.reason(refusal.code)))
        else:
            messages.success(request, _("Registrert. Ingen har fått beskjed automatisk."))
            return redirect("death", person_id)
    context = {"death": view, "form": form}
    return render(request, "people/death.html", context, status=422 if form.errors else 200)


@staff_page("people.can_undo_death")
@require_POST
def undo_death(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """The death was recorded by mistake."""
    operations.undo_death(actor=request.actor, now=clock.now(), person_id=person_id)
    messages.success(
        request,
        _(
            "Angret. Mappen og tjenestene er som før. Samtykker og representanter må registreres på nytt."
        ),
    )
    return redirect("staff-start")


@staff_page("people.closed_by_death")
@require_safe
def dead_files(request: Request) -> HttpResponse:
    """Files that a death has closed, for the privacy officer."""
    rows = queries.list_dead_files(request.actor, clock.now())
    return render(request, "people/dead_files.html", {"rows": rows})


@staff_page("people.can_decide_opening")
@require_http_methods(["GET", "POST"])
def dead_file(request: Request, file_id: uuid.UUID) -> HttpResponse:
    """Decide who reads one of them, why and for how long."""
    now, actor = clock.now(), request.actor
    view = queries.get_dead_file(actor, file_id, now)
    form = forms.OpeningForm(
        request.POST or None,
        readers=queries.list_possible_readers(actor, file_id, now),
        initial={"last_on": oslo_today(now) + timedelta(days=14)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.open_closed_file(
                actor=actor,
                now=now,
                file_id=file_id,
                staff_id=form.staff_id(),
                why=form.cleaned_data["why"],
                last_on=form.cleaned_data["last_on"],
            )
        except NotPossible as refusal:
            form.add_error(None, str(content.reason(refusal.code)))
        else:
            messages.success(request, _("Innsynet gjelder fra nå. Det kan bare leses."))
            return redirect("dead-file", file_id)
    context = {
        "file": view,
        "form": form,
        "crumbs": [{"label": _("Mapper etter døde"), "url": reverse("dead-files")}],
    }
    return render(request, "people/dead_file.html", context, status=422 if form.errors else 200)


@staff_page("people.can_decide_opening")
@require_POST
def end_opening(request: Request, opening_id: uuid.UUID) -> HttpResponse:
    """The reader reads no more."""
    row = operations.end_opening(actor=request.actor, now=clock.now(), opening_id=opening_id)
    messages.success(request, _("Avsluttet. Mappen kan ikke leses lenger."))
    return redirect("dead-file", row.file_id)
