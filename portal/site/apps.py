"""The roof's app: home page and the citizens' navigation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal.core.registries import PUBLIC, register_health, register_nav


class SiteConfig(AppConfig):
    name = "portal.site"
    label = "site"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.people.demo import register_demo_accounts
        from portal.site.demo.accounts import city_accounts
        from portal.site.views.health import beat

        register_health("beat", beat)
        register_demo_accounts("city", city_accounts)
        register_nav(PUBLIC, _("Home"), "site:home", order=10)
        register_nav(PUBLIC, _("Track progress"), "cases:track", order=30)
        register_nav(PUBLIC, _("My applications"), "cases:mine", order=40)
        register_nav(PUBLIC, _("Help"), "site:help", order=90)
