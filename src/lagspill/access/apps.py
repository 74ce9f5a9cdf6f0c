"""Django's handle on access."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "lagspill.access"
    label = "access"
