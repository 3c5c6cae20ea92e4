"""What firms are told: restrictions, and licences that run out."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.notifications import Template, notify, register
from portal.people.models import Membership, Organisation
from procurement.bidders.agents import people_of
from procurement.bidders.models import BusinessLicence, Restriction

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
LICENCE_SOON = register(
    Template(
        "bidders.licence_soon",
        _("The business licence of %(name)s runs out on %(until)s"),
        _(
            "Please upload the newer licence of %(name)s in time. The one that the portal holds is valid until %(until)s."
        ),
        {"name", "until"},
    )
)
LICENCE_OVER = register(
    Template(
        "bidders.licence_over",
        _("The last day of the business licence of %(name)s: %(until)s"),
        _(
            "The business licence of %(name)s that the portal holds is valid until %(until)s and no longer. Please upload"
            " the one that holds now."
        ),
        {"name", "until"},
    )
)
MANDATE_SOON = register(
    Template(
        "bidders.mandate_soon",
        _("The authority of %(person)s to act for %(name)s ends on %(until)s"),
        _(
            "%(person)s acts for %(name)s until %(until)s. Without a newer authority, bids, bonds and questions of the firm"
            " cannot be handed in by this account after that day."
        ),
        {"person", "name", "until"},
    )
)
MANDATE_OVER = register(
    Template(
        "bidders.mandate_over",
        _("The authority of %(person)s to act for %(name)s ends: %(until)s"),
        _(
            "%(until)s is the last day on which %(person)s acts for %(name)s. Whoever is to act for the firm from then on"
            " needs an authority by its legal person."
        ),
        {"person", "name", "until"},
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


def tell_licence(one: BusinessLicence, *, over: bool) -> None:
    """Everybody who acts for the firm: it runs out soon, or its last day has come."""
    template = LICENCE_OVER if over else LICENCE_SOON
    firm = one.bidder.organisation
    for person in people_of(firm.pk):
        notify(
            person,
            template.code,
            {"name": firm.name, "until": one.valid_until},
            about=("bidders.bidder", one.bidder_id),
            path=reverse("bidders:profile", args=[firm.pk]),
            key=f"licence:{one.pk}:{'over' if over else 'soon'}",
        )


def tell_mandate(one: Membership, *, over: bool) -> None:
    """Everybody who acts for the firm and the person concerned: the authority ends soon, or its last day has come."""
    template = MANDATE_OVER if over else MANDATE_SOON
    people = {person.pk: person for person in people_of(one.organisation_id)}
    if one.user.is_active:
        people[one.user_id] = one.user
    for person in people.values():
        notify(
            person,
            template.code,
            {"person": one.user.name, "name": one.organisation.name, "until": one.ends_on},
            about=("bidders.bidder", one.organisation.bidder.pk),
            path=reverse("people:my-organisations"),
            key=f"mandate:{one.pk}:{one.ends_on}:{'over' if over else 'soon'}",
        )
