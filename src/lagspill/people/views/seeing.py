"""See as, and the storage policy: pages that show what the rules do, and change nothing but an approval."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lagspill.access.doors import Request, citizen_page, staff_page
from lagspill.kernel import clock
from lagspill.kernel.errors import NotFound, Stale
from lagspill.people import operations, queries
from lagspill.people.queries import FileView
from lagspill.people.rules import Onlooker


def _onlooker(role: str) -> Onlooker:
    """Whose eyes the address names. Raises NotFound."""
    try:
        return Onlooker(role)
    except ValueError:
        raise NotFound("page") from None


def _tabs(onlooker: Onlooker, address: str, *args: Any) -> list[dict[str, Any]]:
    labels = {
        Onlooker.CARE_RECIPIENT: _("Den som får hjelp"),
        Onlooker.SERVING_STAFF: _("En sykepleier som hjelper"),
        Onlooker.FAMILY: _("En annen pårørende"),
        Onlooker.LEADER: _("Lederen"),
    }
    return [
        {
            "label": labels[eyes],
            "url": reverse(address, args=[*args, eyes.value]),
            "current": eyes is onlooker,
        }
        for eyes in Onlooker
    ]


def _eyes(request: Request, file: FileView, onlooker: Onlooker) -> dict[str, Any]:
    items = queries.list_items_at_hand(request.actor, file.id, clock.now())
    return {"file": file, "eyes": queries.see_as(onlooker, items, file.caregiver.name)}


@staff_page("people.can_open_file")
@require_safe
def file_see_as(request: Request, file_id: uuid.UUID, role: str) -> HttpResponse:
    """The file's items as somebody else would see them. Reckoned from what the viewer reads; nothing of others."""
    onlooker = _onlooker(role)
    file = queries.get_file(request.actor, file_id, clock.now())
    context = {
        **_eyes(request, file, onlooker),
        "frame": "ui/staff.html",
        "tabs": _tabs(onlooker, "file-see-as", file_id),
        "crumbs": [{"label": file.caregiver.name, "url": reverse("file", args=[file_id])}],
    }
    return render(request, "people/see_as.html", context)


@citizen_page("people.visible_files")
@require_safe
def my_see_as(request: Request, role: str) -> HttpResponse:
    """One's own file as somebody else would see it."""
    onlooker = _onlooker(role)
    files = queries.list_own_files(request.actor, clock.now())
    if not files:
        raise NotFound("file")
    context = {
        **_eyes(request, files[0], onlooker),
        "frame": "ui/citizen.html",
        "number": request.actor.municipality,
        "tabs": _tabs(onlooker, "my-see-as", request.actor.municipality),
        "crumbs": [{"label": _("Min side"), "url": reverse("my-start")}],
    }
    return render(request, "people/see_as.html", context)


@staff_page("people.approve_storage")
@require_http_methods(["GET", "POST"])
def storage_policy(request: Request) -> HttpResponse:
    """Where things are stored, and the municipality's approval of it."""
    now, actor = clock.now(), request.actor
    policy = queries.get_storage_policy(actor, now)
    if request.method == "POST":
        try:
            operations.approve_storage(actor=actor, now=now, digest=request.POST.get("digest", ""))
        except Stale:
            messages.warning(request, _("Reglene er endret. Les dem en gang til."))
        else:
            messages.success(request, _("Reglene er godkjent."))
        return redirect("storage-policy")
    return render(request, "people/storage.html", {"policy": policy})
