"""What firms are told about restrictions."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.notifications import Template, notify, register
from portal.people.models import Organisation
from procurement.bidders.agents import people_of
from procurement.bidders.models import Restriction

RESTRICTED = register(
    Template(
        "bidders.restricted",
        _("%(name)s cannot bid at present"),
        _(
            "%(authority)s decided that %(name)s cannot take part in public trading from %(starts)s on. Ground: %(ground)s."
            " Source: %(source)s. How to object: %(appeal)s"
        ),
        {"name", "authority", "starts", "ground", "source", "appeal"},
    )
)
LIFTED = register(
    Template(
        "bidders.lifted",
        _("%(name)s may bid again"),
        _("The restriction of %(name)s by %(authority)s was lifted. Reason: %(note)s"),
        {"name", "authority", "note"},
    )
)


def tell_restricted(one: Restriction) -> None:
    """Everybody who acts for the firm, with ground, source and how to object."""
    _tell(one, RESTRICTED, "restricted")


def tell_lifted(one: Restriction) -> None:
    _tell(one, LIFTED, "lifted")


def _tell(one: Restriction, template: Template, key: str) -> None:
    words = {
        "name": one.name,
        "authority": one.authority,
        "starts": one.starts_on,
        "ground": one.ground,
        "source": one.source,
        "appeal": one.appeal,
        "note": one.lifted_note,
    }
    firm = Organisation.objects.filter(uscc=one.uscc).values_list("pk", flat=True).first()
    for person in people_of(firm) if firm else ():
        notify(
            person,
            template.code,
            {name: words[name] for name in template.placeholders},
            about=("bidders.restriction", one.pk),
            path=reverse("bidders:mine"),
            key=f"restriction:{one.pk}:{key}",
        )
