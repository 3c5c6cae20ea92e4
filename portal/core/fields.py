"""Model fields for personal data: sealed in the database, opened when read, found by a blind index.

    class Citizen(models.Model):
        phone = EncryptedTextField(blank=True)
        phone_blind = BlindIndexField(source="phone")

    Citizen.objects.filter(phone_blind=blind("phone", typed))     # under all keys of the ring
    Citizen.objects.filter(phone_blind__matches=typed)            # the same, with the field's own kind

**What a sealed value is bound to.** Table, field, and the row's `row_key`: a random UUID that every model with an
`EncryptedTextField` has (it is added when the model does not declare it). The primary key would not do: it is known
only after the insert, and `bulk_create` would need a second pass. So somebody who can write to the database but has no
key can not put one person's number into another person's row, nor the address into the field that every clerk sees,
nor a value from a backup of another table: each of these fails to open with `SealBroken`. What it does not stop: moving
*all* sealed columns together with the `row_key`, which amounts to renumbering the row, and writing back an older value
of the same field of the same row. Renaming a table or field needs a migration that re-seals.

Sealed fields are not editable: neither model forms, nor the admin, nor `repr` show them. `QuerySet.update()` and
`bulk_update()` refuse them, because both forget the row; `save()` and `bulk_create()` know it.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.apps import apps as installed_apps
from django.db import models
from django.db.models.lookups import Exact, In, Lookup
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import class_prepared, pre_save

from portal.core import crypto

ROW_KEY = "row_key"


class Sealed:
    """A sealed value on its way between row and instance. Never shows what it holds."""

    __slots__ = ("token",)

    def __init__(self, token: str) -> None:
        self.token = token

    def __repr__(self) -> str:
        return "<sealed>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and other.token == self.token

    def __hash__(self) -> int:
        return hash(self.token)


class SealedAttribute(DeferredAttribute):
    """Opens the value at the first reading, so that a list which never shows the phone never decrypts it."""

    field: Any  # an EncryptedTextField

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        value = instance.__dict__[name] if name in instance.__dict__ else super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = instance.__dict__[name] = self.field.open(instance, value)
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text sealed with AES-256-GCM. Empty text and NULL stay as they are; everything else is opaque to SQL."""

    descriptor_class = SealedAttribute
    description = "Sealed text"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["editable"]
        return name, path, args, kwargs

    def place(self, instance: models.Model) -> str:
        """Table, field and row: what a value is bound to."""
        row_key = getattr(instance, ROW_KEY)
        return f"{self.model._meta.db_table}.{self.name}|{row_key}"

    def open(self, instance: models.Model, value: Sealed) -> str:
        """The plain text. Raises SealBroken when it was changed or moved, KeyMissing when its key is gone."""
        return crypto.unseal(value.token, place=self.place(instance))

    def seal(self, instance: models.Model, plain: str) -> Sealed:
        return Sealed(crypto.seal(plain, place=self.place(instance)))

    def raw(self, instance: models.Model) -> Any:
        """What the instance holds, without opening it: Sealed when nobody has read it since it was loaded."""
        return instance.__dict__.get(self.attname)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        held = self.raw(model_instance)
        value = held if isinstance(held, Sealed) else getattr(model_instance, self.attname)
        if isinstance(value, str) and value:
            return self.seal(model_instance, value)
        return value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return Sealed(value) if value else value

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, Sealed) else super().to_python(value)

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Sealed):
            return value.token
        if value is None or value == "":
            return value
        raise TypeError(f"{self.model.__name__}.{self.name} is sealed for its row: set it on the instance and save().")

    def get_lookup(self, lookup_name: str) -> Any:
        # NULL and the key id are all that SQL can see; a value is found through its blind index.
        return super().get_lookup(lookup_name) if lookup_name in {"isnull", "sealed_otherwise"} else None

    def value_from_object(self, obj: models.Model) -> Any:
        return self.value_to_string(obj)

    def value_to_string(self, obj: models.Model) -> str:
        value = self.pre_save(obj, False)
        return value.token if isinstance(value, Sealed) else value or ""


@EncryptedTextField.register_lookup
class SealedOtherwise(Lookup):
    """`phone__sealed_otherwise="k2"`: rows with a value that is not sealed under this key."""

    lookup_name = "sealed_otherwise"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, params = self.process_lhs(compiler, connection)
        prefix = f"{crypto.SCHEME}.{self.rhs}.%"
        return f"({left} <> '' AND {left} NOT LIKE %s)", [*params, *params, prefix]


class BlindIndexField(models.CharField):  # type: ignore[type-arg]
    """The HMAC of another field's normalised value, written by `pre_save`; NULL when the source is empty.

    `kind` parts different indexes and chooses the normaliser (`crypto.NORMALISERS`); it is the source's name unless
    given. Equal values of one kind have equal digests in every table. With `unique=True` the database keeps values
    apart as long as one key is in use; while keys rotate, an action must also ask with `matches`.
    """

    description = "Blind index"

    def __init__(
        self, *args: Any, source: str, kind: str = "", normalise: crypto.Normaliser | None = None, **kwargs: Any
    ) -> None:
        self.source = source
        self.kind = kind or source
        self.normalise = normalise
        kwargs.update(max_length=64, null=True, editable=False)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("db_index", not kwargs.get("unique", False))
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "null", "editable"):
            kwargs.pop(fixed, None)
        kwargs.update(source=self.source, kind=self.kind, db_index=self.db_index)  # type: ignore[attr-defined]
        if self.normalise is not None:
            kwargs["normalise"] = self.normalise
        return name, path, args, kwargs

    def digests(self, value: str) -> crypto.Digests:
        """The digests of a plain value under every key of the ring."""
        return crypto.blind(self.kind, value, normalise=self.normalise)

    def fresh(self, instance: models.Model) -> str | None:
        """The digest of the source's present value under the current key."""
        value = getattr(instance, self.source)
        return crypto.blind_now(self.kind, value, normalise=self.normalise) if value else None

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        held = model_instance.__dict__.get(self.source, self)
        untouched = held is self or isinstance(held, Sealed)  # deferred, or loaded and never read
        if untouched and not add and self.attname in model_instance.__dict__:
            return getattr(model_instance, self.attname)
        value = self.fresh(model_instance)
        setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> Any:
        return value if isinstance(value, crypto.Digests) else super().get_prep_value(value)


@BlindIndexField.register_lookup
class BlindExact(Exact):
    """`phone_blind=blind("phone", value)` searches the digests of all keys; one digest alone is compared as it is."""

    def get_prep_lookup(self) -> Any:
        return self.rhs if isinstance(self.rhs, crypto.Digests) else super().get_prep_lookup()

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if isinstance(self.rhs, crypto.Digests):
            return compiler.compile(In(self.lhs, list(self.rhs)))
        return super().as_sql(compiler, connection)


@BlindIndexField.register_lookup
class BlindMatches(Lookup):
    """`phone_blind__matches="138 0013 8000"`: a plain value, normalised and digested under every key."""

    lookup_name = "matches"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        field: BlindIndexField = self.lhs.output_field
        return compiler.compile(In(self.lhs, list(field.digests(str(self.rhs)))))


def sealed_fields(model: type[models.Model]) -> list[EncryptedTextField]:
    return [field for field in model._meta.local_concrete_fields if isinstance(field, EncryptedTextField)]


def blind_fields(model: type[models.Model]) -> list[BlindIndexField]:
    return [field for field in model._meta.local_concrete_fields if isinstance(field, BlindIndexField)]


def personal_models() -> Iterable[type[models.Model]]:
    """Every model that holds sealed values or blind indexes, in a stable order."""
    for model in sorted(installed_apps.get_models(include_auto_created=True), key=lambda m: m._meta.label_lower):
        if not model._meta.proxy and (sealed_fields(model) or blind_fields(model)):
            yield model


def _prepare_model(sender: type[models.Model], **kwargs: Any) -> None:
    """Give a model with sealed fields its row key, and guard its blind indexes."""
    meta = sender._meta
    if meta.proxy or meta.apps is not installed_apps:
        return  # the historical models of migrations have an explicit row key in their state
    if sealed_fields(sender) and not any(field.name == ROW_KEY for field in meta.fields):
        sender.add_to_class(ROW_KEY, models.UUIDField(default=uuid.uuid4, editable=False))
    if blind_fields(sender):
        pre_save.connect(_index_is_saved_with_its_source, sender=sender, dispatch_uid=f"blind:{meta.label_lower}")


def _index_is_saved_with_its_source(
    sender: type[models.Model], update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    """`save(update_fields=["phone"])` would leave the old index behind: it is refused."""
    if update_fields is None:
        return
    for field in blind_fields(sender):
        if field.source in update_fields and field.name not in update_fields:
            raise ValueError(f"update_fields names {field.source!r}: name {field.name!r} too, or it is found no more.")


class_prepared.connect(_prepare_model, dispatch_uid="portal.core.fields")
