"""The addresses that the library's own templates link to, without the rest of the product."""

from django.urls import path

from lagspill.ui import views

urlpatterns = [
    path("ui/", views.gallery, name="ui-gallery"),
    path("ui/eksempel/<slug:name>/", views.sample, name="ui-sample"),
    path("sprak/", views.gallery, name="set-language"),
    path("logg-ut/", views.gallery, name="sign-out"),
]
