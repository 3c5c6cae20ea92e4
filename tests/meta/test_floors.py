"""A string reference escapes the import linter, so foreign keys and migrations are walked over the same floors."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.migrations.loader import MigrationLoader

from tests.meta.sources import PACKAGES

pytestmark = pytest.mark.once

# label: (floor, room). Same room or a lower floor may be referred to; sub-apps share a room with levels.
FLOORS = {
    "core": (0, "core"),
    "people": (1, "people"),
    "hall": (2, "hall"),
    "ratings": (2.1, "hall"),
    "queue": (2.2, "hall"),
    "appointments": (2.3, "hall"),
    "attendance": (2.4, "hall"),
    "patrols": (2.5, "hall"),
    "social": (2.6, "hall"),
    "board": (2.6, "hall"),
    "catalogue": (3, "approvals"),
    "cases": (3.5, "approvals"),
    "payments": (3.6, "approvals"),
    "delivery": (3.7, "approvals"),
    "certificates": (3.75, "approvals"),
    "promises": (3.8, "approvals"),
    "pledges": (3.81, "approvals"),
    "instant": (3.82, "approvals"),
    "packages": (3.9, "approvals"),
    "projects": (3.85, "approvals"),
    "reform": (3.85, "approvals"),
    "counter": (3.85, "approvals"),
    "hotline": (3, "hotline"),
    "knowledge": (3.1, "hotline"),
    "routing": (3.2, "hotline"),
    "calls": (3.3, "hotline"),
    "province": (3.4, "hotline"),
    "districts": (3.4, "hotline"),
    "open311": (3.4, "hotline"),
    "insight": (3.5, "hotline"),
    "procurement": (3, "procurement"),
    "bidders": (3.1, "procurement"),
    "tenders": (3.2, "procurement"),
    "bids": (3.3, "procurement"),
    "experts": (3.4, "procurement"),
    "evaluation": (3.5, "procurement"),
    "awards": (3.6, "procurement"),
    "conduct": (3.7, "procurement"),
    "oversight": (3.8, "procurement"),
    "opendata": (3.8, "procurement"),
    "supervision": (4, "supervision"),
    "monitoring": (4.05, "supervision"),
    "dashboards": (4.05, "supervision"),
    "reports": (4.1, "supervision"),
    "scores": (4.2, "supervision"),
    "opengov": (4.3, "supervision"),
    "api": (4, "api"),
    "site": (4, "site"),
}


def may_refer(label: str, other: str) -> bool:
    """Down is allowed, sideways and up are not. Between the domain apps even half a floor down is sideways."""
    (floor, room), (other_floor, other_room) = FLOORS[label], FLOORS[other]
    if room == other_room:
        return other_floor <= floor
    return int(other_floor) < int(floor)


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in FLOORS]


def test_every_app_of_ours_stands_on_a_floor() -> None:
    ours = {config.label for config in apps.get_app_configs() if config.name.split(".")[0] in PACKAGES}
    assert ours == set(FLOORS)


@pytest.mark.parametrize(
    ("label", "other", "allowed"),
    [
        ("cases", "catalogue", True),
        ("catalogue", "cases", False),
        ("cases", "hotline", False),
        ("hotline", "catalogue", False),
        ("hall", "people", True),
        ("core", "people", False),
        ("supervision", "cases", True),
        ("site", "supervision", False),
    ],
)
def test_the_floors_allow_down_and_forbid_sideways_and_up(label: str, other: str, allowed: bool) -> None:
    assert may_refer(label, other) is allowed


def test_foreign_keys_point_down_only() -> None:
    wrong = []
    for model in own_models():
        for relation in model._meta.get_fields(include_hidden=True):
            if not isinstance(relation, models.ForeignKey | models.ManyToManyField):
                continue
            target = relation.related_model
            if target._meta.app_label not in FLOORS:
                continue
            # Whose account it was is Django's own swappable reference: the one way up that exists.
            if target._meta.label == settings.AUTH_USER_MODEL:
                continue
            if not may_refer(model._meta.app_label, target._meta.app_label):
                wrong.append(f"{model._meta.label}.{relation.name} -> {target._meta.label}")
    assert not wrong


def test_migrations_depend_on_lower_floors_only() -> None:
    loader = MigrationLoader(None)
    user_app = settings.AUTH_USER_MODEL.split(".")[0]
    wrong = []
    for (label, name), migration in loader.disk_migrations.items():
        for other, other_name in migration.dependencies if label in FLOORS else []:
            if other not in FLOORS or may_refer(label, other):
                continue
            if other == user_app and (other_name == "__first__" or other_name.startswith("0001")):
                continue
            wrong.append(f"{label}.{name} -> {other}.{other_name}")
    assert not wrong
