"""Pages of one item for citizens: the caregiver's own, and what the care recipient and named family may read."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lagspill.access.doors import Request, citizen_page, form_key
from lagspill.kernel import clock, content
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.kernel.ids import new_id
from lagspill.people import forms, operations, queries
from lagspill.people.queries import ItemPage
from lagspill.people.rules import Answer, Audience


def _own(request: Request, item_id: uuid.UUID) -> ItemPage:
    """An item of the citizen's own file. Raises NotFound."""
    page = queries.get_item_page(request.actor, item_id, clock.now())
    if page.party is None:
        raise NotFound("item", item_id)
    return page


def _render(request: Request, page: ItemPage, **broken: Any) -> HttpResponse:
    number, words = request.actor.municipality, page.words
    place = ""
    if page.party and words.own_page and words.place_id:
        place = reverse(words.own_page, args=[number, words.place_id])
    family = queries.family_choices(request.actor, page.id, clock.now()) if page.party else ()
    context = {
        "page": page,
        "family": family,
        "family_form": forms.FamilyReadersForm(relatives=family),
        "family_address": reverse("my-item-family", args=[number, page.id]),
        "party": page.party,
        "number": number,
        "place": place,
        "key": new_id(),
        "answer_form": forms.AnswerForm(),
        "crumbs": [{"label": _("Min side"), "url": reverse("my-start")}],
        **broken,
    }
    return render(request, "people/my_item.html", context, status=422 if broken else 200)


@citizen_page("people.can_read_item")
@require_safe
def my_item(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """One item: the words and who can read it; for the caregiver also who has read it, and what has left."""
    return _render(request, queries.get_item_page(request.actor, item_id, clock.now()))


@citizen_page("people.visible_files")
@require_safe
def my_items(request: Request) -> HttpResponse:
    """What was written without the caregiver, and yeses that wait for their copy."""
    now, actor = clock.now(), request.actor
    files = queries.list_own_files(actor, now)
    if not files:
        raise NotFound("file")
    context = {
        "unanswered": queries.list_unanswered(actor, files[0].id, now),
        "waiting": queries.list_waiting(actor, files[0].id, now),
        "number": actor.municipality,
        "crumbs": [{"label": _("Min side"), "url": reverse("my-start")}],
    }
    return render(request, "people/my_items.html", context)


@citizen_page("people.can_read_item")
@require_POST
def my_readers(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """More or fewer readers, at once."""
    page = _own(request, item_id)
    wanted = request.POST.get("audience")
    choices = page.party.choices if page.party else ()
    chosen = next((c for c in choices if c.audience == wanted), None)
    if chosen is None:
        raise NotPossible("placing_needs_audience")
    operations.change_audience(
        actor=request.actor,
        now=clock.now(),
        item_id=item_id,
        audience=Audience(chosen.audience),
        how="portal",
        sentence=chosen.sentence,
    )
    messages.success(request, _("Nå er det endret hvem som kan lese det."))
    return redirect("my-item", request.actor.municipality, item_id)


@citizen_page("people.can_read_item")
@require_POST
def my_answer(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """Yes, narrower, or a correction in one's own words."""
    page = _own(request, item_id)
    form = forms.AnswerForm(request.POST)
    if not form.is_valid():
        return _render(request, page, answer_form=form)
    try:
        operations.answer_item(
            actor=request.actor,
            now=clock.now(),
            item_id=item_id,
            answer=Answer(form.cleaned_data["answer"]),
            text=form.cleaned_data["text"],
            sentence=page.sentence,
            key=form_key(request),
        )
    except NotPossible as refusal:
        form.add_error(None, str(content.reason(refusal.code)))
        return _render(request, page, answer_form=form)
    messages.success(request, _("Takk for svaret."))
    return redirect("my-item", request.actor.municipality, item_id)


@citizen_page("people.can_read_item")
@require_POST
def my_undo(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """Take back a yes that was given by telephone or on paper."""
    operations.undo_widening(actor=request.actor, now=clock.now(), item_id=item_id)
    messages.success(
        request, _("Tatt tilbake. Det noen allerede har lest, kan vi ikke kalle tilbake.")
    )
    return redirect("my-item", request.actor.municipality, item_id)
