"""All addresses; only includes."""

from django.urls import include, path

urlpatterns = [
    path("", include("lagspill.shell.urls")),
    path("", include("lagspill.people.urls")),
    path("", include("lagspill.agreements.urls")),
    path("", include("lagspill.followup.urls")),
    path("", include("lagspill.children.urls")),
    path("", include("lagspill.promises.urls")),
    path("", include("lagspill.assessments.urls")),
    path("", include("lagspill.conversations.urls")),
]
handler404 = "lagspill.shell.views.frame.not_found"
handler500 = "lagspill.shell.views.frame.broken"
