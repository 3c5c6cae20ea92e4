"""Rule sets: written, tried on past cases, put into force by a second person, withdrawn."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.cases.models import Case
from approvals.catalogue.models import Item
from approvals.instant import policies
from approvals.instant.checks import CHECKS, cleaned
from approvals.instant.evaluating import examine_past
from approvals.instant.models import RuleSet
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.time import now, today

MOST_CHECKS = 12
TRIED_CASES = 100
NAMED_CASES = 20  # of those where the rules and the people differ


@action
def write(actor: Actor, item_id: int, checks: Sequence[Mapping[str, Any]], *, ground: str) -> RuleSet:
    """Write the draft of an item's next rule set for the version in force, or write it anew.

    Raises NotFound, NotAllowed, WrongState (no version in force), Invalid with the fault of each line as `check-<n>`.
    """
    item = Item.objects.select_related("current__form").filter(pk=item_id).first()
    if item is None:
        raise NotFound()
    if actor.user is None or not policies.may_edit(actor.user, item):
        raise NotAllowed()
    if item.current is None:
        raise WrongState(_("This item has no version in force that rules could be written for."))
    kept = _cleaned(checks, item, ground)
    db.lock_name(f"instant.rules:{item_id}")
    rules = RuleSet.objects.filter(item=item, state="draft").first()
    if rules is None:
        last = RuleSet.objects.filter(item=item).order_by("-number").first()
        rules = RuleSet(item=item, number=last.number + 1 if last else 1)
    rules.version, rules.checks, rules.ground = item.current, kept, ground.strip()
    rules.made_by, rules.made_at, rules.tried_at, rules.tried = actor.user, now(), None, {}
    rules.save()
    record(item, "item.rules_written", actor, data={"number": rules.number, "checks": [one["check"] for one in kept]})
    return rules


def _cleaned(checks: Sequence[Mapping[str, Any]], item: Item, ground: str) -> list[dict[str, str]]:
    wrong: dict[str, Any] = {}
    kept = []
    for place, entry in enumerate(checks):
        try:
            kept.append(cleaned(entry, item))
        except Invalid as error:
            wrong[f"check-{place}"] = error.message
    if not kept and not wrong:
        wrong["check-0"] = _("Choose a check.")
    if len(kept) > MOST_CHECKS:
        wrong["check-0"] = _("At most %(n)s checks.") % {"n": MOST_CHECKS}
    if not ground.strip():
        wrong["ground"] = _("Enter the article or decision that the rules rest on.")
    if wrong:
        raise Invalid(fields=wrong)
    return kept


@action
def try_out(actor: Actor, rules_id: int) -> RuleSet:
    """Ask the checks about the latest decided cases of the item, each as of the day of its filing.

    The sources are asked as they are today as far as they keep no past (register, credit record). Raises NotFound,
    NotAllowed, WrongState for rules that are no draft.
    """
    rules = _locked(actor, rules_id)
    if rules.state != "draft":
        raise WrongState()
    rows = Case.objects.filter(item=rules.item_id, outcome__in=("approved", "refused"), imported=False)
    wanted = ("version__form", "applicant__citizen", "organisation", "principal", "item")
    approved, different, count = 0, [], 0
    for case in rows.select_related(*wanted).order_by("-decided_on", "-pk")[:TRIED_CASES]:
        count += 1
        if examine_past(rules, case).passed:
            approved += 1
            if case.outcome == "refused" or case.state == "revoked":
                different.append(case.number)
    rules.tried_at = now()
    rules.tried = {
        "cases": count, "approved": approved, "different": len(different), "numbers": different[:NAMED_CASES]
    }  # fmt: skip
    rules.save(update_fields=["tried_at", "tried"])
    record(rules.item, "item.rules_tried", actor, data={"number": rules.number, **rules.tried})
    return rules


@action
def publish(actor: Actor, rules_id: int) -> RuleSet:
    """Another person puts tried rules into force.

    Raises NotFound, NotAllowed (also for whoever wrote them), WrongState: not tried, written for another version, the
    version says nothing of instant approval, or no check rests on a source beside the applicant's own word.
    """
    rules = _locked(actor, rules_id)
    if rules.state != "draft":
        raise WrongState(_("These rules are in force already."))
    if actor.user is None or not policies.may_publish(actor.user, rules):
        raise NotAllowed(_("A second person has to put into force what you wrote."))
    if rules.tried_at is None:
        raise WrongState(_("Try the rules on past cases first."))
    if rules.item.current_id != rules.version_id:
        raise WrongState(_("The item has a new version. Write the rules for it and try them again."))
    if not rules.version.instant:
        raise WrongState(
            _(
                "The guide does not say that the portal decides this item. Publish a version of the item that does first."
            )
        )
    if not any(CHECKS[one["check"]].proves for one in rules.checks if one["check"] in CHECKS):
        raise WrongState(
            _(
                "At least one check must rest on a source beside the form: a certificate, an approved case, the register."
            ),
            code="no_outside_source",
        )
    _retire(rules.item_id)
    rules.state, rules.published_by, rules.published_on = RuleSet.State.IN_FORCE, actor.user, today()
    rules.seed = secrets.token_hex(32)
    rules.save()
    record(rules.item, "item.rules_published", actor, data={"number": rules.number})
    return rules


@action
def retire(actor: Actor, rules_id: int) -> RuleSet:
    """From now on people decide the item. Raises NotFound, NotAllowed, WrongState."""
    rules = _locked(actor, rules_id)
    if rules.state != "in_force":
        raise WrongState()
    _retire(rules.item_id)
    record(rules.item, "item.rules_retired", actor, data={"number": rules.number})
    return rules


def _retire(item_id: int) -> None:
    RuleSet.objects.filter(item=item_id, state="in_force").update(state=RuleSet.State.RETIRED, retired_on=today())


def _locked(actor: Actor, rules_id: int) -> RuleSet:
    found = RuleSet.objects.select_related("item").filter(pk=rules_id).first()
    if found is None or actor.user is None or not policies.may_see_rules(actor.user, found):
        raise NotFound()
    if not policies.may_edit(actor.user, found.item):
        raise NotAllowed()
    db.lock_name(f"instant.rules:{found.item_id}")
    return db.lock_row(RuleSet.objects.select_related("item", "version"), rules_id)
