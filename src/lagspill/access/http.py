"""The request as our views know it: Django's, plus who acts and where a citizen is known."""

from __future__ import annotations

import uuid

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from lagspill.access.identity import Place
from lagspill.kernel.actor import Actor


class Request(HttpRequest):
    """What every view gets: `actor` and `places` are set by ActorMiddleware, `htmx` by django-htmx."""

    actor: Actor
    places: tuple[Place, ...]
    htmx: HtmxDetails


def form_key(request: HttpRequest) -> uuid.UUID | None:
    """The key that a form carried (`c-ds.form key=…`), for `operations.claim_once`; none when missing or no key."""
    try:
        return uuid.UUID(request.POST.get("idempotency_key", ""))
    except ValueError:
        return None
