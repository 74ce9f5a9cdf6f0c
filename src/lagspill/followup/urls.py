"""Addresses of work."""

from django.urls import path

from lagspill.followup import views

urlpatterns = [
    path("arbeid/liste/", views.worklist, name="worklist"),
    path("arbeid/oppgave/<uuid:work_id>/", views.work_item, name="work-item"),
    path("arbeid/oppgave/<uuid:work_id>/ta/", views.take, name="take-work"),
]
