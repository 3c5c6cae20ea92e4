"""Papers of the demo city: issued with every step of the year, their PDFs made for those that somebody opened lately."""

import datetime as dt

from portal.core.documents import make_now
from portal.core.models import Document
from portal.core.time import driven_clock
from portal.site.demo.chapters import City

ORDER = 90
OPENED = dt.timedelta(days=7)  # how far back people have opened their papers; older ones are made when asked for
MOST = 250
SIGNED = 12  # the newest carry the signature; older ones are of the time before the key


def live(city: City) -> None:
    """Make the PDFs of the last days; in a small city all of them."""
    rows = Document.objects.all() if city.small else Document.objects.filter(issued_at__gte=city.end - OPENED)
    last = rows.order_by("-pk").values_list("pk", flat=True)[:MOST]
    city.say("Papers …")
    with driven_clock(city.end):
        recent = Document.objects.filter(pk__gte=min(last, default=0))
        make_now(recent.filter(pk__in=list(last[:SIGNED])))
        make_now(recent, sign=False)
