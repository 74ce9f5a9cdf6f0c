"""Pages of people: register, find, reach safely, own list of cards, and the code of an invitation."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lagspill.access.doors import Request, citizen_start, form_key, staff_page
from lagspill.kernel import clock, content
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.kernel.ids import new_id
from lagspill.people import forms, operations, policy, queries
from lagspill.people.rules import ASKS_AGE


@staff_page("people.can_register_caregiver")
@require_http_methods(["GET", "POST"])
def register(request: Request) -> HttpResponse:
    """Register a caregiver in three fields; a likeness is asked about before anything is written."""
    now = clock.now()
    if not policy.can_register_caregiver(request.actor, now):
        raise NotFound("page")
    served = queries.list_choosable_recipients(request.actor, request.GET.get("for"), now)
    if request.method == "GET":
        first = {"care_recipient": str(served[0].id)} if "for" in request.GET and served else {}
        form = forms.RegisterForm(served=served, initial=first)
        return _registration(request, form)
    form = forms.RegisterForm(request.POST, served=served)
    if not form.is_valid():
        return _registration(request, form, status=422)
    try:
        made = operations.register_by_hand(
            actor=request.actor, now=now, new=form.new_caregiver(), key=form_key(request)
        )
    except operations.LooksLike as likeness:
        return _registration(request, form, status=422, alike=likeness.found)
    except NotPossible as refusal:
        form.add_error(None, str(content.reason(refusal.code)))
        return _registration(request, form, status=422)
    if isinstance(made, operations.PassedOn):
        messages.success(
            request, _("Takk. Barneansvarlig har fått beskjed. Barn under 16 år får ingen mappe.")
        )
    elif made is not None:
        messages.success(
            request, _("Registrert. Pårørendekoordinatoren får beskjed og tar kontakt.")
        )
    return redirect("staff-start")


def _registration(
    request: Request,
    form: forms.RegisterForm,
    *,
    status: int = 200,
    alike: list[tuple[uuid.UUID, queries.PersonLine]] | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "alike": alike or [],
        "key": new_id(),
        "asks_age": " ".join(sorted(ASKS_AGE)),
        "somebody_else": forms.SOMEBODY_ELSE,
    }
    return render(request, "people/register.html", context, status=status)


@staff_page("people.visible_files")
@require_http_methods(["GET", "POST"])
def search(request: Request) -> HttpResponse:
    """Caregivers by the beginning of their name, among those the actor may open; a name never stands in an address."""
    if request.method == "GET":
        return render(request, "people/search.html", {"form": forms.SearchForm()})
    form = forms.SearchForm(request.POST)
    found = (
        queries.search_caregivers(request.actor, form.cleaned_data["name"], clock.now())
        if form.is_valid()
        else []
    )
    context = {"form": form, "found": found}
    return render(request, "people/search.html", context, status=200 if form.is_valid() else 422)


@staff_page("people.visible_cards")
@require_safe
def my_cards(request: Request) -> HttpResponse:
    """The actor's own list, and everybody the actor's units serve, by name."""
    now = clock.now()
    served, after = queries.list_served(request.actor, now, after=request.GET.get("etter"))
    context = {
        "pinned": queries.list_pinned(request.actor, now) if "etter" not in request.GET else [],
        "served": served,
        "next": after,
    }
    return render(request, "people/my_cards.html", context)


@staff_page("people.can_open_file")
@require_http_methods(["GET", "POST"])
def reach(request: Request, file_id: uuid.UUID) -> HttpResponse:
    """See and change how a caregiver can be reached safely."""
    now = clock.now()
    view = queries.get_file(request.actor, file_id, now)
    file = queries.get_file_row(request.actor, file_id, now)
    may = {
        "may_protect": bool(policy.can_protect(request.actor, file, now)),
        "sees_address": bool(policy.can_see_address(request.actor, file, now)),
    }
    if request.method == "POST":
        form = forms.ReachForm(request.POST, **may)
        if form.is_valid():
            operations.set_reach(actor=request.actor, now=now, file=file, reach=form.reach())
            if (protection := form.protection()) is not None:
                operations.set_protection(
                    actor=request.actor, now=now, file_id=file_id, protection=protection
                )
            messages.success(request, _("Lagret."))
            return redirect("file", file_id)
    else:
        held = view.reach
        form = forms.ReachForm(
            **may,
            initial={
                "protected": file.caregiver.protected,
                "channel": held.channel.value,
                "phone": held.phone,
                "email": held.email,
                "address": held.address,
                "note": held.note,
                "blocked": sorted(channel.value for channel in held.blocked),
            },
        )
    crumbs = [{"label": view.caregiver.name, "url": reverse("file", args=[file_id])}]
    context = {
        "form": form,
        "file": view,
        "may_tell": queries.may_tell(request.actor, file_id, now),
        "crumbs": crumbs,
    }
    return render(request, "people/reach.html", context, status=422 if form.is_bound else 200)


@citizen_start("people.bind_by_code")
@require_http_methods(["GET", "POST"])
def code(request: Request) -> HttpResponse:
    """Open one's own file with the code from an invitation."""
    form = forms.CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.bind_own_file(
                actor=request.actor, now=clock.now(), code=form.cleaned_data["code"]
            )
        except NotPossible as refusal:
            form.add_error("code", str(content.reason(refusal.code)))
        else:
            messages.success(request, _("Nå ser du det som er ditt."))
            return redirect("my-start")
    return render(request, "people/code.html", {"form": form}, status=422 if form.errors else 200)
