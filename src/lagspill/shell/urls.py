"""Addresses of the shell: sign-in, language, the demo, the gallery, and whether the service lives."""

from django.urls import path

from lagspill.access.doors import demo_page
from lagspill.shell import views
from lagspill.ui import views as ui

urlpatterns = [
    path("drift/levende/", views.alive, name="alive"),
    path("drift/klar/", views.ready, name="ready"),
    path("logg-inn/", views.sign_in, name="sign-in"),
    path("logg-ut/", views.sign_out, name="sign-out"),
    path("sprak/", views.set_language, name="set-language"),
    path("demo/", views.demo, name="demo"),
    path("demo/inn/<slug:persona>/", views.demo_sign_in, name="demo-sign-in"),
    path("ui/", demo_page(ui.gallery), name="ui-gallery"),
    path("ui/eksempel/<slug:name>/", demo_page(ui.sample), name="ui-sample"),
]
