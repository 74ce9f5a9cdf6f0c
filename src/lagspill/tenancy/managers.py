"""The first lock's manager: asks only inside the municipality in scope, and raises when there is none."""

from __future__ import annotations

from typing import TypeVar

from django.db import models

from lagspill.tenancy.scope import current_municipality

M = TypeVar("M", bound=models.Model)


class ScopedManager(models.Manager[M]):
    """Every query begins with the municipality in scope. Raises NoTenant without one."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().filter(municipality_id=current_municipality())
