"""The gallery alone, so that the harness is tested without the rest of the product."""

from django.urls import path

from lagspill.access.doors import demo_page, public_page
from lagspill.ui import views

gallery = demo_page(views.gallery)
urlpatterns = [
    path("ui/", gallery, name="ui-gallery"),
    path("ui/eksempel/<slug:name>/", demo_page(views.sample), name="ui-sample"),
    path("logg-inn/", public_page(views.gallery), name="sign-in"),
    path("logg-ut/", gallery, name="sign-out"),
    path("sprak/", gallery, name="set-language"),
]
