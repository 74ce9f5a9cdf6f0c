"""The request as our views know it: Django's, plus who acts and where a citizen is known."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from lagspill.access.identity import Place
from lagspill.kernel.actor import Actor


class Request(HttpRequest):
    """What every view gets: `actor` and `places` are set by ActorMiddleware, `htmx` by django-htmx."""

    actor: Actor
    places: tuple[Place, ...]
    htmx: HtmxDetails
