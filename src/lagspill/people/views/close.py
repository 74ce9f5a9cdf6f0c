"""Pages about who is close: the relation as an item, being told of it, names only suspected, and who of the family reads."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lagspill.access.doors import Request, citizen_page, form_key, staff_page
from lagspill.kernel import clock, content
from lagspill.kernel.errors import NotPossible
from lagspill.kernel.ids import new_id
from lagspill.people import forms, operations, queries
from lagspill.people.rules import ASKS_AGE, SuspectedEnd, SuspectedFrom, ToldFirst


def _said(refusal: NotPossible) -> str:
    reason = content.reason(refusal.code)
    return f"{reason.text} {reason.advice}"


@citizen_page("people.visible_files")
@require_http_methods(["GET", "POST"])
def my_relation(request: Request, relation_id: uuid.UUID) -> HttpResponse:
    """May the one I help know that I am registered, and may the rest of the family see me? Yes, no, or taken back."""
    actor, now = request.actor, clock.now()
    page = queries.get_relation_page(actor, relation_id, now)
    if request.method == "POST":
        try:
            _answer(request, relation_id, how="portal")
        except NotPossible as refusal:
            messages.error(request, _said(refusal))
        else:
            messages.success(request, _("Lagret. Det gjelder fra nå."))
        return redirect("my-relation", actor.municipality, relation_id)
    context = {
        "page": page,
        "number": actor.municipality,
        "crumbs": [{"label": _("Min side"), "url": reverse("my-start")}],
    }
    return render(request, "people/my_relation.html", context)


def _answer(request: Request, relation_id: uuid.UUID, *, how: str) -> None:
    """What the button said: `known` or `family`, yes or no. Raises NotPossible."""
    named: dict[str, Any] = {
        "actor": request.actor,
        "now": clock.now(),
        "relation_id": relation_id,
        "how": how,
    }
    match request.POST.get("known"), request.POST.get("family"):
        case ("yes" | "no") as known, None:
            operations.answer_relation(is_yes=known == "yes", **named)
        case None, ("yes" | "no") as family:
            operations.set_family_visibility(is_yes=family == "yes", **named)
        case _:
            raise NotPossible("other")


@staff_page("people.visible_files")
@require_http_methods(["GET", "POST"])
def relation(request: Request, relation_id: uuid.UUID) -> HttpResponse:
    """One relation for the file's staff: who knows of it, the caregiver's yes, and telling them that they are registered."""
    actor, now = request.actor, clock.now()
    page = queries.get_relation_page(actor, relation_id, now)
    told_form, yes_form = forms.ToldFirstForm(), forms.RelationYesForm()
    if request.method == "POST" and "told" in request.POST:
        told_form = forms.ToldFirstForm(request.POST)
        if told_form.is_valid():
            how = ToldFirst(told_form.cleaned_data["how"])
            operations.note_registered_told(actor=actor, now=now, relation_id=relation_id, how=how)
            messages.success(request, _("Lagret."))
            return redirect("relation", relation_id)
    elif request.method == "POST":
        yes_form = forms.RelationYesForm(request.POST)
        if yes_form.is_valid():
            try:
                _answer(request, relation_id, how=yes_form.cleaned_data["how"])
            except NotPossible as refusal:
                yes_form.add_error(None, _said(refusal))
            else:
                messages.success(request, _("Lagret."))
                return redirect("relation", relation_id)
    context = {
        "page": page,
        "told_form": told_form,
        "yes_form": yes_form,
        "may_tell": queries.may_tell(actor, page.file_id, now),
        "crumbs": [{"label": page.caregiver, "url": reverse("file", args=[page.file_id])}],
    }
    has_fault = told_form.errors or yes_form.errors
    return render(request, "people/relation.html", context, status=422 if has_fault else 200)


@staff_page("people.visible_files")
@require_POST
def relation_letter(request: Request, relation_id: uuid.UUID) -> HttpResponse:
    """The letter that tells somebody that they are registered."""
    pdf = operations.make_registered_letter(
        actor=request.actor, now=clock.now(), relation_id=relation_id
    )
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="brev.pdf"'
    return answer


@citizen_page("people.can_see_parties")
@require_http_methods(["GET", "POST"])
def my_new_close(request: Request) -> HttpResponse:
    """Say who is close to me; I know of it at once."""
    actor, now = request.actor, clock.now()
    person_id = queries.get_own_as_helped(actor, now).id
    form = forms.OwnCloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.name_caregiver(
                actor=actor, now=now, new=form.new_caregiver(), key=form_key(request)
            )
        except NotPossible as refusal:
            form.add_error(None, _said(refusal))
        else:
            if isinstance(made, operations.PassedOn):
                messages.success(
                    request, _("Takk. Den som følger opp barn hos oss, har fått beskjed.")
                )
            else:
                messages.success(
                    request, _("Takk. Vi tar kontakt og forteller at du har sagt det.")
                )
            return redirect("my-parties", actor.municipality, person_id)
    context = {
        "form": form,
        "key": new_id(),
        "asks_age": " ".join(sorted(ASKS_AGE)),
        "person_id": person_id,
        "number": actor.municipality,
        "crumbs": [
            {"label": _("Min side"), "url": reverse("my-start")},
            {
                "label": _("Hvem får vite hva"),
                "url": reverse("my-parties", args=[actor.municipality, person_id]),
            },
        ],
    }
    status = 422 if form.is_bound else 200
    return render(request, "people/my_new_close.html", context, status=status)


@staff_page("people.can_register_caregiver")
@require_http_methods(["GET", "POST"])
def new_suspected(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Somebody is perhaps a caregiver: a name, what they are, and who said so."""
    actor, now = request.actor, clock.now()
    person = queries.get_care_recipient(actor, person_id, now)
    form = forms.SuspectedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            operations.note_suspected(
                actor=actor,
                now=now,
                care_recipient_id=person_id,
                name=given["name"],
                code=given["relation"],
                source=SuspectedFrom(given["source"]),
                key=form_key(request),
            )
        except NotPossible as refusal:
            form.add_error(None, _said(refusal))
        else:
            messages.success(
                request, _("Skrevet ned. Pårørendekoordinatoren får beskjed og tar kontakt.")
            )
            return redirect("card", person_id)
    context = {
        "form": form,
        "person": person,
        "key": new_id(),
        "crumbs": [{"label": person.name, "url": reverse("card", args=[person_id])}],
    }
    status = 422 if form.is_bound else 200
    return render(request, "people/new_suspected.html", context, status=status)


@staff_page("people.visible_suspected")
@require_http_methods(["GET", "POST"])
def suspected(request: Request, suspected_id: uuid.UUID) -> HttpResponse:
    """A name that is only suspected: met and registered, or not a caregiver, or no contact wanted."""
    actor, now = request.actor, clock.now()
    view = queries.get_suspected(actor, suspected_id, now)
    form = forms.MetForm(code=view.code)
    if request.method == "POST" and "end" in request.POST:
        ends = {end.value: end for end in SuspectedEnd}
        how = ends.get(request.POST["end"], SuspectedEnd.IDENTIFIED)
        operations.end_suspected(actor=actor, now=now, suspected_id=suspected_id, how=how)
        messages.success(request, _("Slettet."))
        return redirect("staff-start")
    if request.method == "POST":
        form = forms.MetForm(request.POST, code=view.code)
        if form.is_valid():
            try:
                operations.meet_suspected(
                    actor=actor,
                    now=now,
                    suspected_id=suspected_id,
                    reach=form.reach(),
                    age_group=form.age(),
                    key=form_key(request),
                )
            except NotPossible as refusal:
                form.add_error(None, _said(refusal))
            else:
                messages.success(request, _("Registrert."))
                return redirect("staff-start")
    context = {"name": view, "form": form, "key": new_id()}
    status = 422 if form.is_bound else 200
    return render(request, "people/suspected.html", context, status=status)


@staff_page("people.can_read_item")
@require_POST
def item_family(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """Who of the family reads an item, as the caregiver said it, together with them."""
    _set_family(request, item_id, how="in_person")
    return redirect("item", item_id)


@citizen_page("people.can_read_item")
@require_POST
def my_item_family(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """Who of the family reads my item."""
    _set_family(request, item_id, how="portal")
    return redirect("my-item", request.actor.municipality, item_id)


def _set_family(request: Request, item_id: uuid.UUID, *, how: str) -> None:
    actor, now = request.actor, clock.now()
    relatives = queries.family_choices(actor, item_id, now)
    form = forms.FamilyReadersForm(request.POST, relatives=relatives)
    if not form.is_valid():
        messages.error(request, str(content.reason("other").text))
        return
    try:
        operations.set_family_readers(
            actor=actor, now=now, item_id=item_id, person_ids=form.person_ids(), how=how
        )
    except NotPossible as refusal:
        messages.error(request, _said(refusal))
    else:
        messages.success(request, _("Lagret. Det gjelder fra nå."))
