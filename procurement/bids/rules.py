"""The dated rules of bids and openings, each with its source; what rests on practice says so."""

from django.utils.translation import gettext_lazy as _

from portal.core.rule_book import SeedRule
from procurement.models import Method
from procurement.tenders.rules import MINIMUM_BIDDERS

_PRACTICE = ("本中心惯例，启用前请核定", "Practice of the centre, to be confirmed before use")
_SINGLE = (
    "《政府采购非招标采购方式管理办法》第三十八条：只向唯一供应商采购",
    "Measures on non-tendering ways of government procurement, article 38: one supplier only",
)
_LISTING = (
    "《招标拍卖挂牌出让国有建设用地使用权规定》第十九条：挂牌期限内只有一个竞买人报价且不低于底价的，挂牌成交",
    "Provisions on the assignment of state-owned land by tender, auction and listing, article 19",
)
_AUCTION = (
    "《招标拍卖挂牌出让国有土地使用权规范（试行）》：竞买人不足三人的，终止拍卖",
    "Standard on the assignment of state-owned land (trial): no auction with fewer than three",
)

UPLOAD_MB = "bids.envelope_mb"
OBJECTION_MINUTES = "bids.objection_minutes"
DECRYPT_MINUTES = "bids.decrypt_minutes"
DECRYPT_LONGER = "bids.decrypt_longer_minutes"
OUTAGE_MINUTES = "bids.outage_minutes"
OUTAGE_BEFORE = "bids.outage_before_minutes"
AGAIN_MINUTES = "bids.again_minutes"
AGAIN_DAYS = "bids.again_days"
JOINT_MEMBERS = "bids.joint_members"
MINIMUM = {
    Method.SINGLE.value: "bids.minimum.single",
    Method.LISTING.value: "bids.minimum.listing",
    Method.AUCTION.value: "bids.minimum.auction",
}

# What a finding of the opening rests on: the value is the number of the article, the source its full name. The words of
# the regulation and of the measures on electronic tendering were read in republished texts, the others were not.
DECRYPTING, SHARED, REJECTED = "bids.ground.decrypting", "bids.ground.shared", "bids.ground.rejected"
REVOKED = "bids.ground.revoked"
JOINT = "bids.ground.joint"
BOND, TAKING_PART = "bids.ground.bond", "bids.ground.taking_part"
BUDGET = "bids.ground.budget"
ARTICLES = "articles"
_REGULATION, _REGULATION_EN = "《中华人民共和国招标投标法实施条例》", "Regulation on the Tendering Law of the PRC"

GROUNDS: tuple[SeedRule, ...] = (
    SeedRule(DECRYPTING, _("What becomes of a bid that is not decrypted, and whose fault it is"), [31], ARTICLES,
             "《电子招标投标办法》第三十一条", "Measures on electronic tendering, article 31"),
    SeedRule(REVOKED, _("A bid that its bidder does not decrypt in time counts as revoked, and its bond may be kept"),
             [31, 35], ARTICLES, f"《电子招标投标办法》第三十一条；{_REGULATION}第三十五条",
             f"Measures on electronic tendering, article 31; {_REGULATION_EN}, article 35", unverified=True),
    SeedRule(SHARED, _("Firms under one head do not bid for the same lot; all their bids are void"), [34], ARTICLES,
             f"{_REGULATION}第三十四条", f"{_REGULATION_EN}, article 34"),
    SeedRule(JOINT, _("A firm bids either alone or in one consortium of a tender; else all bids concerned are void"), [37],
             ARTICLES, f"{_REGULATION}第三十七条", f"{_REGULATION_EN}, article 37"),
    SeedRule(REJECTED, _("Bids that are rejected, among them those over the control price"), [51], ARTICLES,
             f"{_REGULATION}第五十一条", f"{_REGULATION_EN}, article 51"),
    SeedRule(BUDGET, _("A bid over the published budget of government procurement"), [63, 36], ARTICLES,
             "《政府采购货物和服务招标投标管理办法》第六十三条；《中华人民共和国政府采购法》第三十六条",
             "Measures on tendering for goods and services, article 63; Government Procurement Law of the PRC, article 36",
             unverified=True),
    SeedRule(BOND, _("A bid without the bond that the documents ask for"), [37, 63], ARTICLES,
             "《工程建设项目施工招标投标办法》第三十七条；《政府采购货物和服务招标投标管理办法》第六十三条",
             "Measures on tendering for construction, article 37; measures on tendering for goods and services, article 63",
             unverified=True),
    SeedRule(TAKING_PART, _("A firm that may not take part on the day of the opening"), [51], ARTICLES,
             f"{_REGULATION}第五十一条；限制文书所载依据",
             f"{_REGULATION_EN}, article 51; and the ground of the restriction", unverified=True),
)  # fmt: skip

BID_RULES: tuple[SeedRule, ...] = (
    SeedRule(UPLOAD_MB, _("A sealed bid in megabytes, at most"), 500, "count", *_PRACTICE, unverified=True),
    SeedRule(OBJECTION_MINUTES, _("Objections to the opening are taken on the spot, for"), 30, "minutes",
             "《中华人民共和国招标投标法实施条例》第四十四条：在开标现场提出；时长为本中心惯例",
             "Regulation on the Tendering Law of the PRC, article 44: on the spot; how long is the centre's practice",
             unverified=True),
    SeedRule(MINIMUM[Method.SINGLE], _("No opening of a single source with fewer than"), 1, "count", *_SINGLE,
             unverified=True),
    SeedRule(MINIMUM[Method.LISTING], _("No result of a listing with fewer bidders than"), 1, "count", *_LISTING,
             unverified=True),
    SeedRule(MINIMUM[Method.AUCTION], _("No auction with fewer bidders than"), 3, "count", *_AUCTION, unverified=True),
    SeedRule(JOINT_MEMBERS, _("Members of a consortium, at most"), 4, "count", *_PRACTICE, unverified=True),
    SeedRule(DECRYPT_MINUTES, _("Bidders decrypt their own bids at the opening within"), 60, "minutes",
             "《电子招标投标办法》第二十九条、第三十条：投标人按时在线解密；时长为本中心惯例",
             "Measures on electronic tendering, articles 29 and 30: in time; how long is the centre's practice",
             unverified=True),
    SeedRule(DECRYPT_LONGER, _("A supervisor lengthens a decryption window at once by, at most"), 240, "minutes",
             *_PRACTICE, unverified=True),
    SeedRule(OUTAGE_MINUTES, _("A gap of the portal's own watch in a decryption window is an outage from"), 3, "minutes",
             *_PRACTICE, unverified=True),
    SeedRule(OUTAGE_BEFORE, _("An outage is told of, and the pages are asked, before a deadline from"), 120, "minutes",
             *_PRACTICE, unverified=True),
    SeedRule(AGAIN_MINUTES, _("Bids taken again after an outage are taken for the length of the outage, and at least for"),
             60, "minutes", *_PRACTICE, unverified=True),
    SeedRule(AGAIN_DAYS, _("Bids taken again after an outage are taken longer than that by, at most"), 5, "natural_days",
             *_PRACTICE, unverified=True),
    *GROUNDS,
)  # fmt: skip


def minimum_rule(method: str) -> str:
    """The code of the rule that says how many bidders an opening needs."""
    return MINIMUM.get(method, MINIMUM_BIDDERS)
