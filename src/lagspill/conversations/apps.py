"""Django's handle on conversations."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "lagspill.conversations"
    label = "conversations"
