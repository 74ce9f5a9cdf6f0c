"""Addresses of the child track."""

from django.urls import path

from lagspill.children import views

urlpatterns = [
    path("arbeid/barn/", views.tracks, name="children"),
    path("arbeid/barn/<uuid:track_id>/", views.track, name="child"),
    path("arbeid/kort/<uuid:person_id>/barn/", views.pass_on, name="pass-on-child"),
]
