"""What each role gets at the addresses of bids: the citizen of the table acts for a bidder, officers are named openers."""

from collections.abc import Mapping
from typing import Any

from portal.core.time import driven_clock
from procurement.bids.actions.naming import put
from procurement.bids.models import (
    Book,
    CentreKey,
    Consortium,
    ConsortiumMember,
    OfficerKey,
    Opening,
    OpeningObjection,
    OwnLayer,
    Submission,
)
from procurement.sealing import LotKey
from procurement.tenders.models import Project
from tests import factories
from tests.permissions import Cast, everyone, nothing, only, signed_in
from tests.tenders.objects import bidder, registered

STAFF = ("supervisor", "procurement_officer", "auditor", "administrator")
MOMENT = factories.moment("2026-11-20 10:00")
DEADLINE = factories.moment("2026-11-21 09:30")


def _project(state: str) -> Project:
    """Announced and as far as the state, its rows written directly: the long way is tested elsewhere."""
    with driven_clock(MOMENT):
        project = registered()
    project.state, project.announced_at, project.announced_on = state, MOMENT, MOMENT.date()
    project.documents_from_on = project.documents_until_on = MOMENT.date()
    project.deadline_at = DEADLINE
    project.save()
    return project


def _opening(cast: Cast, state: str) -> Opening:
    """An opening of which the officer of the table is one."""
    project = _project("receiving" if state in ("named", "receiving") else "closed" if state == "closed" else "opened")
    opening = put(project, [cast.person("procurement_officer")], None)
    opening.state = state
    opening.save(update_fields=["state"])
    if state != "named":
        Book.objects.create(lot=project.lots.get(), public=LotKey.generate().public.hex(), made_at=MOMENT)
    return opening


def announced(cast: Cast) -> Mapping[str, Any]:
    return {"number": _project("receiving").number}


def hidden(cast: Cast) -> Mapping[str, Any]:
    with driven_clock(MOMENT):
        return {"number": registered().number}


def opening(cast: Cast) -> Mapping[str, Any]:
    return {"number": _opening(cast, "closed").project.number}


def opened(cast: Cast) -> Mapping[str, Any]:
    return {"number": _opening(cast, "opened").project.number}


def decrypting(cast: Cast) -> Mapping[str, Any]:
    """The officers have done their part; one bid waits for its bidder, and the window is open for long."""
    one = _opening(cast, "closed")
    Project.objects.filter(pk=one.project_id).update(own_layer=True)
    Opening.objects.filter(pk=one.pk).update(
        state="decrypting", decrypt_from=MOMENT, decrypt_until=factories.moment("2099-01-05 10:30")
    )
    profile, agent = bidder()
    book = Book.objects.get(lot__project=one.project)
    key = CentreKey.objects.create(public="1" * 64, secret="0" * 64, made_at=MOMENT)
    made = Submission.objects.create(
        book=book, bidder=profile, version=1, act="submitted", current=True, sha256="a" * 64, size=9, commitment="b" * 64,
        received_at=MOMENT, sequence=1, previous="0" * 64, digest="e" * 64, signature="d" * 128, key=key,
        sent_by=agent.user, own_key="f" * 64,
    )  # fmt: skip
    OwnLayer.objects.create(submission=made, box="AAAA", uncovered_at=MOMENT)
    return {"number": one.project.number}


def lot(cast: Cast) -> Mapping[str, Any]:
    return {"number": _opening(cast, "receiving").project.number, "lot": 1}


def objection(cast: Cast) -> Mapping[str, Any]:
    one = _opening(cast, "opened")
    profile, agent = bidder()
    made = OpeningObjection.objects.create(
        opening=one, bidder=profile, text="异议", raised_by=agent.user, raised_at=MOMENT
    )
    return {"number": one.project.number, "objection_id": made.pk}


def _submission(cast: Cast, state: str) -> Mapping[str, Any]:
    one = _opening(cast, state)
    book = Book.objects.get(lot__project=one.project)
    profile, agent = bidder(agent=cast.person("citizen"))
    key = CentreKey.objects.create(public="0" * 64, secret="0" * 64, made_at=MOMENT)
    made = Submission.objects.create(
        book=book, bidder=profile, version=1, act="submitted", current=True, sha256="a" * 64, size=9, commitment="b" * 64,
        received_at=MOMENT, sequence=1, previous="0" * 64, digest="c" * 64, signature="d" * 128, key=key,
        sent_by=agent.user,
    )  # fmt: skip
    return {"submission_id": made.pk}


def sealed(cast: Cast) -> Mapping[str, Any]:
    return _submission(cast, "receiving")


def after(cast: Cast) -> Mapping[str, Any]:
    return _submission(cast, "opened")


def key(cast: Cast) -> Mapping[str, Any]:
    made = OfficerKey.objects.create(
        user=cast.person("procurement_officer"), public="9" * 64, challenge="0" * 64, made_at=MOMENT
    )
    return {"key_id": made.pk}


def _consortium(cast: Cast, *, agreed: bool) -> Consortium:
    """Led by the citizen's firm, with the other citizen's as a member; the tender stands before its deadline."""
    project = _project("receiving")
    Project.objects.filter(pk=project.pk).update(deadline_at=factories.moment("2099-01-05 09:30"), joint_allowed=True)
    lead, agent = bidder(agent=cast.person("citizen"))
    member, _other = bidder(agent=cast.person("other_citizen"))
    made = Consortium.objects.create(project=project, lead=lead, made_by=agent.user, made_at=MOMENT)
    for one in (lead, member):
        ConsortiumMember.objects.create(
            consortium=made, project=project, bidder=one, is_lead=one == lead, work="施工", speciality="市政", grade="first",
            agreed_at=MOMENT if one == lead or agreed else None, bound=one == lead or agreed,
        )  # fmt: skip
    return made


def joining(cast: Cast) -> Mapping[str, Any]:
    """A tender whose notice admits joint bids."""
    return {"number": _consortium(cast, agreed=False).project.number}


def proposal(cast: Cast) -> Mapping[str, Any]:
    return {"consortium_id": _consortium(cast, agreed=False).pk}


def agreed(cast: Cast) -> Mapping[str, Any]:
    return {"consortium_id": _consortium(cast, agreed=True).pk}


members = only("citizen", "other_citizen", otherwise=404)
officer = only("procurement_officer")
refused = only("procurement_officer", status=422)
firms = signed_in(422)

ROWS: list[tuple] = [
    ("bids:opening", opening, everyone()),
    ("bids:opening", hidden, everyone(404)),
    ("bids:opening", announced, everyone(404)),
    ("bids:board", opening, everyone()),
    ("bids:confirm", opened, firms, "post"),
    ("bids:object", opened, firms, "post"),
    ("bids:answer", objection, {**signed_in(403), "procurement_officer": 422}, "post"),
    ("bids:own-boxes", decrypting, signed_in()),
    ("bids:own-boxes", hidden, signed_in(404)),
    ("bids:own-keys", decrypting, signed_in(422), "post"),
    ("bids:window", decrypting, only("supervisor", status=422), "post"),
    ("bids:conclude", decrypting, only("procurement_officer", status=409), "post"),
    ("bids:receipts", announced, everyone()),
    ("bids:receipts", announced, everyone(), "post"),
    ("bids:receipts", hidden, everyone(404)),
    ("bids:register", announced, everyone()),
    ("bids:bid", lot, signed_in()),
    ("bids:upload", lot, signed_in(422), "post"),
    ("bids:withdraw", lot, signed_in(422), "post"),
    ("bids:joint", announced, signed_in(302)),
    ("bids:joint", joining, signed_in()),
    ("bids:joint", joining, signed_in(422), "post"),
    ("bids:consortium", proposal, members),
    ("bids:consortium-members", proposal, only("citizen", otherwise=404)),
    ("bids:consortium-members", proposal, only("citizen", status=422, otherwise=404), "post"),
    ("bids:agreement", proposal, members),
    ("bids:agreement", proposal, only("citizen", "other_citizen", status=422, otherwise=404), "post"),
    ("bids:consortium-answer", proposal, only("citizen", "other_citizen", status=422, otherwise=404), "post"),
    ("bids:dissolve", agreed, {**only("citizen", status=302, otherwise=404), "other_citizen": 404}, "post"),
    ("bids:mine", nothing, signed_in()),
    ("bids:receipt", sealed, only("citizen", otherwise=404)),
    ("bids:receipt", after, only("citizen", *STAFF, otherwise=404)),
    ("bids:receipt-file", sealed, only("citizen", otherwise=404)),
    ("bids:openings", nothing, only(*STAFF)),
    ("bids:keys", nothing, officer),
    ("bids:key-register", nothing, refused, "post"),
    ("bids:key-prove", key, refused, "post"),
    ("bids:key-end", key, refused, "post"),
    ("bids:openers", announced, officer),
    ("bids:openers", announced, refused, "post"),
    ("bids:again", opening, only("supervisor")),
    ("bids:again", opening, only("supervisor", status=409), "post"),
    ("bids:boxes", opening, officer),
    ("bids:part", opening, refused, "post"),
    ("bids:open", opening, refused, "post"),
    ("bids:lapse", opening, only("procurement_officer", status=302), "post"),
    ("bids:record", opened, only("procurement_officer", status=302), "post"),
]
