"""The words of the trail for system accounts and webhooks."""

from django.utils.translation import pgettext_lazy

from portal.people.history import register_history

register_history(
    {
        "client.made": pgettext_lazy("history", "System account created"),
        "client.changed": pgettext_lazy("history", "System account changed"),
        "client.closed": pgettext_lazy("history", "System account closed"),
        "client.token_made": pgettext_lazy("history", "Token made"),
        "client.token_revoked": pgettext_lazy("history", "Token revoked"),
        "webhook.made": pgettext_lazy("history", "Webhook created"),
        "webhook.changed": pgettext_lazy("history", "Webhook changed"),
        "webhook.secret_changed": pgettext_lazy("history", "Secret changed"),
        "webhook.deleted": pgettext_lazy("history", "Webhook deleted"),
        "webhook.replayed": pgettext_lazy("history", "Messages sent again"),
    }
)
