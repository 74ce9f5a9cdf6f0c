"""Pages where an administrator links employees to themselves as citizens, so that nobody meets own family at work."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lagspill.access import operations, queries
from lagspill.access.doors import Request, staff_page
from lagspill.access.rules import Role
from lagspill.kernel import clock, content
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.shell.forms import LinkForm


@staff_page("access.admin")
@require_safe
def links(request: Request) -> HttpResponse:
    """Who is linked, and who is not."""
    if not request.actor.has_role(clock.now(), Role.ADMIN):
        raise NotFound("page")
    rows = queries.list_links(request.actor, clock.now())
    missing = sum(not row.is_linked for row in rows)
    return render(request, "shell/links.html", {"rows": rows, "missing": missing})


@staff_page("access.admin")
@require_http_methods(["GET", "POST"])
def link(request: Request, staff_id: uuid.UUID) -> HttpResponse:
    """Link one employee."""
    now = clock.now()
    line = queries.find_link(request.actor, staff_id, now)
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.link_staff(
                actor=request.actor,
                now=now,
                staff_id=staff_id,
                digits=form.cleaned_data["digits"],
            )
        except NotPossible as refusal:
            form.add_error("digits", str(content.reason(refusal.code)))
        else:
            messages.success(request, _("Koblet. Egen familie er skjult for dem på jobb."))
            return redirect("staff-links")
    context = {
        "line": line,
        "form": form,
        "crumbs": [{"label": _("Kobling"), "url": reverse("staff-links")}],
    }
    return render(request, "shell/link.html", context, status=422 if form.errors else 200)
