"""Pages where staff build a draft: from the talk's statements, line by line, until it is proposed."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lagspill.access.doors import Request, form_key, staff_page
from lagspill.agreements import forms, operations, queries
from lagspill.agreements.queries import LineView, VersionView
from lagspill.agreements.rules import (
    KINDS,
    LineKind,
    VersionState,
    kinds_for_topic,
    review_suggested,
)
from lagspill.kernel import clock, content
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotFound, NotPossible, Stale
from lagspill.kernel.ids import new_id
from lagspill.people import queries as people
from lagspill.tenancy import queries as tenancy

#: The heading of each part in content/agreement.toml.
HEADINGS = {
    **{kind: kind.value for kind in KINDS},
    LineKind.TASK: "tasks",
    LineKind.MEASURE: "promises",
    LineKind.CONTACT: "contacts",
}
ICONS = {
    LineKind.MATTERS: "Heart",
    LineKind.TASK: "Tasklist",
    LineKind.WILL_NOT: "HandShakeHeart",
    LineKind.SERVICE_ASKS: "Chat",
    LineKind.MEASURE: "Handshake",
    LineKind.CONTACT: "Phone",
    LineKind.CONTINGENCY: "ExclamationmarkTriangle",
}


def heading(kind: LineKind) -> str:
    """The heading of a part, in the reader's language."""
    return str(content.load("agreement")["heading"][HEADINGS[kind]])


def crumbs(file_id: uuid.UUID, name: str) -> list[dict[str, str]]:
    """The way back to the caregiver's file."""
    return [{"label": name, "url": reverse("file", args=[file_id])}]


@staff_page("people.can_open_file")
@require_http_methods(["GET", "POST"])
def draft(request: Request, file_id: uuid.UUID) -> HttpResponse:
    """The draft of a file; without one, where a new version is started."""
    now = clock.now()
    if request.method == "POST":
        operations.start_draft(
            actor=request.actor, now=now, file_id=file_id, talk_id=_talk(request.POST.get("talk"))
        )
        return redirect("agreement-draft", file_id)
    open_id = queries.find_open(request.actor, file_id, now)
    if open_id is not None:
        version = queries.get_version(request.actor, open_id, now)
        if version.state != VersionState.DRAFT:
            return redirect("agreement", open_id)
        suggested = {"review_on": review_suggested(oslo_today(now))}
        return _draft_page(request, version, forms.ProposeForm(initial=suggested))
    file = people.get_file(request.actor, file_id, now)
    context = {
        "file": file,
        "may_tell": people.may_tell(request.actor, file_id, now),
        "versions": queries.list_versions(request.actor, file_id, now),
        "talk": request.GET.get("samtale", ""),
        "crumbs": crumbs(file_id, file.caregiver.name),
    }
    return render(request, "agreements/start.html", context)


def _talk(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def _draft_page(
    request: Request, version: VersionView, form: forms.ProposeForm, status: int = 200
) -> HttpResponse:
    now = clock.now()
    taken = {line.source_item_id for line in version.lines}
    statements = [
        {
            "statement": found,
            "topic": content.topics().get(found.topic),
            "audience": content.audiences()[found.audience].label,
            "is_taken": found.item_id in taken,
            "first": [(k.value, heading(k)) for k in kinds_for_topic(found.topic)],
            "rest": [(k.value, heading(k)) for k in KINDS if k not in kinds_for_topic(found.topic)],
        }
        for found in queries.list_statements(request.actor, version, now)
    ]
    parts = [
        {
            "kind": kind.value,
            "icon": ICONS[kind],
            "heading": heading(kind),
            "lines": version.of(kind),
        }
        for kind in KINDS
    ]
    context = {
        "version": version,
        "may_tell": people.may_tell(request.actor, version.file_id, now),
        "statements": statements,
        "parts": parts,
        "form": form,
        "key": new_id(),
        "crumbs": crumbs(version.file_id, version.caregiver),
    }
    return render(request, "agreements/draft.html", context, status=status)


@staff_page("agreements.can_edit")
@require_POST
def take(request: Request, version_id: uuid.UUID) -> HttpResponse:
    """Take a statement in as a line; straight on to who does it when it is a task, who keeps it when it is a measure."""
    now = clock.now()
    form = forms.TakeForm(request.POST)
    if not form.is_valid():
        raise NotFound("statement")
    kind = LineKind(form.cleaned_data["kind"])
    line = operations.take_statement(
        actor=request.actor,
        now=now,
        version_id=version_id,
        item_id=form.cleaned_data["item"],
        kind=kind,
    )
    if kind in (LineKind.TASK, LineKind.MEASURE, LineKind.CONTACT):
        return redirect("agreement-line", line.id)
    return redirect(reverse("agreement-draft", args=[line.file_id]) + f"#linje-{line.id}")


def _line_form(
    request: Request, kind: LineKind, version: VersionView, line: LineView | None = None
) -> forms.LineForm:
    now = clock.now()
    sentences = people.reader_sentences(request.actor, version.file_id, [], now)
    choices: dict[str, Any] = {"kind": kind, "sentences": sentences}
    if kind is LineKind.MEASURE:
        choices["units"] = [(unit.id, unit.name) for unit in tenancy.list_units()]
        choices["owners"] = queries.list_owners(request.actor, version.file_id, now)
    if request.method == "POST":
        return forms.LineForm(request.POST, **choices)
    first: dict[str, Any] = {"form_id": new_id(), "unit": str(version.unit_id)}
    if line is not None:
        first |= {
            "text": line.text,
            "who": line.who,
            "when": line.when,
            "name": line.name,
            "phone": line.phone,
            "substitute_name": line.substitute_name,
            "substitute_phone": line.substitute_phone,
            "audience": line.audience,
            "unit": str(line.unit_id or version.unit_id),
            "owner_staff": str(line.owner_staff_id or ""),
            "due_on": line.due_on,
            "revision": line.revision,
        }
    return forms.LineForm(initial=first, **choices)


def _line_page(
    request: Request,
    version: VersionView,
    form: forms.LineForm,
    *,
    line: LineView | None = None,
    theirs: LineView | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "version": version,
        "may_tell": people.may_tell(request.actor, version.file_id, clock.now()),
        "form": form,
        "line": line,
        "theirs": theirs,
        "kind": form.kind.value,
        "heading": heading(form.kind),
        "key": new_id(),
        "crumbs": [
            *crumbs(version.file_id, version.caregiver),
            {"label": _("Utkast"), "url": reverse("agreement-draft", args=[version.file_id])},
        ],
    }
    return render(request, "agreements/line.html", context, status=status)


@staff_page("agreements.can_edit")
@require_http_methods(["GET", "POST"])
def new_line(request: Request, version_id: uuid.UUID, kind: str) -> HttpResponse:
    """A line typed anew."""
    now = clock.now()
    if kind not in list(LineKind):
        raise NotFound("page")
    version = queries.get_version(request.actor, version_id, now)
    form = _line_form(request, LineKind(kind), version)
    if request.method == "GET":
        return _line_page(request, version, form)
    if form.is_valid():
        try:
            operations.add_line(
                actor=request.actor,
                now=now,
                version_id=version_id,
                new=form.new_line(),
                key=form_key(request),
            )
            return redirect("agreement-draft", version.file_id)
        except NotPossible as refusal:
            form.add_error(None, str(content.reason(refusal.code)))
    return _line_page(request, version, form, status=422)


@staff_page("agreements.can_edit")
@require_http_methods(["GET", "POST"])
def line(request: Request, line_id: uuid.UUID) -> HttpResponse:
    """See and change a line; saves while one writes, and shows both when somebody else saved in between."""
    now = clock.now()
    version, held = queries.get_line(request.actor, line_id, now)
    form = _line_form(request, LineKind(held.kind), version, held)
    if request.method == "GET":
        return _line_page(request, version, form, line=held)
    if not form.is_valid():
        return _line_page(request, version, form, line=held, status=422)
    try:
        operations.change_line(
            actor=request.actor,
            now=now,
            line_id=line_id,
            new=form.new_line(held.about),
            revision=form.cleaned_data["revision"] or 0,
            form_id=form.cleaned_data["form_id"],
        )
    except Stale:
        # Mine stays in the form; saving it again is a choice made with both in sight.
        form.data = {**form.data, "revision": str(held.revision)}
        return _line_page(request, version, form, line=held, theirs=held, status=409)
    except NotPossible as refusal:
        form.add_error(None, str(content.reason(refusal.code)))
        return _line_page(request, version, form, line=held, status=422)
    if request.htmx:
        return HttpResponse(status=204)
    return redirect(reverse("agreement-draft", args=[version.file_id]) + f"#linje-{line_id}")


@staff_page("agreements.can_edit")
@require_POST
def move(request: Request, line_id: uuid.UUID) -> HttpResponse:
    """One step up or down."""
    version = operations.move_line(
        actor=request.actor,
        now=clock.now(),
        line_id=line_id,
        is_up=request.POST.get("direction") == "up",
    )
    return redirect(reverse("agreement-draft", args=[version.file_id]) + f"#linje-{line_id}")


@staff_page("agreements.can_edit")
@require_POST
def remove(request: Request, line_id: uuid.UUID) -> HttpResponse:
    """Take a line out; what was said in the talk stays in the talk."""
    now = clock.now()
    version, _line = queries.get_line(request.actor, line_id, now)
    operations.remove_line(actor=request.actor, now=now, line_id=line_id)
    messages.success(
        request, _("Linjen er tatt ut. Det som ble sagt i samtalen, står der fortsatt.")
    )
    return redirect("agreement-draft", version.file_id)


@staff_page("agreements.can_edit")
@require_POST
def propose(request: Request, version_id: uuid.UUID) -> HttpResponse:
    """Put the draft before the caregiver."""
    now = clock.now()
    form = forms.ProposeForm(request.POST)
    if form.is_valid():
        try:
            operations.propose(
                actor=request.actor,
                now=now,
                version_id=version_id,
                review_on=form.cleaned_data["review_on"],
            )
            return redirect("agreement", version_id)
        except NotPossible as refusal:
            form.add_error(None, str(content.reason(refusal.code)))
    version = queries.get_version(request.actor, version_id, now)
    return _draft_page(request, version, form, status=422)
