"""What every installation needs for rankings: the dated rules, and the first version of the indicators."""

import datetime as dt

from portal.core.models import DatedRule
from portal.core.seeds import seed
from portal.core.time import ZONE
from portal.supervision.scores.defaults import NINE
from portal.supervision.scores.models import Indicator, Scheme
from portal.supervision.scores.rules import SCORE_RULES

FROM_THE_START = dt.date(2000, 1, 3)  # a Monday: imported years are ranked too


@seed
def score_rules() -> None:
    """Rules that exist stay as they are."""
    held = set(DatedRule.objects.filter(code__in=[one.code for one in SCORE_RULES]).values_list("code", flat=True))
    names = ("code", "value", "unit", "source", "source_en", "valid_from", "unverified")
    DatedRule.objects.bulk_create(
        DatedRule(**{name: getattr(one, name) for name in names}) for one in SCORE_RULES if one.code not in held
    )


@seed
def nine_indicators() -> None:
    """The first version; later ones are drafted and published on the pages."""
    if Scheme.objects.exists():
        return
    moment = dt.datetime.combine(FROM_THE_START, dt.time(0), ZONE)
    scheme = Scheme.objects.create(
        number=1, valid_from=FROM_THE_START, state="published", unverified=True, drafted_at=moment, published_at=moment
    )
    names = ("code", "title", "title_en", "about", "about_en", "formula", "formula_en", "source", "source_en", "weight",
             "minimum", "sample")  # fmt: skip
    Indicator.objects.bulk_create(
        Indicator(
            scheme=scheme, position=place, block=one.path.split(".")[0], figure=one.path.split(".")[1], unverified=True,
            higher_is_better=one.ends[0] > one.ends[1], target=one.ends[0], floor=one.ends[1],
            **{name: getattr(one, name) for name in names},
        )
        for place, one in enumerate(NINE, 1)
    )  # fmt: skip
