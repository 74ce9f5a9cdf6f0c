"""All addresses of the product, and the page that is the unit of measure."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from lagspill.access.doors import public_page
from lagspill.tenancy.models import Municipality

_SMALL = engines["django"].from_string(
    "<!doctype html><title>{{ row.name }}</title><h1>{{ row.name }}</h1><p>{{ row.county }}</p>"
)


@public_page
def unit(request: HttpRequest) -> HttpResponse:
    """F1: one indexed select and a small template, through all middleware."""
    row = Municipality.objects.get(number="1824")
    return HttpResponse(_SMALL.render({"row": row}))


urlpatterns = [path("f1/", unit, name="f1"), path("", include("lagspill.urls"))]
handler404 = "lagspill.urls.handler404"
