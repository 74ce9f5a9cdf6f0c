"""Addresses of the shell: front page, sign-in, language, the demo, the gallery, start pages, and whether the service lives."""

from django.urls import path

from lagspill.access.doors import demo_page
from lagspill.shell.views import citizen, frame, links, public, staff
from lagspill.ui import views as ui

urlpatterns = [
    path("", public.front, name="front"),
    path("tilgjengelighet/", public.accessibility, name="accessibility"),
    path("personvern/", public.privacy, name="privacy"),
    path("drift/levende/", frame.alive, name="alive"),
    path("drift/klar/", frame.ready, name="ready"),
    path("logg-inn/", frame.sign_in, name="sign-in"),
    path("logg-ut/", frame.sign_out, name="sign-out"),
    path("sprak/", frame.set_language, name="set-language"),
    path("demo/", frame.demo, name="demo"),
    path("demo/inn/<slug:persona>/", frame.demo_sign_in, name="demo-sign-in"),
    path("arbeid/", staff.start, name="staff-start"),
    path("arbeid/fil/<uuid:file_id>/", staff.file, name="file"),
    path("arbeid/ansatte/kobling/", links.links, name="staff-links"),
    path("arbeid/ansatte/kobling/<uuid:staff_id>/", links.link, name="staff-link"),
    path("min/", citizen.start, name="my-start"),
    path("ui/", demo_page(ui.gallery), name="ui-gallery"),
    path("ui/eksempel/<slug:name>/", demo_page(ui.sample), name="ui-sample"),
]
