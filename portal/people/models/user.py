"""The account that signs in: of a citizen, of an agent, of a person on the staff."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal.core.fields import BlindIndexField, EncryptedTextField
from portal.core.time import today
from portal.people.access import Access
from portal.people.querysets import UserQuerySet


class UserManager(BaseUserManager["User"]):
    """Makes accounts; there is no Django superuser, an administrator is somebody with that posting."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def staff(self) -> UserQuerySet:
        return self.get_queryset().staff()

    def visible_to(self, user: "User") -> UserQuerySet:
        return self.get_queryset().visible_to(user)

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account. Signs in by user name, or by a phone number or e-mail address that only one active account has."""

    username = models.CharField(_("user name"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True, default="")
    phone = EncryptedTextField(_("phone number"), blank=True, default="")
    phone_blind = BlindIndexField(source="phone")
    email = EncryptedTextField(_("e-mail address"), blank=True, default="")
    email_blind = BlindIndexField(source="email")
    language = models.CharField(
        _("language"), max_length=10, choices=[("zh-hans", "中文"), ("en", "English")], default="zh-hans"
    )
    is_active = models.BooleanField(default=True)
    # Barred by an administrator, until an administrator lifts it.
    locked_at = models.DateTimeField(_("locked at"), null=True, blank=True)
    # After an administrator gave a one-time password: it works until then, and is changed before anything else.
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    one_time_until = models.DateTimeField(_("one-time password valid until"), null=True, blank=True)
    # The account of a department's system or of a device: it acts by its tokens and never signs in.
    is_system = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.name

    @cached_property
    def access(self) -> Access:
        """What this person may be today: read once for each request."""
        return Access.of(self)

    @cached_property
    def acting_for(self) -> frozenset[int]:
        """Ids of the organisations that this person may act for today: read once for each request."""
        day = today()
        return frozenset(
            self.memberships.filter(
                models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=day),
                starts_on__lte=day,
                confirmed_at__isnull=False,
                ended_at__isnull=True,
            ).values_list("organisation_id", flat=True)
        )

    @property
    def may_sign_in(self) -> bool:
        """Neither deactivated nor locked, and a person's."""
        return self.is_active and self.locked_at is None and not self.is_system
