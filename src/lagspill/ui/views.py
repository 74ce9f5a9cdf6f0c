"""The gallery: every component in every state, and three whole pages composed of them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lagspill.kernel import clock
from lagspill.ui import samples

SAMPLES = {
    "forside": ("ui/gallery/front_page.html", samples.front_page),
    "start": ("ui/gallery/start_page.html", samples.start_page),
    "avtale": ("ui/gallery/agreement.html", samples.agreement),
    "arbeidsliste": ("ui/gallery/worklist.html", samples.worklist),
    "feil": ("ui/error.html", samples.error_page),
    "dialog": ("ui/gallery/dialog.html", samples.dialog),
}


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state."""
    return render(request, "ui/gallery.html", samples.gallery(clock.now()))


@require_safe
def sample(request: HttpRequest, name: str) -> HttpResponse:
    """One whole page, to see the components at work together; of the dialog only its body to HTMX."""
    if name not in SAMPLES:
        raise Http404(name)
    template, context = SAMPLES[name]
    if name == "dialog" and getattr(request, "htmx", False):
        template += "#body"
    return render(request, template, context(clock.now()))
