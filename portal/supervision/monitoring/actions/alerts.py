"""Alerts: ordering and cancelling one, and sending what is due; each subscription is served once a day."""

from collections.abc import Callable
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.lamps import AMBER, APPS, RED, Lamp, LampScope, stream, tally
from portal.core.notifications import Words, notify
from portal.core.time import now, today
from portal.people.models import Department, User
from portal.supervision.monitoring import notices, policies
from portal.supervision.monitoring.actions.acts import person_of
from portal.supervision.monitoring.figures import SHARE, WATCHED, Watched, month_so_far
from portal.supervision.monitoring.models import AlertSent, Subscription

MOST = 20  # subscriptions of one person
WORST = 10
EVERYWHERE, OWN = _("The whole centre"), _("Your departments")


@action
def subscribe(
    actor: Actor,
    *,
    kind: str,
    department: Department | None = None,
    figure: str = "",
    side: str = "",
    limit: Decimal | None = None,
) -> Subscription:
    """Order an alert for oneself. A limit on a share is given in percent. Raises NotAllowed, Invalid."""
    user = person_of(actor)
    if not policies.may_see_lamps(user) or not _still_sees(user, department):
        raise NotAllowed()
    held = Subscription.objects.filter(user=user)
    if held.count() >= MOST:
        raise Invalid(gettext("You have as many alerts as one person can have. Cancel one first."))
    if kind == Subscription.Kind.DIGEST:
        if held.filter(kind=kind, department=department).exists():
            raise Invalid(fields={"department": _("You receive this digest already.")})
        row = Subscription(user=user, kind=kind, department=department, made_at=now())
    else:
        row = _threshold(user, department, figure, side, limit)
    row.save(force_insert=True)
    return row


def _threshold(
    user: User, department: Department | None, figure: str, side: str, limit: Decimal | None
) -> Subscription:
    if figure not in WATCHED:
        raise Invalid(fields={"figure": _("Please choose one of the answers.")})
    if side not in Subscription.Side.values:
        raise Invalid(fields={"side": _("Please choose one of the answers.")})
    if limit is None or limit < 0:
        raise Invalid(fields={"limit": _("Give the line as a number of 0 or more.")})
    share = WATCHED[figure].kind == SHARE
    if share and limit > 100:
        raise Invalid(fields={"limit": _("A share is given in percent, from 0 to 100.")})
    if not share and (limit != limit.to_integral_value() or limit > 10**7):
        raise Invalid(fields={"limit": _("Give a whole number of at most 10,000,000.")})
    return Subscription(
        user=user, kind=Subscription.Kind.THRESHOLD, department=department, figure=figure, side=side,
        limit=limit / 100 if share else limit, made_at=now(),
    )  # fmt: skip


@action
def unsubscribe(actor: Actor, subscription_id: int) -> None:
    """Cancel an own alert. Raises NotFound."""
    gone, _each = Subscription.objects.filter(pk=subscription_id, user=person_of(actor)).delete()
    if not gone:
        raise NotFound()


# --- sending ------------------------------------------------------------------------------------------------------------


def send_digests() -> int:
    """Send the digests of this morning; nothing on a day off. Returns how many went out."""
    if not workdays().is_workday(today()):
        return 0
    return sum(_serve(pk, _digest) for pk in _subscribed(Subscription.Kind.DIGEST))


def check_thresholds() -> int:
    """Tell of the figures that crossed their lines since they were last looked at. Returns how many messages."""
    return sum(_serve(pk, _threshold_message) for pk in _subscribed(Subscription.Kind.THRESHOLD))


def _subscribed(kind: str) -> list[int]:
    served = AlertSent.objects.filter(day=today()).values("subscription_id")
    rows = Subscription.objects.filter(kind=kind).exclude(pk__in=served).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _serve(subscription_id: int, send: Callable[[Subscription], int]) -> int:
    """One subscription in a transaction of its own: the row of the day first, so that nobody is told twice."""
    with transaction.atomic(durable=True):
        row = Subscription.objects.select_related("user", "department").filter(pk=subscription_id).first()
        if row is None or not db.insert_once(AlertSent(subscription=row, day=today())):
            return 0
        user: User = row.user
        # Asked again on the day: who has lost the posting gets no figures of the department any more.
        if not user.may_sign_in or not policies.may_see_lamps(user) or not _still_sees(user, row.department):
            return 0
        return send(row)


def _still_sees(user: User, department: Department | None) -> bool:
    return department is None or policies.sees_department(user, department.pk)


def scope_of(row: Subscription) -> LampScope:
    """What the digest is about: the department, or all that the person sees on this day."""
    if row.department is not None:
        return LampScope(departments=frozenset({row.department.pk}))
    return LampScope(departments=policies.departments_seen(row.user))


def _scope_words(row: Subscription) -> "Words | Promise":
    if row.department is not None:
        return Words(row.department.name, row.department.name_en)
    return EVERYWHERE if row.user.access.centre_wide else OWN


def _digest(row: Subscription) -> int:
    scope = scope_of(row)
    counted = tally(scope)
    red, amber = counted.of(colour=RED), counted.of(colour=AMBER)
    if not red + amber:
        return 0
    worst, _next = stream(LampScope(departments=scope.departments, colour=RED if red else AMBER), limit=WORST)
    with override(row.user.language or None):
        apps = ", ".join(f"{label} {n}" for app, label in APPS.items() if (n := counted.of(app=app)))
        lines = "\n".join(_line(lamp) for lamp in worst)
    notify(
        row.user, notices.DIGEST.code,
        {"scope": _scope_words(row), "red": red, "amber": amber, "apps": apps, "worst": lines},
        path=reverse("monitoring:lamps"), channels=("in_app", "email"), key=f"digest:{row.pk}:{today()}",
    )  # fmt: skip
    return 1


def _line(lamp: Lamp) -> str:
    return f"{lamp.since.isoformat()} {lamp.source.title} {lamp.number} {lamp.title}".rstrip()


def crosses(row: Subscription, value: "float | int | None") -> bool:
    """Whether the figure stands on the far side of the line; nothing counted crosses nothing."""
    if value is None or row.limit is None:
        return False
    exact = Decimal(str(value))
    return exact > row.limit if row.side == Subscription.Side.ABOVE else exact < row.limit


def _threshold_message(row: Subscription) -> int:
    user: User = row.user
    departments = policies.departments_seen(user)
    if row.department is None and departments is not None:
        return 0  # the whole centre is no longer this person's to see
    value = month_so_far({row.figure}, row.department)[row.figure]
    crossed, before = crosses(row, value), row.crossed
    if crossed != before:
        row.crossed = crossed
        row.save(update_fields=["crossed"])
    if not crossed or before:
        return 0
    watched: Watched = WATCHED[row.figure]
    notify(
        user, notices.CROSSED.code,
        {
            "scope": _scope_words(row), "figure": watched.label, "value": watched.shown(value),
            "limit": watched.shown(row.limit),
        },
        path=reverse("supervision:board"), key=f"threshold:{row.pk}:{today()}",
    )  # fmt: skip
    return 1
