"""Pages where an administrator links employees to themselves as citizens, so that nobody meets own family at work."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from lagspill.access import operations, queries
from lagspill.access.doors import Request, staff_page
from lagspill.access.rules import Role
from lagspill.kernel import clock, content, national_id
from lagspill.kernel.errors import NotFound, NotPossible


class Unshown(forms.TextInput):
    """An input that never writes back what was typed."""

    def format_value(self, value: Any) -> None:
        """Nothing."""


class LinkForm(forms.Form):
    """A national id, typed once and never shown again."""

    digits = forms.CharField(
        label=_lazy("Fødselsnummer, 11 siffer"),
        help_text=_lazy("Det blir ikke lagret. Vi husker bare at den ansatte er koblet."),
        max_length=20,
        widget=Unshown(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_digits(self) -> str:
        """The digits of a national id that is valid here."""
        try:
            found = national_id.parse(self.cleaned_data["digits"])
        except national_id.InvalidNationalId:
            found = None
        if found is None or not national_id.allowed(found, mode=settings.MODE):
            raise forms.ValidationError(_("Skriv et gyldig fødselsnummer, elleve siffer."))
        return found.digits


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
