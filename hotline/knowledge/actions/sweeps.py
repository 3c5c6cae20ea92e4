"""What the portal does by itself: end what has expired, remind of reviews, light the lamps of remarks."""

from hotline.knowledge import notices
from hotline.knowledge.lifecycle import ARTICLE
from hotline.knowledge.models import ArticleVersion, Feedback
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.events import record
from portal.core.time import today

BATCH = 200
SWEEP = "knowledge.sweep"


@action
def expire(limit: int = BATCH) -> int:
    """End the versions whose last day has passed; the owners are told. Returns how many."""
    over = ArticleVersion.objects.filter(state="published", valid_until__lt=today()).order_by("valid_until", "pk")
    rows = ArticleVersion.objects.select_related("article", "author")
    done = 0
    for version in db.lock_rows(rows, list(over.values_list("pk", flat=True)[:limit])):
        if version.state != "published":
            continue  # withdrawn while we waited for the lock
        step = ARTICLE.begin(version, "expire", Actor.system(SWEEP), state_version=None)
        before, after = step.apply()
        version.save(update_fields=["state", "state_version", "ended_on"])
        record(version, "article.expire", Actor.system(SWEEP), from_state=before, to_state=after)
        people = notices.owners(version.department_id, version.author)
        notices.tell(version, notices.EXPIRED, people, key="expired")
        done += 1
    return done


@action
def remind_of_review(limit: int = BATCH) -> int:
    """Tell once of each article whose day of review has come. Returns how many."""
    due = ArticleVersion.objects.filter(state="published", review_on__lte=today(), review_told_on__isnull=True)
    rows = ArticleVersion.objects.select_related("article", "author")
    done = 0
    for version in db.lock_rows(rows, list(due.order_by("review_on", "pk").values_list("pk", flat=True)[:limit])):
        if version.review_told_on is not None or version.state != "published":
            continue
        version.review_told_on = today()
        version.save(update_fields=["review_told_on"])
        people = notices.owners(version.department_id, version.author)
        notices.tell(version, notices.REVIEW_DUE, people, key=f"review:{version.review_on}")
        done += 1
    return done


@action
def light_lamps(limit: int = BATCH) -> int:
    """Tell once of each remark whose limit has passed. Returns how many lamps went on."""
    late = Feedback.objects.filter(state="open", due_on__lt=today(), red_lit_on__isnull=True).order_by("due_on", "pk")
    rows = Feedback.objects.select_related("department")
    done = 0
    for row in db.lock_rows(rows, list(late.values_list("pk", flat=True)[:limit])):
        if row.state != "open" or row.red_lit_on is not None:
            continue
        row.red_lit_on = today()
        row.save(update_fields=["red_lit_on"])
        people = notices.owners(row.department_id)
        notices.tell_of_remark(row, notices.LATE, people, title=notices.title_of(row), key="late")
        done += 1
    return done
