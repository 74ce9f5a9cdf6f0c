"""Pages of the child track: the list, one child, and passing a child on from a care recipient's card."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lagspill.access.doors import Request, form_key, staff_page
from lagspill.children import forms, operations, queries
from lagspill.children.queries import TrackLine, TrackView
from lagspill.children.rules import State, Step
from lagspill.kernel import clock, content
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.content import Text
from lagspill.kernel.errors import NotPossible
from lagspill.kernel.ids import new_id
from lagspill.people import queries as people

#: Filters of the list that are a state, as they stand in the address.
SHOWN = (State.OVERDUE, State.NEW, State.DUE)


@dataclass(frozen=True)
class Row:
    """A child in words: what the list and the page's head show."""

    line: TrackLine
    name: str
    near: str
    age: str
    state: Any


@dataclass(frozen=True)
class Panel:
    """One step on the child's page: what is asked, what was done, and the form to note it."""

    step: Step
    words: Any
    acts: tuple[tuple[queries.ActView, Text, Text | None], ...]
    is_done: bool
    form: forms.StepForm
    is_open: bool


def _row(line: TrackLine, now: datetime) -> Row:
    kin = forms.words("kin")[line.kin.value]
    name = line.person.name or _("en uten navn")
    age = ""
    if line.birth_year is not None:
        age = _("født %(year)s") % {"year": line.birth_year}
    return Row(
        line,
        line.child_name or _("Barn uten navn"),
        kin["of"].fill(content.active_language(), name=name),
        age,
        forms.words("state")[line.state.value],
    )


@staff_page("children.visible_tracks")
@require_safe
def tracks(request: Request) -> HttpResponse:
    """The children the actor follows up: who is new, who waits, who has waited too long."""
    now, actor = clock.now(), request.actor
    chosen = request.GET.get("vis", "")
    state = State(chosen) if chosen in SHOWN else None
    is_closed = chosen == State.CLOSED
    rows = queries.list_tracks(actor, now, state=state, is_closed=is_closed)
    counts = queries.count_tracks(actor, now)
    numbers = {State.OVERDUE: counts.overdue, State.NEW: counts.new, State.DUE: counts.due}
    states = forms.words("state")
    stats = [
        {
            "number": numbers[one],
            "label": states[one.value]["label"],
            "color": states[one.value]["color"],
            "current": one is state,
            "href": reverse("children") if one is state else f"?vis={one.value}",
        }
        for one in SHOWN
    ]
    context = {
        "rows": [_row(line, now) for line in rows],
        "stats": stats,
        "counts": counts,
        "is_closed": is_closed,
        "is_narrowed": state is not None,
    }
    return render(request, "children/tracks.html", context)


@staff_page("children.visible_tracks")
@require_http_methods(["GET", "POST"])
def track(request: Request, track_id: uuid.UUID) -> HttpResponse:
    """One child: the five steps, each noted with its day; correct what is known; close."""
    page = queries.get_track(request.actor, track_id, clock.now())
    act = request.POST.get("act", "")
    if request.method == "GET" or act not in (*Step, "correct", "close"):
        return _track_page(request, page)
    form = _form_of(request, page, act)
    if not form.is_valid():
        return _track_page(request, page, act, form)
    try:
        done = _run(request, track_id, act, form)
    except NotPossible as refusal:
        form.add_error(None, str(content.reason(refusal.code)))
        return _track_page(request, page, act, form)
    messages.success(request, done)
    return redirect("children") if act == "close" else redirect("child", track_id)


def _form_of(request: Request, page: TrackView, act: str) -> Any:
    if act == "correct":
        return forms.ChildForm(request.POST)
    if act == "close":
        return forms.CloseForm(request.POST)
    return _step_form(page, Step(act), request.POST)


def _step_form(page: TrackView, step: Step, data: Any = None, **initial: Any) -> forms.StepForm:
    row = forms.words("step")[step.value]
    return forms.StepForm(data, step=step, row=row, colleagues=page.colleagues, initial=initial)


def _run(request: Request, track_id: uuid.UUID, act: str, form: Any) -> str:
    actor, now = request.actor, clock.now()
    if act == "correct":
        operations.correct_child(actor=actor, now=now, track_id=track_id, child=form.child())
        return _("Lagret.")
    if act == "close":
        how = form.cleaned_data["how"]
        operations.close_track(actor=actor, now=now, track_id=track_id, how=how)
        return _("Barnet er tatt av listen.")
    operations.take_step(
        actor=actor,
        now=now,
        track_id=track_id,
        taken=form.taken(),
        next_on=form.cleaned_data["next_on"],
        lead_id=form.lead_id(),
        key=form_key(request),
    )
    return _("Notert. Du står som den som følger opp.") if not form.lead_id() else _("Notert.")


def _track_page(
    request: Request, page: TrackView, act: str = "", refused: Form | None = None
) -> HttpResponse:
    now, line = clock.now(), page.line
    lead = str(page.lead_id or request.actor.id)
    fresh = {"done_on": oslo_today(now), "lead": lead, "next_on": _still_ahead(line, now)}
    panels = []
    for view in page.steps:
        is_refused = act == view.step.value and refused is not None
        form: Any = refused if is_refused else _step_form(page, view.step, **fresh)
        panels.append(_panel(view, form, is_open=is_refused))
    known = {"name": line.child_name, "birth_year": line.birth_year, "kin": line.kin.value}
    context = {
        "page": page,
        "row": _row(line, now),
        "others": [_row(other, now) for other in page.others],
        "panels": panels,
        "correct": refused if act == "correct" else forms.ChildForm(initial=known),
        "close": refused if act == "close" else forms.CloseForm(),
        "act": act,
        "refused": refused,
        "ending": forms.words("ending").get(page.closed_how),
        "crumbs": [{"label": _("Barn som pårørende"), "url": reverse("children")}],
        "key": new_id(),
    }
    return render(request, "children/track.html", context, status=422 if refused else 200)


def _still_ahead(line: TrackLine, now: datetime) -> Any:
    """The date that stands, unless it has passed: then whoever notes a step chooses a new one."""
    return line.next_on if line.next_on and line.next_on > oslo_today(now) else None


def _panel(view: queries.StepView, form: forms.StepForm, *, is_open: bool) -> Panel:
    row = forms.words("step")[view.step.value]
    outcomes = {one["code"]: one["label"] for one in row["outcome"]}
    hows = {one["code"]: one["label"] for one in row.get("how", ())}
    acts = tuple((act, outcomes[act.outcome], hows.get(act.how)) for act in view.acts)
    return Panel(view.step, row, acts, view.is_done, form, is_open)


@staff_page("children.can_pass_on")
@require_http_methods(["GET", "POST"])
def pass_on(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Say that there is a child near a care recipient; shows afterwards that it was said, and nothing else."""
    now, actor = clock.now(), request.actor
    person = people.get_care_recipient(actor, person_id, now)
    is_sent = request.method == "POST"
    form = forms.ChildForm(request.POST if is_sent else None, initial={"kin": "child"})
    if is_sent and form.is_valid():
        try:
            operations.pass_on_child(
                actor=actor,
                now=now,
                person_id=person_id,
                child=form.child(),
                key=form_key(request),
            )
        except NotPossible as refusal:
            form.add_error(None, str(content.reason(refusal.code)))
        else:
            messages.success(request, _("Takk. Barneansvarlig har fått beskjed og tar det videre."))
            return redirect("pass-on-child", person_id)
    unit_id = people.find_serving_unit(person_id, now)
    responsible = queries.list_responsible(actor, unit_id, now) if unit_id else []
    context = {
        "form": form,
        "person": person,
        "told": queries.list_passed_on(actor, person_id, now),
        "responsible": responsible,
        "names": ", ".join(card.name for card in responsible),
        "phrases": forms.words("step")[Step.ASKED.value]["phrase"],
        "crumbs": [
            {
                "label": person.name or _("Uten navn"),
                "url": reverse("card", args=[person_id]),
            }
        ],
        "key": new_id(),
    }
    status = 422 if form.errors else 200
    return render(request, "children/pass_on.html", context, status=status)
