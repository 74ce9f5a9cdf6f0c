"""Django's handle on assessments."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "lagspill.assessments"
    label = "assessments"
