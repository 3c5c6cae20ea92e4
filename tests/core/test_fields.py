"""Sealed fields on a real table: what the database holds, what an instance shows, what a thief can do."""

import base64
import logging

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection, models
from django.forms.models import model_to_dict, modelform_factory

from portal.core import crypto, rotation
from portal.core.crypto import blind
from portal.core.fields import BlindIndexField, EncryptedTextField, Sealed

K1 = "k1:" + base64.b64encode(bytes(range(32))).decode()
K2 = "k2:" + base64.b64encode(bytes(range(32, 64))).decode()
PHONE = "13800138000"


class Person(models.Model):
    name = models.CharField(max_length=50)
    phone = EncryptedTextField(blank=True)
    phone_blind = BlindIndexField(source="phone")
    address = EncryptedTextField(null=True)

    class Meta:
        app_label = "privacy_tests"

    def __str__(self):
        return self.name


@pytest.fixture(scope="module")
def person_table(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Person)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Person)


@pytest.fixture(autouse=True)
def keys(settings, person_table, db):
    settings.FIELD_KEYS = [K1]
    settings.BLIND_KEYS = [K1]


def stored(person, column="phone"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM privacy_tests_person WHERE id = %s", [person.pk])
        return cursor.fetchone()[0]


def write(person, value, column="phone"):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE privacy_tests_person SET {column} = %s WHERE id = %s", [value, person.pk])


def test_the_database_holds_no_plain_number_and_the_instance_does():
    person = Person.objects.create(name="张三", phone=PHONE, address="海州市解放路1号")
    assert stored(person).startswith("g1.k1.")
    assert PHONE not in stored(person) and PHONE not in stored(person, "phone_blind")
    again = Person.objects.get(pk=person.pk)
    assert (again.phone, again.address) == (PHONE, "海州市解放路1号")


def test_a_row_that_is_loaded_but_not_read_is_not_opened():
    Person.objects.create(name="张三", phone=PHONE)
    person = Person.objects.get()
    assert isinstance(person.__dict__["phone"], Sealed)
    assert PHONE not in repr(person.__dict__)
    assert person.phone == PHONE


def test_saving_an_unread_row_keeps_its_sealed_value_and_its_index():
    Person.objects.create(name="张三", phone=PHONE)
    person = Person.objects.get()
    before = stored(person)
    person.name = "张三丰"
    person.save()
    assert stored(person) == before
    assert Person.objects.get(phone_blind=blind("phone", PHONE)) == person


def test_empty_and_missing_stay_empty_and_missing():
    person = Person.objects.create(name="李四")
    assert stored(person) == "" and stored(person, "address") is None and stored(person, "phone_blind") is None
    again = Person.objects.get()
    assert again.phone == "" and again.address is None
    assert Person.objects.filter(address__isnull=True).count() == 1


def test_a_person_is_found_by_a_number_typed_in_any_way():
    person = Person.objects.create(name="张三", phone=PHONE)
    Person.objects.create(name="李四", phone="13900139000")
    assert Person.objects.get(phone_blind=blind("phone", "+86 138-0013-8000")) == person
    assert Person.objects.get(phone_blind__matches="138 0013 8000") == person
    assert not Person.objects.filter(phone_blind__matches="13700137000").exists()
    assert Person.objects.exclude(phone_blind=blind("phone", PHONE)).get().name == "李四"


def test_a_new_number_replaces_the_old_index():
    person = Person.objects.create(name="张三", phone=PHONE)
    person.phone = "13900139000"
    person.save(update_fields=["phone", "phone_blind"])
    assert not Person.objects.filter(phone_blind__matches=PHONE).exists()
    assert Person.objects.filter(phone_blind__matches="13900139000").exists()


def test_saving_the_number_without_its_index_is_refused():
    person = Person.objects.create(name="张三", phone=PHONE)
    person.phone = "13900139000"
    with pytest.raises(ValueError, match="phone_blind"):
        person.save(update_fields=["phone"])


def test_a_value_swapped_between_rows_does_not_open():
    one = Person.objects.create(name="张三", phone=PHONE)
    other = Person.objects.create(name="李四", phone="13900139000")
    write(one, stored(other))
    with pytest.raises(crypto.SealBroken, match=r"privacy_tests_person\.phone"):
        _ = Person.objects.get(pk=one.pk).phone


def test_a_value_moved_to_another_field_of_the_same_row_does_not_open():
    person = Person.objects.create(name="张三", phone=PHONE, address="解放路1号")
    write(person, stored(person, "address"))
    with pytest.raises(crypto.SealBroken):
        _ = Person.objects.get().phone


def test_a_tampered_byte_is_refused_and_the_error_names_no_value():
    person = Person.objects.create(name="张三", phone=PHONE)
    token = stored(person)
    write(person, token[:-3] + ("A" if token[-3] != "A" else "B") + token[-2:])
    with pytest.raises(crypto.SealBroken) as refused:
        _ = Person.objects.get().phone
    assert token not in str(refused.value) and PHONE not in str(refused.value)


def test_bulk_create_seals_and_indexes_each_row_for_itself():
    people = Person.objects.bulk_create([Person(name=str(n), phone=f"1380013800{n}") for n in range(5)])
    assert len({p.row_key for p in people}) == 5
    assert [p.phone for p in Person.objects.order_by("name")] == [f"1380013800{n}" for n in range(5)]
    assert Person.objects.get(phone_blind__matches="13800138003").name == "3"


def test_writing_past_the_row_is_refused():
    person = Person.objects.create(name="张三", phone=PHONE)
    with pytest.raises(TypeError, match="sealed for its row"):
        Person.objects.update(phone="13900139000")
    person.phone = "13900139000"
    with pytest.raises(TypeError, match="sealed for its row"):
        Person.objects.bulk_update([person], ["phone"])


@pytest.mark.parametrize("lookup", ["phone", "phone__icontains", "phone__startswith", "phone__in"])
def test_a_sealed_field_cannot_be_searched(lookup):
    with pytest.raises((FieldError, TypeError)):
        list(Person.objects.filter(**{lookup: ["1"] if lookup.endswith("in") else "138"}))


def test_neither_forms_nor_dumps_nor_values_show_it(caplog):
    person = Person.objects.create(name="张三", phone=PHONE, address="解放路1号")
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").warning("%r %s", person, person.__dict__["name"])
    assert "phone" not in modelform_factory(Person, fields="__all__").base_fields
    assert "phone" not in model_to_dict(person)
    assert PHONE not in serializers.serialize("json", [person])
    assert PHONE not in repr(list(Person.objects.values())) and PHONE not in caplog.text
    assert PHONE not in repr(person)


def test_a_deferred_number_is_fetched_when_it_is_read():
    Person.objects.create(name="张三", phone=PHONE)
    assert Person.objects.only("name").get().phone == PHONE
    deferred = Person.objects.defer("phone").get()
    deferred.name = "张三丰"
    deferred.save()
    assert Person.objects.get(phone_blind__matches=PHONE).phone == PHONE


def test_a_migration_can_rebuild_the_fields():
    for field in (Person._meta.get_field("phone"), Person._meta.get_field("phone_blind")):
        _, path, args, kwargs = field.deconstruct()
        assert path == f"portal.core.fields.{type(field).__name__}"
        assert type(field)(*args, **kwargs).deconstruct()[3] == kwargs


# --- key rotation -------------------------------------------------------------------------------------------------


def test_after_rotation_the_old_key_can_be_removed(settings):
    Person.objects.bulk_create([Person(name=str(n), phone=f"138001380{n:02}", address="路") for n in range(23)])
    settings.FIELD_KEYS = settings.BLIND_KEYS = [K2, K1]
    done = rotation.rotate_model(Person, size=5)
    assert done.changed == {"phone": 23, "phone_blind": 23, "address": 23} and not done.broken
    assert rotation.count_stale(Person) == 0
    settings.FIELD_KEYS = settings.BLIND_KEYS = [K2]
    assert Person.objects.get(phone_blind__matches="13800138017").phone == "13800138017"
    assert sorted(p.phone for p in Person.objects.all()) == [f"138001380{n:02}" for n in range(23)]


def test_a_rotation_that_was_stopped_goes_on_with_the_rest(settings):
    Person.objects.bulk_create([Person(name=str(n), phone=f"138001380{n:02}") for n in range(12)])
    settings.FIELD_KEYS = settings.BLIND_KEYS = [K2, K1]
    for person in Person.objects.order_by("pk")[:7]:
        _ = person.phone
        person.save()
    assert rotation.count_stale(Person) == 5
    assert rotation.rotate_model(Person).changed == {"phone": 5, "phone_blind": 5}
    assert rotation.rotate_model(Person).changed == {}


def test_during_rotation_old_and_new_rows_are_both_found(settings):
    Person.objects.create(name="old", phone=PHONE)
    settings.FIELD_KEYS = settings.BLIND_KEYS = [K2, K1]
    Person.objects.create(name="new", phone=PHONE)
    assert {p.name for p in Person.objects.filter(phone_blind=blind("phone", PHONE))} == {"old", "new"}


def test_a_row_that_does_not_open_is_named_and_the_others_are_rotated(settings):
    people = [Person.objects.create(name=str(n), phone=f"1380013800{n}") for n in range(4)]
    write(people[1], stored(people[2]))
    settings.FIELD_KEYS = [K2, K1]
    done = rotation.rotate_model(Person, size=2)
    assert done.changed == {"phone": 3}
    assert [pk for pk, _ in done.broken] == [people[1].pk]
    assert rotation.count_stale(Person) == 1
