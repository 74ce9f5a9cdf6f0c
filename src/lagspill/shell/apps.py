"""Django's handle on shell."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "lagspill.shell"
    label = "shell"
