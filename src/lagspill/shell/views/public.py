"""Pages without sign-in: the front page, and what the footer promises."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lagspill.access.doors import Request, public_page


@public_page
@require_safe
def front(request: Request) -> HttpResponse:
    """What Lagspill is, for somebody who cares for another, and where to begin."""
    return render(request, "shell/front.html")


@public_page
@require_safe
def accessibility(request: Request) -> HttpResponse:
    """How far the pages are for everybody, and where to say that something is in the way."""
    return render(request, "shell/accessibility.html")


@public_page
@require_safe
def privacy(request: Request) -> HttpResponse:
    """What is kept, who reads it, and what one may ask for."""
    return render(request, "shell/privacy.html")
