"""Three middlewares: who acts, no view without a door, and refusals as answers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from lagspill.access import doors, sign_in
from lagspill.access.http import Request
from lagspill.audit import operations as audit
from lagspill.kernel import clock, content
from lagspill.kernel.errors import NotAllowed, NotFound, Refusal, Stale
from lagspill.tenancy.scope import use_actor

log = logging.getLogger("lagspill.refusal")
Next = Callable[[Request], HttpResponse]


class ActorMiddleware:
    """Puts `request.actor` and `request.places` in place, and the actor's scope in force for the whole request."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        actor, places = sign_in.actor_and_places(request)
        request.actor = actor
        request.places = places
        with use_actor(actor):
            response = self.get_response(request)
        if actor.id is not None:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class DoorMiddleware:
    """Refuses every view that names no door: forgetting one can never open a page."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: Request, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Raise when the view has no door."""
        if doors.door_of(view) is None:
            raise RuntimeError(f"{view.__module__}.{view.__name__} names no door")
        return None


class RefusalMiddleware:
    """Turns refusals into answers, and writes them to the audit log after the rollback, in a transaction of its own.

    404 unless the actor may already see that the thing exists, then 403; NotPossible 422; Stale 409.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: Request, error: Exception) -> HttpResponse | None:
        """Answer a refusal; anything else is a bug and goes on."""
        if not isinstance(error, Refusal):
            return None
        if isinstance(error, NotAllowed):
            status = 403 if error.known else 404
            self._write(request, error)
        else:
            status = 409 if isinstance(error, Stale) else 422
        return answer(request, status, error.code)

    def _write(self, request: Request, error: NotAllowed) -> None:
        actor = request.actor
        match = request.resolver_match
        verb = (match.view_name if match else "")[:60] or "unknown"
        # Hidden and absent leave the same row: no id of ours, only the address asked for by name.
        with use_actor(actor), transaction.atomic():
            known_id = error.object_id if error.known and not isinstance(error, NotFound) else None
            audit.record(
                actor,
                verb,
                error.noun if error.known else "page",
                now=clock.now(),
                act=audit.REFUSE,
                reason=error.code if error.known else "not_found",
                object_id=known_id,
            )
        log.info(
            "refusal", extra={"view": verb, "reason": error.code if error.known else "not_found"}
        )


def answer(request: Request, status: int, code: str) -> HttpResponse:
    """The page (or JSON) that says what happened and what to do."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"error": code}, status=status)
    reason = content.reason(code)
    return render(
        request, "ui/error.html", {"status": status, "reason": reason, "code": code}, status=status
    )
