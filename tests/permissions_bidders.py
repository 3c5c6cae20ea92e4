"""What each role gets at the addresses of bidders: the citizen of the table acts for a registered firm."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from portal.core.time import now
from procurement.bidders import actions
from procurement.bidders.actions import RestrictionDraft
from procurement.bidders.models import Certificate
from tests import factories
from tests.bidders.objects import Authority
from tests.permissions import Cast, nothing, only, signed_in
from tests.tenders.objects import bidder, credit_code, officer


def firm_of(cast: Cast) -> Any:
    return bidder(agent=cast.person("citizen"))


def own(cast: Cast) -> Mapping[str, Any]:
    return {"organisation_id": firm_of(cast)[0].organisation_id}


def person(cast: Cast) -> Mapping[str, Any]:
    profile, agent = firm_of(cast)
    made = actions.add_person(agent, profile.pk, kind="manager", name="李四", identity=factories.resident_number(9))
    return {"organisation_id": profile.organisation_id, "person_id": made.pk}


def certificate(cast: Cast) -> Mapping[str, Any]:
    profile, _agent = firm_of(cast)
    made = Certificate.objects.create(
        bidder=profile, pem="", subject="CN=x", issuer="CN=y", serial="1", fingerprint="0" * 64, algorithm="RSA",
        valid_from=now(), valid_until=now(), added_at=now(), challenge="c",
    )  # fmt: skip
    return {"organisation_id": profile.organisation_id, "certificate_id": made.pk}


def one(cast: Cast) -> Mapping[str, Any]:
    return {"bidder_id": firm_of(cast)[0].pk}


def restriction(_cast: Cast) -> Mapping[str, Any]:
    draft = RestrictionDraft(
        uscc=credit_code(901), name="海州失信建设有限公司", kind="blacklist", ground="串通投标", source="1 号",
        authority="市住房和城乡建设局", starts_on=dt.date(2026, 1, 1), appeal="六十日内",
    )  # fmt: skip
    return {"restriction_id": actions.restrict(officer(), draft).pk}


def issuer(_cast: Cast) -> Mapping[str, Any]:
    return {"issuer_id": Authority().entered().pk}


agent = only("citizen", otherwise=404)
refused = only("citizen", status=422, otherwise=404)
done = only("citizen", status=302, otherwise=404)
nobody = only(otherwise=404)
readers = only("supervisor", "procurement_officer", "auditor", "administrator")
deciding = only("supervisor", "procurement_officer")
keeping = only("procurement_officer", "administrator")
asked_why = only("procurement_officer", "administrator", status=422)
ROWS: list[tuple] = [
    ("bidders:mine", nothing, signed_in()),
    ("bidders:profile", own, agent),
    ("bidders:edit", own, agent),
    ("bidders:edit", own, refused, "post"),
    ("bidders:person-new", own, agent),
    ("bidders:person-new", own, refused, "post"),
    ("bidders:person-end", person, done, "post"),
    ("bidders:licence-new", own, agent),
    ("bidders:licence-new", own, refused, "post"),
    ("bidders:certificate-new", own, agent),
    ("bidders:certificate-new", own, refused, "post"),
    ("bidders:certificate-prove", certificate, agent),
    ("bidders:certificate-prove", certificate, refused, "post"),
    ("bidders:certificate-end", certificate, done, "post"),
    # The authority of the demonstration does not exist outside of it (tests/bidders/test_authority.py).
    ("bidders:authority", own, nobody),
    ("bidders:authority-issue", own, nobody, "post"),
    ("bidders:authority-revoke", certificate, nobody, "post"),
    ("bidders:bidders", nothing, readers),
    ("bidders:bidder", one, readers),
    ("bidders:issuers", nothing, readers),
    ("bidders:issuer-new", nothing, keeping),
    ("bidders:issuer-new", nothing, asked_why, "post"),
    ("bidders:issuer", issuer, readers),
    ("bidders:restrictions", nothing, readers),
    ("bidders:restriction-new", nothing, deciding),
    ("bidders:restriction-new", nothing, only("supervisor", "procurement_officer", status=422), "post"),
    ("bidders:restriction", restriction, readers),
]
