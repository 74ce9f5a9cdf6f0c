"""Addresses of people."""

from django.urls import path

from lagspill.people import views

urlpatterns = [
    path("arbeid/parorende/ny/", views.register, name="register-caregiver"),
    path("arbeid/sok/", views.search, name="search-caregivers"),
    path("arbeid/kort/", views.my_cards, name="my-cards"),
    path("arbeid/fil/<uuid:file_id>/kontakt/", views.reach, name="file-reach"),
    path("min/kode/", views.code, name="my-code"),
]
