"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "portal.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.core import access
        from portal.people.roles import Role

        access.register_stream("people.user", _("Account"))
        access.register_words({role.value: role.label for role in Role})
        access.register_words(
            {
                "phone": _("Mobile number"),
                "email": _("E-mail address"),
                "resident_number": _("Identity card number"),
                "address": _("Address"),
            }
        )
