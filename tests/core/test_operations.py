"""Keys of the first start, settings checked at start, logs without personal data."""

import base64
import json
import logging
import stat
import threading

import pytest

from portal.core import checks, keys
from portal.core.logs import formatter

GOOD_KEY = f"k1:{base64.b64encode(bytes(32)).decode()}"


@pytest.fixture
def no_keys(monkeypatch):
    for name in keys.NAMES:
        monkeypatch.delenv(name, raising=False)


# --- keys -----------------------------------------------------------------------------------------------------------


def test_the_first_start_writes_keys_that_only_the_owner_reads(tmp_path, no_keys):
    path = keys.ensure_keys(tmp_path / "var")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    values = dict(line.split("=", 1) for line in path.read_text().splitlines() if not line.startswith("#"))
    assert set(values) == set(keys.NAMES)
    assert all(checks._is_key(values[name]) for name in ("FIELD_KEYS", "BLIND_KEYS"))
    assert len(values["SECRET_KEY"]) >= 50


def test_a_second_start_keeps_the_keys(tmp_path, no_keys):
    before = keys.ensure_keys(tmp_path).read_text()
    assert keys.ensure_keys(tmp_path).read_text() == before


def test_first_starts_at_once_agree_on_one_set_of_keys(tmp_path, no_keys):
    seen = []
    threads = [threading.Thread(target=lambda: seen.append(keys.ensure_keys(tmp_path).read_text())) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert len(set(seen)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["portal.env"]


def test_lost_keys_are_not_replaced_while_there_is_data(tmp_path, no_keys):
    (tmp_path / "portal.sqlite3").touch()
    with pytest.raises(keys.KeysMissing, match=r"Put the saved portal\.env back"):
        keys.ensure_keys(tmp_path)
    assert not (tmp_path / "portal.env").exists()


def test_keys_in_the_environment_need_no_file(tmp_path, monkeypatch):
    for name in keys.NAMES:
        monkeypatch.setenv(name, "x")
    assert not keys.ensure_keys(tmp_path).exists()


# --- checks ---------------------------------------------------------------------------------------------------------


def found(check, settings, **values) -> list[str]:
    for name, value in values.items():
        setattr(settings, name, value)
    return [message.id for message in check()]


SERVER = {"default": {"ENGINE": "django.db.backends.postgresql"}}
FILE = {"default": {"ENGINE": "django.db.backends.sqlite3"}}


@pytest.mark.parametrize(
    ("check", "values", "ids"),
    [
        (checks.check_secret_key, {"SECRET_KEY": ""}, ["portal.E001"]),
        (checks.check_secret_key, {"SECRET_KEY": "short"}, ["portal.E002"]),
        (checks.check_secret_key, {"SECRET_KEY": "x" * 50}, []),
        (checks.check_key_lists, {"FIELD_KEYS": [], "BLIND_KEYS": [GOOD_KEY]}, ["portal.E003"]),
        (checks.check_key_lists, {"FIELD_KEYS": ["k1:abc"], "BLIND_KEYS": [GOOD_KEY]}, ["portal.E003"]),
        (checks.check_key_lists, {"FIELD_KEYS": [GOOD_KEY], "BLIND_KEYS": [GOOD_KEY, GOOD_KEY]}, ["portal.E004"]),
        (checks.check_key_lists, {"FIELD_KEYS": [GOOD_KEY], "BLIND_KEYS": [GOOD_KEY]}, []),
        (checks.check_demo, {"DEMO": True, "SECURE": True}, ["portal.E005"]),
        (checks.check_demo, {"DEMO": True, "SECURE": False, "ALLOWED_HOSTS": ["demo.example"]}, ["portal.W001"]),
        (checks.check_demo, {"DEMO": True, "SECURE": False, "ALLOWED_HOSTS": ["localhost"]}, []),
        (checks.check_production, {"DATABASES": FILE, "ALLOWED_HOSTS": ["*"]}, ["portal.E007"]),
        (checks.check_production, {"DATABASES": FILE, "DEBUG": True, "SECURE": True, "REDIS_URL": ""}, ["portal.E006"]),
        (
            checks.check_production,
            {"DATABASES": SERVER, "REDIS_URL": "", "SECURE": False, "DEMO": False},
            ["portal.W003", "portal.W004"],
        ),
        (checks.check_production, {"DATABASES": SERVER, "REDIS_URL": "redis://r", "SECURE": True, "DEMO": False}, []),
        (checks.check_gateways, {"SMS_GATEWAY_URL": "ftp://x", "SMS_GATEWAY_TOKEN": "t"}, ["portal.E008"]),
        (checks.check_gateways, {"SMS_GATEWAY_URL": "http://sms.example/", "SMS_GATEWAY_TOKEN": "t"}, ["portal.W005"]),
        (checks.check_gateways, {"SMS_GATEWAY_URL": "https://sms.example/", "SMS_GATEWAY_TOKEN": ""}, ["portal.W006"]),
    ],
)
@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_settings_that_would_hurt_later_are_named(settings, check, values, ids):
    settings.DEBUG = False
    assert found(check, settings, **values) == ids


# --- logs -----------------------------------------------------------------------------------------------------------


def logged(message: str, **extra) -> dict:
    record = logging.LogRecord("portal.test", logging.WARNING, __file__, 1, message, (), None)
    record.__dict__.update(extra)
    return json.loads(formatter().format(record))


def test_a_log_line_is_json_with_level_logger_and_extras():
    line = logged("job_dead", job_id=7)
    assert (line["event"], line["level"], line["logger"], line["job_id"]) == ("job_dead", "warning", "portal.test", 7)


def test_personal_data_never_reaches_a_log():
    line = logged(
        "citizen 110101199003074514 called from 13800001234",
        phone="13800001234",
        nested={"Address": "人民路1号", "count": 3},
        request="GET /track?number=SP-1&code=8841",
        number="SP-20261121-SCJG-000123-X",
    )
    text = json.dumps(line, ensure_ascii=False)
    for personal in ("110101199003074514", "13800001234", "人民路", "8841"):
        assert personal not in text
    assert line["nested"]["count"] == 3
    assert line["number"] == "SP-20261121-SCJG-000123-X"
