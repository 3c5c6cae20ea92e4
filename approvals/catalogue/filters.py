"""The catalogue's filters: a GET form, so that every view of the list has an address."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.catalogue.models import Item, ItemVersion, LifeEvent
from approvals.catalogue.querysets import ItemQuerySet, for_audience
from portal.core.forms import PortalForm
from portal.core.search import search
from portal.people.models import Department

ANY = ("", _("All"))


class CatalogueFilter(PortalForm):
    """What the reader looks for. A value that does not exist (an old link) is left out, not an error page."""

    q = forms.CharField(label=_("Keywords"), required=False, max_length=100)
    audience = forms.ChoiceField(label=_("Who it is for"), required=False, choices=[ANY, *LifeEvent.Audience.choices])
    event = forms.ChoiceField(label=_("Life event"), required=False)
    department = forms.ChoiceField(label=_("Department"), required=False)
    type = forms.ChoiceField(label=_("Type of item"), required=False, choices=[ANY, *Item.Type.choices])
    kind = forms.ChoiceField(label=_("How it is decided"), required=False, choices=[ANY, *ItemVersion.Kind.choices])
    online = forms.ChoiceField(
        label=_("Where to apply"),
        required=False,
        choices=[ANY, ("online", _("Can be done online")), ("no_visit", _("No visit to the hall"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        opened = Item.objects.open_to_filing()
        departments = Department.objects.filter(pk__in=opened.values("department_id")).order_by("level", "code")
        self.events = list(LifeEvent.objects.all())
        self.fields["department"].choices = [ANY, *((d.code, d.display_short) for d in departments)]  # type: ignore[attr-defined]
        self.fields["event"].choices = [ANY, *((e.code, e.local_name) for e in self.events)]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs.pop("autocomplete", None)

    def chosen(self) -> dict[str, str]:
        """The filters that are set and make sense."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def labels(self) -> list[tuple[str, str]]:
        """(words, query string without it) of each chosen filter, for the line above the list."""
        chosen = self.chosen()
        rows = []
        for name, value in chosen.items():
            choices = dict(getattr(self.fields[name], "choices", ()))
            rest = urlencode({other: text for other, text in chosen.items() if other != name})
            rows.append((str(choices.get(value, value)), f"?{rest}"))
        return rows


def filtered(items: ItemQuerySet, chosen: dict[str, str]) -> tuple[ItemQuerySet, bool]:
    """The items that the filters leave, and whether the words were found in full (else: the nearest ones)."""
    if event := chosen.get("event"):
        items = items.filter(life_events__code=event)
    if audience := chosen.get("audience"):
        items = items.filter(for_audience(audience))
    columns = {"department": "department__code", "type": "type", "kind": "current__kind"}
    items = items.filter(**{columns[name]: value for name, value in chosen.items() if name in columns})
    match chosen.get("online"):
        case "online":
            items = items.filter(current__online=True)
        case "no_visit":
            items = items.filter(current__visits=0)
    if text := chosen.get("q"):
        matches = search(items, text)
        return matches.rows.nearest_first(text), matches.exact  # type: ignore[attr-defined]
    return items.order_by("department__level", "department__code", "code"), True
