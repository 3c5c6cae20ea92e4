"""What each role gets at the addresses of packages."""

from collections.abc import Mapping
from typing import Any

from approvals.counter import actions as counter
from approvals.packages import actions
from approvals.packages.models import Package, PackageFiling
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.counter.objects import visitor
from tests.packages.crew import fill, online_item
from tests.permissions import Cast, everyone, nothing, only, signed_in

DESK = ("clerk", "reviewer", "department_head", "supervisor", "auditor", "administrator")
EDITORS = ("reviewer", "department_head", "administrator")
MAKERS = ("department_head", "administrator")


def _package(cast: Cast, *, published: bool = True) -> Package:
    items = [online_item(dept=cast.department), online_item(dept=cast.department)]
    head = actor_of(cast.person("department_head"), Role.DEPARTMENT_HEAD)
    contents = actions.VersionDraft(
        name="一件事", promised_days=5, items="\n".join(one.code for one in items)
    )  # fmt: skip
    draft = actions.PackageDraft(
        code="birth", department_id=cast.department.pk, audience="person", version=contents
    )  # fmt: skip
    package = actions.make_package(head, draft)
    if published:
        version = package.versions.get()
        reviewer = actor_of(cast.person("reviewer"), Role.REVIEWER)
        actions.review(reviewer, version.pk, revision=1)
        actions.publish(head, version.pk, revision=1)
    return Package.objects.get(pk=package.pk)


def code(cast: Cast) -> Mapping[str, Any]:
    return {"code": _package(cast).code}


def unpublished(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _package(cast, published=False).pk}


def _draft(cast: Cast) -> PackageFiling:
    return actions.begin(actor_of(cast.person("citizen")), _package(cast).pk, {})


def draft(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _draft(cast).pk}


def part(cast: Cast) -> Mapping[str, Any]:
    filing = _draft(cast)
    return {"pk": filing.pk, "part": filing.parts.all()[0].pk}


def page(cast: Cast) -> Mapping[str, Any]:
    from approvals.packages.draft import Draft

    filing = _draft(cast)
    return {"pk": filing.pk, "code": Draft(filing).tasks()[0].code}


def filed(cast: Cast) -> Mapping[str, Any]:
    actor = actor_of(cast.person("citizen"))
    filing = fill(actor, _draft(cast))
    return {"number": actions.submit(actor, filing.pk, state_version=filing.state_version).number}


def own(status: int = 200) -> dict[str, int]:
    return only("citizen", status=status, otherwise=404)


def on_draft(step: str) -> Any:
    return lambda cast: {**unpublished(cast), "step": step}


def reviewed(cast: Cast) -> Mapping[str, Any]:
    kwargs = unpublished(cast)
    version = again_package(kwargs["pk"]).versions.get()
    actions.review(actor_of(cast.person("reviewer"), Role.REVIEWER), version.pk, revision=1)
    return {**kwargs, "step": "publish"}


def offered(cast: Cast) -> Mapping[str, Any]:
    """A certificate of the citizen's own that stands in for a material of the draft."""
    from approvals.certificates import actions as certificates
    from approvals.packages.draft import Draft
    from tests.permissions_certificates import _certificate

    held, filing = _certificate(cast), _draft(cast)
    boss = actor_of(cast.person("administrator"), Role.ADMINISTRATOR)
    merged = Draft(filing).materials[0]
    pairs = [(item, material.code) for item, material in merged.asked]
    certificates.set_links(boss, held.type_id, items=[held.case.item.code], materials=pairs)
    return {"pk": filing.pk, "key": merged.key, "certificate": held.pk}


def _intake(cast: Cast) -> Any:
    return counter.begin_intake(actor_of(cast.person("clerk"), Role.CLERK), visitor(510))


def follows(cast: Cast) -> Mapping[str, Any]:
    """A material that may follow later, of an own draft."""
    from approvals.cases.catalogue_memory import forget
    from approvals.catalogue.models import Material
    from approvals.packages.draft import Draft

    filing = _draft(cast)
    Material._base_manager.update(tolerable=True)
    forget()
    return {"pk": filing.pk, "key": Draft(filing).materials[0].key}


def committable(cast: Cast) -> Mapping[str, Any]:
    """A part of an own draft that is decided on a commitment."""
    return _with_text(_draft(cast))


def on_paper(cast: Cast) -> Mapping[str, Any]:
    """The same of a draft that is taken in at a window."""
    clerk = actor_of(cast.person("clerk"), Role.CLERK)
    return _with_text(actions.begin_at_window(clerk, _intake(cast).pk, _package(cast).pk, {}))


def _with_text(filing: PackageFiling) -> Mapping[str, Any]:
    from approvals.pledges.models import CommitmentText

    part = filing.parts.first()
    people = [factories.staff(Role.ADMINISTRATOR) for _n in range(2)]
    CommitmentText.objects.get_or_create(
        item=part.item, number=1,
        defaults={
            "conditions": "真实", "checked": "核查", "consequences": "撤销", "state": "in_force", "made_by": people[0],
            "published_by": people[1], "published_on": "2026-01-05",
        },
    )  # fmt: skip
    return {"pk": filing.pk, "part": part.pk}


def at_window(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _intake(cast).pk, "code": _package(cast).code}


def taken_in(cast: Cast) -> Mapping[str, Any]:
    intake, clerk = _intake(cast), actor_of(cast.person("clerk"), Role.CLERK)
    filing = fill(clerk, actions.begin_at_window(clerk, intake.pk, _package(cast).pk, {}))
    actions.submit(clerk, filing.pk, state_version=filing.state_version, confirmation="paper")
    return {"pk": intake.pk}


def again_package(pk: int) -> Package:
    return Package.objects.get(pk=pk)


NEW = {
    "code": "retire", "name": "退休一件事", "audience": "person", "promised_days": "0", "visits": "0", "items": "NONE-1",
}  # fmt: skip
ROWS: list[tuple] = [
    ("packages:list", nothing, everyone()),
    ("packages:package", code, everyone()),
    ("packages:guide", code, everyone()),
    ("packages:guide", code, signed_in(422), "post", {}),
    ("packages:track", nothing, everyone()),
    ("packages:track", nothing, everyone(422), "post", {"number": "YJS-20261120-SCJG-000001-8", "code": "34679ACE"}),
    ("packages:mine", nothing, signed_in()),
    ("packages:draft", draft, own()),
    ("packages:draft-guide", draft, own()),
    ("packages:draft-leave-out", part, own(302), "post"),
    ("packages:draft-renew", draft, own(302), "post"),
    ("packages:draft-page", page, own()),
    ("packages:draft-papers", draft, own()),
    ("packages:draft-papers", draft, own(422), "post"),
    ("packages:draft-later", follows, own()),
    ("packages:draft-later", follows, own(422), "post"),
    ("packages:draft-at-once", follows, own(302), "post"),
    ("packages:draft-sign", committable, own()),
    ("packages:draft-sign", committable, own(422), "post"),
    ("packages:draft-unsign", committable, own(302), "post"),
    ("packages:draft-certify", on_paper, only("clerk", otherwise=404)),
    ("packages:draft-certify", on_paper, only("clerk", status=422, otherwise=404), "post"),
    ("packages:draft-commitment-form", on_paper, only("clerk", otherwise=404)),
    ("packages:draft-unsign", on_paper, only("clerk", status=302, otherwise=404), "post"),
    ("packages:draft-check", draft, own()),
    ("packages:draft-discard", draft, own(302), "post"),
    ("packages:filing", filed, own()),
    ("packages:withdraw", filed, own()),
    ("packages:withdraw", filed, own(422), "post"),
    ("packages:draft-certificate", offered, own()),
    ("packages:draft-certificate", offered, own(422), "post"),
    ("packages:window", at_window, only("clerk", status=200)),
    ("packages:window-done", taken_in, only("clerk", status=200)),
    ("packages:desk", nothing, only(*DESK)),
    ("packages:desk-filing", filed, only(*DESK)),
    ("packages:admin", nothing, only(*EDITORS)),
    ("packages:admin-new", nothing, only(*MAKERS)),
    ("packages:admin-new", nothing, only(*MAKERS, status=422), "post", NEW),
    ("packages:admin-package", unpublished, only(*EDITORS)),
    # Whoever wrote the draft does not approve it, whoever approves does not publish.
    ("packages:admin-act", on_draft("review"),
     {**only("reviewer", "administrator", status=302), "department_head": 422}, "post", {"revision": "1"}),
    ("packages:admin-act", reviewed, only(*MAKERS, status=302), "post", {"revision": "1"}),
]  # fmt: skip
