"""Rules that could not be read in an official text say what of them was not verified."""

import pytest

from portal.core.models import DatedRule
from procurement.bids.rules import BID_RULES
from procurement.experts.rules import EXPERT_RULES
from procurement.tenders.rules import TENDER_RULES
from procurement.tenders.unverified import NOTES, note_of, plant

pytestmark = pytest.mark.django_db
RULES = (*BID_RULES, *TENDER_RULES, *EXPERT_RULES)


def test_each_unverified_rule_says_what_was_not_verified_and_no_other_claims_anything():
    for one in RULES:
        row = DatedRule.objects.filter(code=one.code).earliest("valid_from")
        assert (one.code, bool(row.note), row.unverified) == (one.code, one.unverified, one.unverified)
        assert row.source == one.source
    assert "第三十五条" in DatedRule.objects.get(code="bids.ground.revoked").note
    assert set(NOTES) <= {one.code for one in RULES if one.unverified}


def test_an_empty_note_of_a_first_version_is_filled_in_and_what_an_administrator_wrote_stays():
    first, second, third = [one for one in BID_RULES if one.unverified][:3]
    DatedRule.objects.filter(code__in=[first.code, second.code, third.code]).update(note="")
    DatedRule.objects.filter(code=second.code).update(note="已核对")
    DatedRule.objects.filter(code=third.code).update(author_id=1)
    plant(BID_RULES)
    notes = {one.code: DatedRule.objects.get(code=one.code).note for one in (first, second, third)}
    assert notes == {first.code: note_of(first), second.code: "已核对", third.code: ""}
