"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PeopleConfig(AppConfig):
    name = "portal.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.core import access
        from portal.core.registries import STAFF, SYSTEM, register_nav
        from portal.core.retention import Kept, keep
        from portal.core.retention_lines import CREATED, OPERATION
        from portal.people import devices, exports
        from portal.people.actions import organisations, recovery  # noqa: F401 - their templates and jobs
        from portal.people.roles import Role

        devices.connect()
        exports.register()
        keep(
            Kept(
                "people.codes", _("Codes for a forgotten password"), CREATED, OPERATION, days=recovery.KEEP_DAYS,
                clear=recovery.purge_codes,
            ),
            Kept(
                "people.devices", _("Devices that a person signed in with"),
                pgettext_lazy("retention", "they were last seen"), OPERATION, days=devices.KEEP_DAYS,
                clear=devices.purge,
            ),
        )  # fmt: skip
        overseers = {Role.ADMINISTRATOR.value, Role.AUDITOR.value}
        register_nav(STAFF, _("Departments"), "people:departments", overseers, order=50, group=SYSTEM)
        register_nav(STAFF, _("Staff"), "people:staff", overseers, order=52, group=SYSTEM)
        register_nav(STAFF, _("Postings"), "people:postings", overseers, order=54, group=SYSTEM)
        confirming = {Role.ADMINISTRATOR.value, Role.HALL_MANAGER.value}
        register_nav(STAFF, _("Organisations"), "people:organisations", confirming, order=58, group=SYSTEM)
        access.register_stream("people.user", _("Account"))
        access.register_purposes(
            {
                "own profile": pgettext_lazy("purpose", "Own profile"),
            }
        )
        access.register_words({role.value: role.label for role in Role})
        access.register_words(
            {
                "phone": _("Mobile number"),
                "email": _("E-mail address"),
                "resident_number": _("Identity card number"),
                "address": _("Address"),
            }
        )
