"""What somebody says is wrong ("吐槽找茬"): a matter with a named handler and a reply."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.models import Window
from hall.ratings.querysets import GrievanceQuerySet
from portal.core.fields import BlindIndexField, EncryptedTextField
from portal.people.models import Department


class Grievance(models.Model):
    """Anybody may say it, with or without a name; whoever has number and code reads the reply."""

    class Channel(models.TextChoices):
        ONLINE = "online", pgettext_lazy("grievance channel", "Online")
        WINDOW = "window", pgettext_lazy("grievance channel", "At the complaint window")

    class Topic(models.TextChoices):
        PROCEDURE = "procedure", pgettext_lazy("grievance topic", "Had to come several times, or asked for too much")
        ATTITUDE = "attitude", pgettext_lazy("grievance topic", "How I was treated")
        SYSTEM = "system", pgettext_lazy("grievance topic", "The portal or a machine does not work")
        HALL = "hall", pgettext_lazy("grievance topic", "The hall: waiting, signs, facilities")
        OTHER = "other", pgettext_lazy("grievance topic", "Something else")

    number = models.CharField(max_length=40, unique=True)
    query_code = models.CharField(max_length=12)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.ONLINE)
    topic = models.CharField(_("what it is about"), max_length=12, choices=Topic.choices)
    text = EncryptedTextField(_("what is wrong"))
    name = EncryptedTextField(_("name"), blank=True, default="")
    phone = EncryptedTextField(_("telephone"), blank=True, default="")
    phone_blind = BlindIndexField(source="phone")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="grievances")
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="grievances")
    window = models.ForeignKey(Window, models.PROTECT, null=True, related_name="grievances")
    handler = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="handled_grievances")
    state = models.CharField(max_length=12, default="handling")
    state_version = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    made_on = models.DateField()
    due_on = models.DateField()
    red_lit_on = models.DateField(null=True)
    reply = models.TextField(blank=True, default="")
    replied_at = models.DateTimeField(null=True)
    replied_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    objects = GrievanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="replied") | ~models.Q(reply=""), name="a_replied_grievance_has_a_reply"
            )
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="grievance_open", condition=models.Q(replied_on__isnull=True)),
            models.Index(fields=["-made_at", "-id"], name="grievance_newest"),
            models.Index(fields=["author", "-id"], name="grievance_of_author"),
            models.Index(fields=["handler", "due_on"], name="grievance_of_handler"),
        ]

    def __str__(self) -> str:
        return self.number
