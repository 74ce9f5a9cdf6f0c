"""Doors: each view says who may knock. A view without a door is refused by the middleware, and by a guard test.

A door checks the kind of actor and gives the view its `request.actor`; what the actor may do there is asked of the
policies by the query or operation behind it. What they write to the log is written in one go as the view ends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from lagspill.access import sign_in
from lagspill.access.http import Request as Request  # named here for the views
from lagspill.access.http import form_key as form_key
from lagspill.kernel.actor import VISITOR, Actor
from lagspill.kernel.acts import written_together
from lagspill.kernel.errors import NotFound
from lagspill.tenancy.scope import use_actor

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Door:
    """Who may knock on a view, and the policy that the door call behind it asks."""

    kind: str
    policy: str


def door_of(view: Any) -> Door | None:
    """The door of a view, or none."""
    return getattr(view, "door", None)


def _mark(view: Any, door: Door) -> Any:
    view.door = door
    return view


def _to_sign_in(request: Request) -> HttpResponse:
    if request.htmx:
        # Followed silently, a redirect would look like success: a page that saves by itself must know that it did not.
        answer = HttpResponse(status=401)
        if request.method == "GET":
            answer.headers["HX-Redirect"] = reverse("sign-in")
        return answer
    # A form that was sent without sign-in is not sent again: only a page is returned to.
    wish = f"?neste={quote(request.path)}" if request.method in ("GET", "HEAD") else ""
    return redirect(f"{reverse('sign-in')}{wish}")


def public_page(view: View) -> View:
    """Open to everybody, signed in or not."""
    return _mark(view, Door("public", "open"))


def staff_page(policy: str) -> Callable[[View], View]:
    """For staff. A visitor is sent to sign-in; a citizen finds nothing."""

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            actor: Actor = request.actor
            if actor.is_staff:
                with written_together():
                    return view(request, *args, **kwargs)
            if actor is VISITOR:
                return _to_sign_in(request)
            raise NotFound("page")

        return _mark(inner, Door("staff", policy))

    return decorate


def citizen_page(policy: str) -> Callable[[View], View]:
    """For a citizen in one municipality: the address carries its number as `number`, the door takes it out.

    The view gets `request.actor` with the citizen's person there. A citizen nobody knows there finds nothing.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: Request, *args: Any, number: str, **kwargs: Any) -> HttpResponse:
            actor: Actor = request.actor
            if actor is VISITOR:
                return _to_sign_in(request)
            here = sign_in.citizen_in(request, number)
            if here is None:
                raise NotFound("page")
            request.actor = here
            with use_actor(here), written_together():
                return view(request, *args, **kwargs)

        return _mark(inner, Door("citizen", policy))

    return decorate


def citizen_start(policy: str) -> Callable[[View], View]:
    """For a citizen across municipalities (`/min/`): the view runs one transaction for each of `request.places`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            actor: Actor = request.actor
            if actor is VISITOR:
                return _to_sign_in(request)
            if not actor.is_citizen:
                raise NotFound("page")
            return view(request, *args, **kwargs)

        return _mark(inner, Door("citizen", policy))

    return decorate


def signed_in_page(policy: str) -> Callable[[View], View]:
    """For staff and citizens alike (the card). The view tells them apart."""

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.actor is VISITOR:
                return _to_sign_in(request)
            with written_together():
                return view(request, *args, **kwargs)

        return _mark(inner, Door("signed_in", policy))

    return decorate


def demo_page(view: View) -> View:
    """Only in demo and test mode; elsewhere there is nothing there."""

    @wraps(view)
    def inner(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if not sign_in.is_demo():
            raise NotFound("page")
        return view(request, *args, **kwargs)

    return _mark(inner, Door("demo", "demo_mode"))
