"""What ratings hang into the registries of the core: navigation, names on the auditor's page, the home page's figure."""

import datetime as dt

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.ratings.measures import RATING_MEASURES
from portal.core import access
from portal.core.registries import HALL, PUBLIC, STAFF, SUPERVISION, HomeFigure, register_home_figure, register_nav
from portal.core.rules import rule
from portal.core.statistics import period, ratio
from portal.core.templatetags.portal import percent
from portal.core.time import today
from portal.people.history import register_history

READERS = {
    "clerk", "reviewer", "department_head", "hall_manager", "supervisor", "auditor", "administrator", "government_head",
}  # fmt: skip
HOME_SECONDS = 60


def connect() -> None:
    """Called once, in the app's ready()."""
    register_nav(STAFF, _("Ratings"), "ratings:list", READERS, order=30, group=SUPERVISION)
    register_nav(STAFF, _("Call-backs"), "ratings:calls", {"hotline_operator"}, order=31, group=SUPERVISION)
    register_nav(PUBLIC, _("Satisfaction"), "ratings:public", order=65, group=HALL)
    register_home_figure("ratings.satisfaction", _satisfied_this_year, order=60)
    access.register_stream("ratings.rating", _("Rating"))
    access.register_stream(
        "ratings.rectification", _("Rectification"), link=lambda pk: reverse("ratings:rectification", args=[pk])
    )
    access.register_stream("ratings.invitation", _("Call-back"))
    access.register_stream("ratings.grievance", _("Grievance"), link=lambda pk: reverse("ratings:grievance", args=[pk]))
    access.register_words({"rating_comment": _("Own words of a rating"), "rater": _("Somebody who was served")})
    register_history({"tablet.issued": pgettext_lazy("history", "Tablet let in")})


def _satisfied_this_year() -> HomeFigure | None:
    day = today()
    sums = cache.get_or_set(
        f"home-figures:ratings:{day}",
        lambda: period(
            RATING_MEASURES, "item", dt.date(day.year, 1, 1), day, figures=("given", "satisfied")
        )[None],
        HOME_SECONDS,
    )  # fmt: skip
    if not sums or sums["given"] < rule("rating.minimum_sample", day).days:
        return None
    rate = ratio(sums["satisfied"], sums["given"])
    return HomeFigure(_("Satisfied with our service this year"), percent(rate), reverse("ratings:public"))
