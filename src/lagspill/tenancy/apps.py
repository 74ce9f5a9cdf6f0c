"""Django's handle on tenancy; hangs the grants of the application role on the end of `migrate`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TenancyConfig(AppConfig):
    name = "lagspill.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        from lagspill.tenancy import grants  # app ready: needs the app registry

        post_migrate.connect(grants.after_migrate, sender=self)
