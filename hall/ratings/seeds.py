"""What the ratings of every installation start with: the first list of reasons."""

import datetime as dt

from hall.ratings.models import Reason, ReasonList
from hall.ratings.reasons import FIRST
from portal.core.seeds import seed


@seed
def reasons() -> None:
    """The first list, once; the hall's managers make later versions."""
    if ReasonList.objects.exists():
        return
    made = ReasonList.objects.create(number=1, valid_from=dt.date(2000, 1, 1))
    Reason.objects.bulk_create(
        Reason(list=made, grade=grade, order=order, code=code, name=name, name_en=name_en)
        for grade, rows in FIRST.items()
        for order, (code, name, name_en) in enumerate(rows)
    )
