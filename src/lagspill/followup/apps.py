"""Django's handle on followup."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "lagspill.followup"
    label = "followup"
