"""Every tenant model says where it belongs, how it is locked, what kind of data each field is, and when it dies."""

from __future__ import annotations

import ast
import configparser
from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.db.models.fields.related import RelatedField

from lagspill.tenancy.data import Data, Dies, Lock
from lagspill.tenancy.grants import TENANT_FREE
from lagspill.tenancy.managers import ScopedManager
from lagspill.tenancy.models import TenantModel
from scripts.figures import in_rooms, shown, tree

ROOT = Path(__file__).resolve().parents[2]
OWN = [model for model in apps.get_models() if model.__module__.startswith("lagspill.")]
TENANT = [model for model in OWN if model._meta.db_table not in TENANT_FREE]
#: Tenant tables that are not TenantModels, each with the reason why.
OTHER_BASE = {
    "audit.Entry": "a refusal of a citizen whom no municipality knows has no municipality",
    "audit.StoredFact": "takes the municipality from the fact, not from the scope",
}
RELATIONS = [
    field
    for model in OWN
    for field in model._meta.get_fields(include_parents=False)
    if isinstance(field, RelatedField)
]


def tiers() -> dict[str, int]:
    """The tier of each package, 0 at the bottom, as .importlinter has it."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    layers = parser["importlinter:contract:tiers"]["layers"].split("\n")[1:]
    return {
        name.strip(" ()"): height
        for height, layer in enumerate(reversed(layers))
        for name in layer.split("|")
    }


def name_of(field: RelatedField) -> str:
    return f"{field.model._meta.label}.{field.name}"


def test_there_are_models_to_guard():
    assert len(TENANT) > 10
    assert RELATIONS


@pytest.mark.parametrize("model", TENANT, ids=lambda model: model._meta.label)
class TestTenantModel:
    def test_it_belongs_to_a_municipality(self, model):
        municipality = model._meta.get_field("municipality")
        assert municipality.related_model._meta.label == "tenancy.Municipality"
        if model._meta.label in OTHER_BASE:
            return
        assert issubclass(model, TenantModel)
        assert not municipality.null
        assert isinstance(model._default_manager, ScopedManager)

    def test_it_says_lock_and_end(self, model):
        assert isinstance(model.lock, Lock)
        assert isinstance(model.dies, Dies)

    def test_each_field_has_exactly_one_kind_of_data(self, model):
        assert all(isinstance(kind, Data) for kind in model.data)
        classed = Counter(" ".join(model.data.values()).split())
        assert classed == Counter(field.name for field in model._meta.local_fields)

    def test_it_has_no_save_or_delete_of_its_own(self, model):
        assert model.save is models.Model.save
        assert model.delete is models.Model.delete


def test_exceptions_from_the_base_still_exist():
    labels = {model._meta.label for model in TENANT if not issubclass(model, TenantModel)}
    assert set(OTHER_BASE) == labels


@pytest.mark.parametrize("field", RELATIONS, ids=name_of)
class TestRelation:
    def test_it_protects_and_leaves_no_way_back(self, field):
        assert field.remote_field.on_delete is models.PROTECT
        assert field.remote_field.related_name == "+"

    def test_it_points_down_the_tiers(self, field):
        here, there = (
            model.__module__.split(".")[1] for model in (field.model, field.related_model)
        )
        assert here == there or tiers()[there] < tiers()[here]


def test_relations_across_packages_are_strings():
    """`ForeignKey(Other, …)` is for models of the same file's package; others are named "app.Model"."""
    wrong = []
    for file in in_rooms("models"):
        imported = {
            alias.asname or alias.name
            for node in tree(file).body
            if isinstance(node, ast.ImportFrom)
            and not (node.module or "").startswith(f"lagspill.{file.relative_to(ROOT).parts[2]}.")
            for alias in node.names
        }
        wrong += [
            f"{shown(file)}:{node.lineno}"
            for node in ast.walk(tree(file))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("ForeignKey", "OneToOneField", "ManyToManyField")
            and node.args
            and isinstance(node.args[0], ast.Name)
            and node.args[0].id in imported
        ]
    assert wrong == []


def test_no_model_is_registered_in_an_admin():
    assert not apps.is_installed("django.contrib.admin")
