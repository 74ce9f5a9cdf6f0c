"""Django's handle on audit; registers the sink of facts."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "lagspill.audit"
    label = "audit"

    def ready(self) -> None:
        from lagspill.audit import operations  # app ready: needs the app registry
        from lagspill.kernel import facts

        facts.set_sink(operations.store_fact)
