"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BiddersConfig(AppConfig):
    name = "procurement.bidders"
    label = "bidders"
    verbose_name = _("Bidders and their standing")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.core import access, files
        from portal.core.registries import STAFF, TRADING, register_nav
        from portal.core.retention import Kept, keep
        from portal.core.rule_book import TITLES
        from portal.people.history import register_history
        from portal.people.roles import Role
        from procurement import fixed
        from procurement.bidders import demo_authority, licences, notices  # noqa: F401 - signer and templates register themselves
        from procurement.bidders.models import Restriction
        from procurement.bidders.rules import BIDDER_RULES
        from procurement.fixed import Fixed

        fixed.register(
            Restriction,
            Fixed(
                columns=(
                    "uscc", "name", "kind", "category", "ground", "source", "authority", "starts_on", "ends_on", "appeal",
                    "recorded_at", "lifted_on", "lifted_note",
                )
            ),
        )  # fmt: skip
        access.register_stream(
            "bidders.bidder", _("Bidder"), link=lambda pk: reverse("bidders:bidder", kwargs={"bidder_id": pk})
        )
        access.register_words(
            {
                "bidder": _("Bidder's contact, account and people"),
                f"file:{licences.FILE_KIND}": _("Business licence"),
            }
        )
        access.register_purposes(
            {
                licences.OWN: pgettext_lazy("purpose", "The firm's own licence"),
                licences.CHECK: pgettext_lazy("purpose", "Check of a bidder"),
            }
        )
        files.register_policy(licences.FILE_KIND, licences.may_read, purpose=licences.purpose_of)
        keep(
            Kept(
                "bidders.licence_scans", _("Scans of business licences that a newer one replaced"),
                pgettext_lazy("retention", "they were replaced"),
                _("Government Procurement Law, article 42: at least fifteen years after the procurement"),
                days=licences.KEPT_DAYS, clear=licences.erase_old_scans,
            )
        )  # fmt: skip
        TITLES.update({one.code: one.title for one in BIDDER_RULES})
        readers = {role.value for role in (Role.PROCUREMENT_OFFICER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR)}
        register_nav(STAFF, _("Bidders"), "bidders:bidders", readers, order=66, group=TRADING)
        register_nav(STAFF, _("Restrictions"), "bidders:restrictions", readers, order=67, group=TRADING)
        register_nav(STAFF, _("Trusted authorities"), "bidders:issuers", readers, order=68, group=TRADING)
        register_history(
            {
                "bidder.registered": pgettext_lazy("history", "Registered as a bidder"),
                "bidder.changed": pgettext_lazy("history", "Bidder's data changed"),
                "bidder.person_added": pgettext_lazy("history", "Person added"),
                "bidder.person_ended": pgettext_lazy("history", "Person taken off the list"),
                "bidder.certificate_added": pgettext_lazy("history", "Certificate added"),
                "bidder.certificate_proved": pgettext_lazy("history", "Certificate's key shown"),
                "bidder.certificate_revoked": pgettext_lazy("history", "Certificate revoked by its authority"),
                "bidder.certificate_ended": pgettext_lazy("history", "Certificate no longer used"),
                "bidder.licence_added": pgettext_lazy("history", "Business licence uploaded"),
                "bidder.licence_replaced": pgettext_lazy("history", "Business licence replaced by a newer one"),
                "issuer.entered": pgettext_lazy("history", "Authority entered as trusted"),
                "issuer.ended": pgettext_lazy("history", "Authority no longer trusted"),
                "restriction.recorded": pgettext_lazy("history", "Restriction recorded"),
                "restriction.lifted": pgettext_lazy("history", "Restriction lifted"),
            }
        )
