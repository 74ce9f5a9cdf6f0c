"""All addresses; only includes."""

from django.urls import include, path

urlpatterns = [
    path("", include("lagspill.shell.urls")),
    path("", include("lagspill.people.urls")),
]
