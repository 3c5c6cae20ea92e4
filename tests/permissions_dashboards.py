"""What each role gets at the dashboards: heads see their own department's, the big screen is for the whole centre."""

from collections.abc import Mapping
from typing import Any

from hall.models import Window
from portal.people.actors import actor_of
from portal.people.roles import Role
from portal.supervision.dashboards.actions import issue_screen
from tests import factories
from tests.permissions import Cast, everyone, nothing, only

LOOKING_OVER = only("department_head", "supervisor", "auditor", "administrator")
CENTRE = only("supervisor", "auditor", "administrator")
ISSUERS = ("supervisor", "administrator")


def own_window(cast: Cast) -> Mapping[str, Any]:
    """A window of the department that the staff work in."""
    Window.objects.create(code="OWN", name="本部门窗口", department=cast.department)
    return {"code": "OWN"}


def other_window(_cast: Cast) -> Mapping[str, Any]:
    """A window of another department."""
    Window.objects.create(code="OTHER", name="别部门窗口", department=factories.department("GA", name="公安局"))
    return {"code": "OTHER"}


def shared_window(_cast: Cast) -> Mapping[str, Any]:
    """A window of no department."""
    Window.objects.create(code="SHARED", name="综合窗口")
    return {"code": "SHARED"}


def device(cast: Cast) -> Mapping[str, Any]:
    made, _secret = issue_screen(actor_of(cast.person("supervisor"), Role.SUPERVISOR), name="大屏", language="zh-hans")
    return {"screen_id": made.pk}


def secret(cast: Cast) -> Mapping[str, Any]:
    """The secret of a device: whoever has it needs nothing else."""
    _made, token = issue_screen(actor_of(cast.person("supervisor"), Role.SUPERVISOR), name="大屏", language="zh-hans")
    return {"token": token}


def no_secret(_cast: Cast) -> Mapping[str, Any]:
    return {"token": "guessed"}


NOT_THEIRS = {**LOOKING_OVER, "department_head": 404}

ROWS: list[tuple] = [
    ("dashboards:windows", nothing, LOOKING_OVER),
    ("dashboards:window", own_window, LOOKING_OVER),
    ("dashboards:window", other_window, NOT_THEIRS),
    ("dashboards:window", shared_window, NOT_THEIRS),
    ("dashboards:window-rows", own_window, LOOKING_OVER),
    ("dashboards:window-rows", other_window, NOT_THEIRS),
    ("dashboards:outside", nothing, LOOKING_OVER),
    ("dashboards:process", nothing, LOOKING_OVER),
    ("dashboards:process-steps", nothing, LOOKING_OVER),
    ("dashboards:process-cases", nothing, LOOKING_OVER),
    ("dashboards:screen", nothing, CENTRE),
    ("dashboards:screen-feed", nothing, CENTRE),
    ("dashboards:devices", nothing, only(*ISSUERS)),
    ("dashboards:device-new", nothing, only(*ISSUERS)),
    ("dashboards:device-new", nothing, only(*ISSUERS, status=422), "post"),
    ("dashboards:device-revoke", device, only(*ISSUERS, status=302), "post"),
    ("dashboards:wall", secret, everyone()),
    ("dashboards:wall", no_secret, everyone(404)),
    ("dashboards:wall-feed", secret, everyone()),
    ("dashboards:wall-feed", no_secret, everyone(404)),
]
