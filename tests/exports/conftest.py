"""A list of departments to export, and people who ask for it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.core.exports import registry
from portal.core.exports.registry import Column, Opening, register_export
from portal.people.models import Department, User
from portal.people.roles import Role


def is_staff(user: Any) -> bool:
    return bool(user.is_authenticated and user.access.is_staff)


@pytest.fixture
def listed() -> Iterator[None]:
    """`test.departments`: what a head may see; `test.people`: with names and numbers, in clear for administrators."""
    kept = dict(registry._exports)
    register_export(
        "test.departments",
        title="Departments",
        columns=[Column("Code", "code"), Column("Name", "name"), Column("Closed", "closed_on", "date")],
        queryset=lambda user, params: Department.objects.visible_to(user).filter(
            code__startswith=params.get("code", "")
        ),
        policy=is_staff,
    )
    register_export(
        "test.people",
        title="People",
        columns=[
            Column("User name", "username"),
            Column("Name", "name", personal="name"),
            Column("Phone", "phone", personal="phone"),
        ],
        queryset=lambda _user, _params: User.objects.staff(),
        policy=is_staff,
        personal=Opening(
            offered=lambda user: user.access.has(Role.ADMINISTRATOR),
            opens=lambda user, row: user.access.has(Role.ADMINISTRATOR) and row.pk != user.pk,
        ),
    )
    yield
    registry._exports.clear()
    registry._exports.update(kept)


@pytest.fixture(autouse=True)
def _own_storage(settings: Any, tmp_path: Path) -> None:
    settings.DEMO = True  # no second factor for the administrator
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "s"}},
    }
