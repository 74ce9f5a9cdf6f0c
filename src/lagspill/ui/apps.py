"""Django's handle on the component library."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "lagspill.ui"
    label = "ui"
