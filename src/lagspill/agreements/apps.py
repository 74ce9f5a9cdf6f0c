"""Django's handle on agreements."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "lagspill.agreements"
    label = "agreements"
