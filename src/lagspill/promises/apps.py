"""Django's handle on promises."""

from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "lagspill.promises"
    label = "promises"
