"""Django's handle on dispatch; registers who runs the handlers of facts after commit, and its own two sweeps."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "lagspill.dispatch"
    label = "dispatch"

    def ready(self) -> None:
        from lagspill.dispatch import jobs, operations, rules  # app ready: needs the app registry
        from lagspill.kernel import facts

        facts.set_job_runner(jobs.defer_handler)
        rules.register_sweep(
            "dispatch.requeue", lambda actor, now: operations.requeue_lost(actor=actor, now=now)
        )
        rules.register_sweep(
            "dispatch.forget", lambda actor, now: operations.forget_old(actor=actor, now=now)
        )
