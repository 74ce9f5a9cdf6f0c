"""Pages of work: the list, and one piece of it to take, give, put back or finish."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lagspill.access.doors import Request, staff_page
from lagspill.access.rules import CAREGIVER_ROLES
from lagspill.followup import forms, operations, queries
from lagspill.followup.queries import Counts, Filters, WorkRow
from lagspill.followup.rules import Span, Who
from lagspill.kernel import clock, content
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotPossible
from lagspill.people import queries as people
from lagspill.ui import dates


@staff_page("followup.visible_work")
@require_safe
def worklist(request: Request) -> HttpResponse:
    """What is due, for the actor and the roles they hold, by date."""
    now = clock.now()
    filters = forms.FilterForm(request.GET).filters()
    after = request.GET.get("after", "")
    page = queries.list_work(request.actor, now, filters, after)
    counts = queries.count_work(request.actor, now, filters)
    context = {
        "now": now,
        "may_register": request.actor.has_role(now, *CAREGIVER_ROLES),
        "page": page,
        "rows": [_line(row, now) for row in page.rows],
        "counts": counts,
        "filters": filters,
        "is_narrowed": filters != Filters(),
        "stats": _stats(filters, counts, now),
        "whos": _whos(),
        "kinds": queries.kind_words().values(),
        "everything": reverse("worklist"),
        "here": forms.address_of(filters),
        "next": forms.address_of(filters, after=page.next) if page.next else "",
        "first": forms.address_of(filters) if after else "",
    }
    return render(request, "followup/worklist.html", context)


def _whos() -> list[tuple[Who, str]]:
    return [
        (Who.ALL, _("Alle")),
        (Who.ME, _("Meg")),
        (Who.UNIT, _("Enheten min")),
        (Who.NOBODY, _("Ingen ennå")),
    ]


def _address(row: WorkRow) -> str:
    """Where the work is done; its own page for those who must take it first, and those who only follow it."""
    if row.opens_directly:
        return reverse(row.page.value, args=[row.target_id])
    return reverse("work-item", args=[row.id])


def _line(row: WorkRow, now: datetime) -> dict[str, Any]:
    """A row as the list's component takes it."""
    day = dates.date_short(row.opened_at, content.active_language(), oslo_today(now))
    return {
        "name": row.name or _("Uten navn"),
        "href": _address(row),
        "due_on": row.due_on,
        "icon": row.icon,
        "why": str(row.label),
        "sub": _("Kom %(day)s") % {"day": day},
        "who": row.staff_name,
        "role": str(row.role),
        "take": reverse("take-work", args=[row.id]) if row.may_take else "",
        "take_words": _("Ta oppgaven"),
        "form": "take",
        "unit": row.unit,
    }


def _stats(filters: Filters, counts: Counts, now: datetime) -> list[dict[str, Any]]:
    """The quick counts as links; the one in force leads back to the list without it."""
    late = ""
    if counts.overdue and counts.oldest_on:
        days = (oslo_today(now) - counts.oldest_on).days
        late = ngettext("eldste %(days)s dag", "eldste %(days)s dager", days) % {"days": days}
    spans = (
        (Span.OVERDUE, counts.overdue, _("Forfalt"), late, "danger"),
        (Span.TODAY, counts.today, _("I dag"), "", "warning"),
        (Span.WEEK, counts.week, _("Resten av uka"), _("til søndag"), "info"),
    )
    stats: list[dict[str, Any]] = [
        {
            "number": number,
            "label": label,
            "small": small,
            "color": color,
            "current": filters.span is span,
            "href": forms.address_of(filters, due="" if filters.span is span else span.value),
        }
        for span, number, label, small, color in spans
    ]
    nobody = filters.who is Who.NOBODY
    stats.append(
        {
            "number": counts.unassigned,
            "label": _("Ikke tatt ennå"),
            "small": _("ligger hos en rolle"),
            "color": "lyng",
            "current": nobody,
            "href": forms.address_of(filters, who="" if nobody else Who.NOBODY.value),
        }
    )
    return stats


@staff_page("followup.can_take_work")
@require_POST
def take(request: Request, work_id: uuid.UUID) -> HttpResponse:
    """Take work, and stay in the list as it was."""
    try:
        operations.take_work(actor=request.actor, now=clock.now(), work_id=work_id)
    except NotPossible as refusal:
        messages.error(request, str(content.reason(refusal.code)))
    else:
        messages.success(request, _("Oppgaven er din."))
    filters = forms.FilterForm(request.POST).filters()
    return redirect(reverse("worklist") + forms.address_of(filters))


@staff_page("followup.visible_work")
@require_http_methods(["GET", "POST"])
def work_item(request: Request, work_id: uuid.UUID) -> HttpResponse:
    """One piece of work: take it, give it to a colleague, put it back, say that it is done."""
    if request.method == "GET":
        return _page(request, work_id)
    now, actor, act = clock.now(), request.actor, request.POST.get("act", "")
    form = None
    try:
        if act == "take":
            operations.take_work(actor=actor, now=now, work_id=work_id)
            messages.success(request, _("Oppgaven er din."))
        elif act == "release":
            operations.release_work(actor=actor, now=now, work_id=work_id)
            messages.success(request, _("Oppgaven ligger hos rollen igjen."))
            return redirect("worklist")
        elif act == "finish":
            operations.finish_work(actor=actor, now=now, work_id=work_id)
            messages.success(request, _("Oppgaven er ferdig."))
            return redirect("worklist")
        elif act == "give":
            colleagues = queries.get_work(actor, work_id, now).colleagues
            form = forms.GiveForm(request.POST, colleagues=colleagues)
            if not form.is_valid():
                return _page(request, work_id, form)
            operations.give_work(
                actor=actor, now=now, work_id=work_id, staff_id=form.cleaned_data["staff"]
            )
            messages.success(request, _("Kollegaen har oppgaven nå, og kan åpne mappen."))
    except NotPossible as refusal:
        if form is not None:
            form.add_error(None, str(content.reason(refusal.code)))
            return _page(request, work_id, form)
        messages.error(request, str(content.reason(refusal.code)))
    return redirect("work-item", work_id)


def _page(request: Request, work_id: uuid.UUID, form: forms.GiveForm | None = None) -> HttpResponse:
    now = clock.now()
    view = queries.get_work(request.actor, work_id, now)
    file_id = view.row.file_id
    context = {
        "work": view,
        "may_tell": people.may_tell(request.actor, file_id, now) if file_id else None,
        "row": view.row,
        "address": _address(view.row) if view.row.opens_directly else "",
        "crumbs": [{"label": _("Arbeidsliste"), "url": reverse("worklist")}],
        "form": form or forms.GiveForm(colleagues=view.colleagues),
    }
    return render(request, "followup/work_item.html", context, status=422 if form else 200)
