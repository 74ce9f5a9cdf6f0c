"""Addresses of promises."""

from django.urls import path

from lagspill.promises import views

urlpatterns = [
    path("arbeid/lofter/", views.kept, name="kept"),
    path("arbeid/lofte/<uuid:promise_id>/", views.promise, name="promise"),
    path("min/<str:number>/lofte/<uuid:promise_id>/", views.my_promise, name="my-promise"),
]
