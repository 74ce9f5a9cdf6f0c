"""Django's handle on fhir."""

from django.apps import AppConfig


class FhirConfig(AppConfig):
    name = "lagspill.fhir"
    label = "fhir"
