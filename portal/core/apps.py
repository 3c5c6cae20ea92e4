"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "portal.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Imported for what they register: jobs of the ground floor, and the checks at start.
        from portal.core import calendar, checks, exchange, notifications, retention_lines  # noqa: F401
        from portal.core.documents import registrations as documents
        from portal.core.exports import lists, runner  # noqa: F401
        from portal.core.statistics.declaration import leave_room

        documents.connect()
        lists.register()
        retention_lines.connect()
        post_migrate.connect(leave_room, sender=self, dispatch_uid="room-for-cells")
