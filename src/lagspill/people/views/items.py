"""Pages of one item for staff: who reads it, widening and narrowing, the caregiver's answer, duties."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lagspill.access.doors import Request, form_key, staff_page
from lagspill.kernel import clock, content
from lagspill.kernel.errors import NotFound, NotPossible, Stale
from lagspill.kernel.ids import new_id
from lagspill.people import forms, operations, queries
from lagspill.people.queries import ItemPage
from lagspill.people.rules import Answer, Audience, ToldHow


def _party_page(request: Request, item_id: uuid.UUID) -> ItemPage:
    """The item, for what only the file's staff may do. Raises NotFound."""
    page = queries.get_item_page(request.actor, item_id, clock.now())
    if page.party is None:
        raise NotFound("item", item_id)
    return page


def _render(request: Request, page: ItemPage, **broken: Any) -> HttpResponse:
    """The page, with a form that was not valid in place of a fresh one."""
    party = page.party
    context = {
        "page": page,
        "may_tell": queries.may_tell(request.actor, page.file_id, clock.now()),
        "party": party,
        "place": _place(page),
        "key": new_id(),
        "audience_form": forms.AudienceForm(choices=party.choices) if party else None,
        "answer_form": forms.TakenAnswerForm(),
        "told_form": forms.DisclosureToldForm(),
        **_family(request, page),
        "is_taker": _took_it(page, request.actor.id),
        "crumbs": [{"label": page.caregiver, "url": reverse("file", args=[page.file_id])}]
        if party
        else [],
        **broken,
    }
    return render(request, "people/item.html", context, status=422 if broken else 200)


def _family(request: Request, page: ItemPage) -> dict[str, Any]:
    """Whom the caregiver may name as readers in the family; nobody on pages of others."""
    found = queries.family_choices(request.actor, page.id, clock.now()) if page.party else ()
    return {
        "family": found,
        "family_form": forms.FamilyReadersForm(relatives=found),
        "family_address": reverse("item-family", args=[page.id]),
    }


def _took_it(page: ItemPage, staff_id: uuid.UUID | None) -> bool:
    """True when the yes that waits was taken by whoever looks: the second call is then somebody else's."""
    widening = page.party.widening if page.party else None
    return widening is not None and widening.taken_by_id == staff_id


def _place(page: ItemPage) -> str:
    """Where it stands, for those who may go there."""
    words = page.words
    if words.page and words.place_id and (page.party or words.page == "promise"):
        return reverse(words.page, args=[words.place_id])
    return reverse("file", args=[page.file_id]) if page.party else ""


@staff_page("people.can_read_item")
@require_safe
def item(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """One item: the words, who can read it, and for the file's staff who has read it and what has left."""
    return _render(request, queries.get_item_page(request.actor, item_id, clock.now()))


@staff_page("people.can_read_item")
@require_POST
def readers(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """Fewer readers at once; more when the caregiver said yes, by telephone and paper when the copy has left."""
    page, now = _party_page(request, item_id), clock.now()
    choices = page.party.choices if page.party else ()
    form = forms.AudienceForm(request.POST, choices=choices)
    if not form.is_valid():
        return _render(request, page, audience_form=form)
    chosen = next(c for c in choices if c.audience == form.cleaned_data["audience"])
    how = form.cleaned_data["how"]
    change: dict[str, Any] = {
        "actor": request.actor,
        "now": now,
        "item_id": item_id,
        "audience": Audience(chosen.audience),
        "how": how or "portal",
        "sentence": chosen.sentence,
    }
    try:
        if chosen.is_wider and how in ("phone", "paper"):
            operations.ask_widening(**change)
            messages.success(request, _("Ja-et er notert. Det gjelder når kopien er sendt."))
        else:
            operations.change_audience(**change)
            messages.success(request, _("Nå er det endret hvem som kan lese det."))
    except NotPossible as refusal:
        form.add_error("how" if chosen.is_wider else None, str(content.reason(refusal.code)))
        return _render(request, page, audience_form=form)
    return redirect("item", item_id)


@staff_page("people.can_read_item")
@require_POST
def answer(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """Record what the caregiver said, in person or on the telephone, to words written without them."""
    page = _party_page(request, item_id)
    form = forms.TakenAnswerForm(request.POST)
    if not form.is_valid():
        return _render(request, page, answer_form=form)
    try:
        operations.answer_item(
            actor=request.actor,
            now=clock.now(),
            item_id=item_id,
            answer=Answer(form.cleaned_data["answer"]),
            how=form.cleaned_data["how"],
            sentence=page.sentence,
            key=form_key(request),
        )
    except NotPossible as refusal:
        form.add_error(None, str(content.reason(refusal.code)))
        return _render(request, page, answer_form=form)
    messages.success(request, _("Svaret er notert."))
    return redirect("item", item_id)


@staff_page("people.can_read_item")
@require_POST
def copy(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """The copy of a yes by telephone or paper: made as a letter, posted, confirmed by a second call, or the yes undone."""
    page, now = _party_page(request, item_id), clock.now()
    waiting = page.party.widening if page.party else None
    act = request.POST.get("act")
    if waiting is None:
        raise NotPossible("widening_ended")
    named: dict[str, Any] = {"actor": request.actor, "now": now}
    last = _uuid(request.POST.get("last")) or waiting.id  # the last that the page showed
    if act == "letter":
        pdf = operations.make_copy_letter(widening_id=last, **named)
        answer = HttpResponse(pdf, content_type="application/pdf")
        answer.headers["Content-Disposition"] = 'attachment; filename="brev.pdf"'
        return answer
    if act == "posted":
        operations.mark_copy_posted(widening_id=last, **named)
    elif act == "second":
        operations.confirm_by_second_call(widening_id=last, **named)
    elif act == "undo":
        operations.undo_widening(item_id=item_id, **named)
    else:
        raise NotPossible("other")
    messages.success(request, _("Nå er det endret hvem som kan lese det."))
    return redirect("item", item_id)


@staff_page("people.can_read_item")
@require_http_methods(["GET", "POST"])
def must_record(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """The exact text as the care recipient will read it, before it is marked "must be recorded"."""
    page = _party_page(request, item_id)
    choices = page.party.choices if page.party else ()
    shared = next((c for c in choices if c.audience == Audience.SHARED), None)
    sentence = shared.sentence if shared else page.sentence
    if request.method == "POST":
        try:
            operations.mark_must_record(
                actor=request.actor,
                now=clock.now(),
                item_id=item_id,
                digest=request.POST.get("digest", ""),
                sentence=sentence,
            )
        except Stale:
            messages.warning(request, _("Teksten er endret. Les den en gang til."))
            return redirect("item-must-record", item_id)
        messages.success(request, _("Merket. Den pårørende får vite det."))
        return redirect("item", item_id)
    context = {
        "page": page,
        "may_tell": queries.may_tell(request.actor, page.file_id, clock.now()),
        "sentence": sentence,
        "crumbs": [{"label": page.label, "url": reverse("item", args=[item_id])}],
    }
    return render(request, "people/must_record.html", context)


@staff_page("people.can_read_item")
@require_http_methods(["GET", "POST"])
def disclose(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """Record that words left on a legal ground."""
    page = _party_page(request, item_id)
    form = forms.DisclosureForm(request.POST or None, initial={"words": page.text})
    if request.method == "POST" and form.is_valid():
        try:
            operations.disclose_on_legal_ground(
                actor=request.actor,
                now=clock.now(),
                item_id=item_id,
                disclosure=form.disclosure(),
                key=form_key(request),
            )
        except NotPossible as refusal:
            form.add_error(None, str(content.reason(refusal.code)))
        else:
            messages.success(request, _("Notert."))
            return redirect("item", item_id)
    context = {
        "page": page,
        "may_tell": queries.may_tell(request.actor, page.file_id, clock.now()),
        "form": form,
        "key": new_id(),
        "crumbs": [{"label": page.label, "url": reverse("item", args=[item_id])}],
    }
    return render(request, "people/disclose.html", context, status=422 if form.errors else 200)


@staff_page("people.can_read_item")
@require_POST
def told(request: Request, item_id: uuid.UUID) -> HttpResponse:
    """The caregiver has been told of what left."""
    page = _party_page(request, item_id)
    form = forms.DisclosureToldForm(request.POST)
    if not form.is_valid():
        return _render(request, page, told_form=form)
    operations.note_told(
        actor=request.actor,
        now=clock.now(),
        disclosure_id=form.cleaned_data["disclosure"],
        told_how=ToldHow(form.cleaned_data["told_how"]),
    )
    messages.success(request, _("Notert. Nå står det også på den pårørendes side."))
    return redirect("item", item_id)


@staff_page("people.can_open_file")
@require_http_methods(["GET", "POST"])
def entry(request: Request, file_id: uuid.UUID) -> HttpResponse:
    """Write a fact that care needs on the card, besides the note it may come from."""
    now, actor = clock.now(), request.actor
    file = queries.get_file(actor, file_id, now)
    source = _source(request)
    form = forms.EntryForm(request.POST or None, relations=file.relations)
    sentences = queries.reader_sentences(actor, file_id, [], now)
    if request.method == "POST" and form.is_valid():
        try:
            operations.record_for_care(
                actor=actor,
                now=now,
                file=queries.get_file_row(actor, file_id, now),
                entry=form.entry(source),
                sentence=sentences[Audience.SHARED.value],
                key=form_key(request),
            )
        except NotPossible as refusal:
            form.add_error(None, str(content.reason(refusal.code)))
        else:
            messages.success(request, _("Skrevet på avtalekortet."))
            return redirect("item", source) if source else redirect("file", file_id)
    context = {
        "file": file,
        "may_tell": queries.may_tell(request.actor, file_id, clock.now()),
        "form": form,
        "key": new_id(),
        "sentence": sentences[Audience.SHARED.value],
        "crumbs": [{"label": file.caregiver.name, "url": reverse("file", args=[file_id])}],
    }
    return render(request, "people/entry.html", context, status=422 if form.errors else 200)


def _source(request: Request) -> uuid.UUID | None:
    """The note it comes from, as the address names it."""
    return _uuid(request.GET.get("fra"))


def _uuid(text: str | None) -> uuid.UUID | None:
    """An id as it came; anything else is as good as none."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
