"""What a draft of a package still lacks before a second person may approve it."""

from typing import Any

from django.utils.translation import gettext as _

from approvals.packages.models import PackageVersion


def missing(version: PackageVersion) -> list[Any]:
    """Sentences that say what to do; empty when the draft may be approved and published."""
    entries = list(version.entries.select_related("item__current"))
    found = []
    if not version.name.strip():
        found.append(_("Give the package a name."))
    if len(entries) < 2:
        found.append(_("A package has at least two items."))
    for entry in entries:
        current = entry.item.current
        if not entry.item.is_open_to_filing or current is None:
            found.append(_("“%(item)s” is not open to filing.") % {"item": entry.item.local_name})
        elif not current.online:
            found.append(_("“%(item)s” cannot be applied for online.") % {"item": entry.item.local_name})
    used = {question for entry in entries for question, _values in entry.condition}
    for question in version.questions:
        if question["code"] not in used:
            found.append(_("No item depends on the question “%(question)s”.") % {"question": question["text"]})
    total = one_by_one(entry.item for entry in entries)
    if version.promised_days > total:
        words = _("The package promises %(days)s working days; its items one after another take only %(total)s.")
        found.append(words % {"days": version.promised_days, "total": total})
    if version.visits > visits(entry.item for entry in entries):
        found.append(_("The package asks for more visits than its items."))
    return found


def one_by_one(items: Any) -> int:
    """Working days that the items promise when they are filed one after another."""
    return sum(item.current.promised_days or 0 for item in items if item.current is not None)


def visits(items: Any) -> int:
    """Visits to a window that the items ask for when they are filed one after another."""
    return sum(item.current.visits or 0 for item in items if item.current is not None)
