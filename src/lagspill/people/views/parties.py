"""Pages of staff about one care recipient: what may be told to whom, who decides, who acts, who is nearest."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lagspill.access.doors import Request, form_key, staff_page
from lagspill.kernel import clock, content
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.kernel.ids import new_id
from lagspill.people import forms, operations, policy, queries
from lagspill.people.queries import PartiesView
from lagspill.people.rules import months_after


@staff_page("people.can_see_parties")
@require_safe
def parties(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Everything about whom staff may speak with around one care recipient."""
    now = clock.now()
    view = queries.get_parties(request.actor, person_id, now)
    person = queries.find_party(request.actor, person_id, now)
    context = {
        "parties": view,
        "may_protect": bool(policy.can_protect_person(request.actor, person, now)),
        "may_verify": bool(policy.can_verify(request.actor, person, now)),
        "crumbs": _crumbs(view),
    }
    return render(request, "people/parties.html", context)


def _parties_to_verify(request: Request, person_id: uuid.UUID, now: datetime) -> PartiesView:
    """For those with the overview alone; colleagues who see the rest are told so before they write anything."""
    decision = policy.can_verify(
        request.actor, queries.find_party(request.actor, person_id, now), now
    )
    if not decision:
        raise NotAllowed(decision.reason, known=True, noun="parties", object_id=person_id)
    return queries.get_parties(request.actor, person_id, now)


def _crumbs(view: PartiesView) -> list[dict[str, str]]:
    name = view.person.name or _("Uten navn")
    return [{"label": name, "url": reverse("card", args=[view.person.id])}]


def _to_parties(view: PartiesView) -> list[dict[str, str]]:
    address = reverse("parties", args=[view.person.id])
    return [*_crumbs(view), {"label": _("Samtykke"), "url": address}]


@dataclass(frozen=True)
class _Asked:
    """One form on a page of its own: its words, the form, and the act that takes what was written."""

    title: str
    lead: str
    button: str
    done: str
    make: Callable[..., Any]
    act: Callable[[Any], object]


def _answer(request: Request, view: PartiesView, asked: _Asked) -> HttpResponse:
    """Show the form; take it; say in words why not, with what was written kept."""
    form: django_forms.Form = asked.make(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked.act(form)
        except NotPossible as refusal:
            reason = content.reason(refusal.code)
            form.add_error(None, f"{reason.text} {reason.advice}")
        else:
            messages.success(request, asked.done)
            return redirect("parties", view.person.id)
    context = {
        "asked": asked,
        "form": form,
        "key": new_id(),
        "crumbs": _to_parties(view),
        "back": reverse("parties", args=[view.person.id]),
    }
    return render(
        request, "people/parties_form.html", context, status=422 if form.is_bound else 200
    )


@staff_page("people.can_see_parties")
@require_http_methods(["GET", "POST"])
def new_consent(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Write down what the care recipient, or who acts for them, lets us tell."""
    now = clock.now()
    view = queries.get_parties(request.actor, person_id, now)

    def make(data: Any) -> forms.SaidConsentForm:
        return forms.SaidConsentForm(
            data,
            close=view.close,
            name=view.person.name or _("Personen selv"),
            acts=view.representations,
        )

    def act(form: forms.SaidConsentForm) -> None:
        operations.give_consent(
            actor=request.actor,
            now=now,
            new=form.new_consent(person_id, oslo_today(now)),
            key=form_key(request),
        )

    asked = _Asked(
        _("Hva kan vi fortelle?"),
        _("Spør personen selv, i ro, uten den pårørende i rommet. Et nei er like greit."),
        _("Skriv ned ja"),
        _("Lagret. Det gjelder fra nå."),
        make,
        act,
    )
    return _answer(request, view, asked)


@staff_page("people.can_see_parties")
@require_http_methods(["GET", "POST"])
def note_no(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """The care recipient was asked and does not want to share; when to ask again."""
    now = clock.now()
    view = queries.get_parties(request.actor, person_id, now)

    def make(data: Any) -> forms.NoForm:
        later = months_after(oslo_today(now), 3)
        return forms.NoForm(data, close=view.close, initial={"again_on": later})

    def act(form: forms.NoForm) -> None:
        operations.note_no(
            actor=request.actor,
            now=now,
            relation_id=uuid.UUID(form.cleaned_data["relation"]),
            again_on=form.cleaned_data["again_on"],
        )

    asked = _Asked(
        _("Spurt, og ikke ønsket nå"),
        _("Et nei trenger ingen grunn. Å spørre er noe vi gjør igjen, når tiden er inne."),
        _("Lagre"),
        _("Lagret. Arbeidslisten minner om det når dagen kommer."),
        make,
        act,
    )
    return _answer(request, view, asked)


@staff_page("people.can_verify")
@require_http_methods(["GET", "POST"])
def new_ground(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Write down why something is told without a consent."""
    now = clock.now()
    view = _parties_to_verify(request, person_id, now)

    def make(data: Any) -> forms.GroundForm:
        return forms.GroundForm(data, close=view.close)

    def act(form: forms.GroundForm) -> None:
        operations.record_ground(
            actor=request.actor,
            now=now,
            relation_id=uuid.UUID(form.cleaned_data["relation"]),
            topics=form.cleaned_data["topics"],
            ground=form.basis(),
            why=form.cleaned_data["why"],
            last_on=form.cleaned_data["last_on"],
        )

    asked = _Asked(
        _("Fortelle uten samtykke"),
        _(
            "Bare når loven åpner for det. Skriv kort hva dere bygger på, så andre forstår det siden."
        ),
        _("Lagre grunnlaget"),
        _("Lagret. Det gjelder fra nå."),
        make,
        act,
    )
    return _answer(request, view, asked)


@staff_page("people.can_verify")
@require_http_methods(["GET", "POST"])
def new_capacity(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Write down what was decided about capacity in one matter."""
    now = clock.now()
    view = _parties_to_verify(request, person_id, now)

    def make(data: Any) -> forms.CapacityForm:
        return forms.CapacityForm(data, initial={"decided_on": oslo_today(now)})

    def act(form: forms.CapacityForm) -> None:
        operations.state_capacity(
            actor=request.actor, now=now, new=form.new_statement(person_id), key=form_key(request)
        )

    asked = _Asked(
        _("Hva kan personen bestemme selv?"),
        _(
            "Det gjelder én sak om gangen, og kan endre seg. Alle bestemmer selv til det er klart at de ikke kan."
        ),
        _("Lagre vurderingen"),
        _("Lagret."),
        make,
        act,
    )
    return _answer(request, view, asked)


@staff_page("people.can_verify")
@require_http_methods(["GET", "POST"])
def new_representation(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Write down who lawfully acts for the care recipient."""
    now = clock.now()
    view = _parties_to_verify(request, person_id, now)

    def make(data: Any) -> forms.RepresentationForm:
        first = {"starts_on": oslo_today(now)}
        return forms.RepresentationForm(data, close=view.close, initial=first)

    def act(form: forms.RepresentationForm) -> None:
        operations.add_representation(
            actor=request.actor,
            now=now,
            new=form.new_representation(person_id),
            key=form_key(request),
        )

    asked = _Asked(
        _("Hvem handler for personen?"),
        _("Se dokumentet først. Å være pårørende gir ingen slik rett."),
        _("Lagre"),
        _("Lagret. De kan lese det personen selv kan lese, så lenge det varer."),
        make,
        act,
    )
    return _answer(request, view, asked)


@staff_page("people.can_see_parties")
@require_http_methods(["GET", "POST"])
def new_nearest(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Write down who is nearest, and why."""
    now = clock.now()
    view = queries.get_parties(request.actor, person_id, now)

    def make(data: Any) -> forms.NearestForm:
        return forms.NearestForm(data, close=view.close)

    def act(form: forms.NearestForm) -> None:
        operations.designate_nearest(
            actor=request.actor,
            now=now,
            relation_id=uuid.UUID(form.cleaned_data["relation"]),
            basis=form.new_basis(),
        )

    asked = _Asked(
        _("Hvem er nærmeste pårørende?"),
        _(
            "Personen velger selv. Kan de ikke det, går vi etter hvem som har varig og løpende kontakt, med start i rekkefølgen i loven. Om noen er egnet, er ikke et vilkår."
        ),
        _("Lagre"),
        _("Lagret."),
        make,
        act,
    )
    return _answer(request, view, asked)


@staff_page("people.can_see_consent")
@require_http_methods(["GET", "POST"])
def consent(request: Request, consent_id: uuid.UUID) -> HttpResponse:
    """One consent, what was told under it, and its end."""
    now = clock.now()
    line = queries.get_consent(request.actor, consent_id, now)
    form = forms.HowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.withdraw_consent(
            actor=request.actor, now=now, consent_id=consent_id, how=form.cleaned_data["how"]
        )
        messages.success(request, _("Trukket tilbake. Det gjelder fra nå."))
        return redirect("consent", consent_id)
    person = queries.find_party(request.actor, line.care_recipient_id, now)
    crumbs = [
        {"label": person.name or _("Uten navn"), "url": reverse("card", args=[person.id])},
        {"label": _("Samtykke"), "url": reverse("parties", args=[person.id])},
    ]
    context = {"consent": line, "form": form, "crumbs": crumbs, "name": person.name}
    return render(request, "people/consent.html", context, status=422 if form.is_bound else 200)


@staff_page("people.can_verify")
@require_POST
def end_ground(request: Request, ground_id: uuid.UUID) -> HttpResponse:
    """A ground no longer holds."""
    row = operations.end_ground(actor=request.actor, now=clock.now(), ground_id=ground_id)
    messages.success(request, _("Avsluttet."))
    return redirect("parties", row.care_recipient_id)


@staff_page("people.can_verify")
@require_POST
def end_representation(request: Request, representation_id: uuid.UUID) -> HttpResponse:
    """Somebody no longer acts for the care recipient."""
    row = operations.end_representation(
        actor=request.actor, now=clock.now(), representation_id=representation_id
    )
    messages.success(request, _("Avsluttet. De leser ikke lenger for personen."))
    return redirect("parties", row.care_recipient_id)


@staff_page("people.can_see_parties")
@require_POST
def end_nearest(request: Request, designation_id: uuid.UUID) -> HttpResponse:
    """Somebody is no longer nearest."""
    row = operations.end_nearest(
        actor=request.actor, now=clock.now(), designation_id=designation_id
    )
    messages.success(request, _("Avsluttet."))
    return redirect("parties", row.relation.care_recipient_id)


@staff_page("people.visible_items")
@require_http_methods(["GET", "POST"])
def tell(request: Request, file_id: uuid.UUID) -> HttpResponse:
    """Note that the caregiver was told something, under what allows it."""
    now = clock.now()
    may = queries.may_tell(request.actor, file_id, now)
    if not may.relations:
        raise NotFound("file", file_id)
    back = reverse("parties", args=[may.relations[0].care_recipient_id])
    form = forms.ToldForm(request.POST or None, relations=may.relations)
    if request.method == "POST" and form.is_valid():
        key = form_key(request)
        try:
            for relation_id, topics in form.by_relation().items():
                operations.tell(
                    actor=request.actor,
                    now=now,
                    file_id=file_id,
                    relation_id=relation_id,
                    topics=topics,
                    key=uuid.uuid5(key, str(relation_id)) if key else None,
                )
        except NotPossible as refusal:
            form.add_error(None, str(content.reason(refusal.code)))
        else:
            messages.success(request, _("Notert. Den det gjelder, ser at det er fortalt."))
            return redirect(back)
    context = {
        "may_tell": may,
        "back": back,
        "form": form,
        "can_tell": may.can_note,
        "key": new_id(),
        "crumbs": [{"label": _("Samtykke"), "url": back}],
    }
    return render(request, "people/tell.html", context, status=422 if form.is_bound else 200)
