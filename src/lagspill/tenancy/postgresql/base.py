"""The wrapper Django looks for by this name (ENGINE = "lagspill.tenancy.postgresql")."""

from django.db.backends.postgresql import base

from lagspill.tenancy import scope


class DatabaseWrapper(base.DatabaseWrapper):
    """Applies the scope when a transaction opens: middleware cannot, as ATOMIC_REQUESTS wraps only the view."""

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # not in the stubs
        if not autocommit:
            scope.apply(self)
