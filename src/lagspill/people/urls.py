"""Addresses of people."""

from django.urls import path

from lagspill.people.views import registering

urlpatterns = [
    path("arbeid/parorende/ny/", registering.register, name="register-caregiver"),
    path("arbeid/sok/", registering.search, name="search-caregivers"),
    path("arbeid/kort/", registering.my_cards, name="my-cards"),
    path("arbeid/fil/<uuid:file_id>/kontakt/", registering.reach, name="file-reach"),
    path("min/kode/", registering.code, name="my-code"),
]
