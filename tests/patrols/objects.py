"""A tour with an area and a photo, for the tests of patrols."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from hall.patrols import actions, photos
from hall.patrols.actions import FindingDraft
from hall.patrols.models import Area, Finding, Point, Tour
from portal.core.actors import Actor
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories


def picture(name: str = "photo.jpg", colour: str = "red") -> SimpleUploadedFile:
    """A real JPEG picture."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def manager(user: User | None = None) -> Actor:
    return actor_of(user or factories.staff(Role.HALL_MANAGER), Role.HALL_MANAGER)


def area(name: str = "企业综合服务区") -> Area:
    return Area.objects.get_or_create(name=name)[0]


def points(tour: Tour) -> list[Point]:
    return list(Point.objects.filter(chapter__checklist=tour.checklist_id))


def draft(point: Point, **more: Any) -> FindingDraft:
    values = {
        "area_id": area().pk,
        "point_id": point.pk,
        "text": "台面堆放私人物品",
        "department_id": factories.department().pk,
        "limit_days": 3,
    }
    return FindingDraft(**{**values, **more})


def found(actor: Actor, place: int = 0, photo_count: int = 0, **more: Any) -> Finding:
    """A finding on the running tour of the actor."""
    tour = actions.start_tour(actor)
    point = points(tour)[place]
    at = more.get("area_id", area().pk)
    actions.save_area(actor, tour.pk, at, {point.pk: "finding"})
    shots = photos.take_in([picture(f"{n}.jpg") for n in range(photo_count)], actor)
    return actions.add_finding(actor, tour.pk, draft(point, **more), shots)


def rectified(finding: Finding, actor: Actor) -> Finding:
    version = Finding.objects.get(pk=finding.pk).state_version
    shots = photos.take_in([picture("after.jpg", "green")], actor)
    return actions.rectify(actor, finding.pk, report="已清理", photos=shots, state_version=version)
