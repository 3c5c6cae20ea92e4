"""The articles of the knowledge base as a file."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.knowledge.lifecycle import ARTICLE
from hotline.knowledge.policies import may_read
from hotline.knowledge.views import articles
from portal.core.exports import Column, register_export


def register() -> None:
    """Called in `ready()`. The filters are those of the page."""
    register_export(
        "knowledge.articles",
        title=_("Articles of the knowledge base"),
        columns=[
            Column(pgettext_lazy("article", "Number"), "article.number"),
            Column(_("Question"), "display_title"),
            Column(_("Answer"), "display_answer"),
            Column(_("Topic"), "topic.display_name"),
            Column(_("Department"), "department.display_name"),
            Column(_("State"), lambda row: ARTICLE.states[row.state].label),
            Column(_("Valid from"), "valid_from", "date"),
            Column(_("Valid until"), "valid_until", "date"),
            Column(_("To be reviewed on"), "review_on", "date"),
        ],
        queryset=lambda user, params: articles.listed(user, articles.asked_of(params)),
        policy=may_read,
    )
