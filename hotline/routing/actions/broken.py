"""A rule in use that cannot be used takes itself out, and says so loudly."""

from django.urls import reverse

from hotline.notices import dispatchers, holders
from hotline.routing.models import Rule, RuleBook
from hotline.routing.notices import RULE_OUT
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.events import record
from portal.core.notifications import notify
from portal.core.time import now
from portal.people.roles import Role

LONGEST = 300


@action
def disable_broken(rule_id: int, because: str) -> bool:
    """Take the rule out of use, with an event and a notice to every administrator and dispatcher; once.

    Returns whether this call did it.
    """
    found = Rule.objects.filter(pk=rule_id).values_list("book_id", flat=True).first()
    if found is None:
        return False
    book = db.lock_row(RuleBook.objects.all(), found)
    because = because[:LONGEST] or "?"
    done = Rule.objects.filter(pk=rule_id, disabled_at__isnull=True).update(disabled_at=now(), disabled_because=because)
    if not done or book.state != RuleBook.State.LIVE:
        return bool(done)
    rule = Rule.objects.get(pk=rule_id)
    event = record(
        book, "rulebook.rule_out", Actor.system("routing.check"),
        data={"rule": rule.pk, "name": rule.name, "because": because},
    )  # fmt: skip
    path = reverse("routing:book", args=[book.number])
    for user in {one.pk: one for one in (*holders(Role.ADMINISTRATOR), *dispatchers())}.values():
        notify(
            user, RULE_OUT.code, {"rule": rule.name, "because": because}, channels=["in_app"], path=path,
            key=f"event:{event.pk}",
        )  # fmt: skip
    return True
