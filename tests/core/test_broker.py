"""The broker in a folder: a message is there whole or not at all, and one that cannot be read ends no worker."""

import json
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from portal.celery import app


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "broker"


@pytest.fixture
def channel(folder):
    folder.mkdir()
    options = {"data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": str(folder / "control")}
    assert app.conf.broker_url  # the application says what `filesystem://` means
    with Connection("filesystem://", transport_options=options) as connection:
        yield connection.channel()


def test_each_message_comes_back_once(channel):
    for number in range(3):
        channel._put("celery", {"n": number})
    assert {channel._get("celery")["n"] for _ in range(3)} == {0, 1, 2}
    with pytest.raises(Empty):
        channel._get("celery")


def test_a_message_that_was_left_half_written_is_dropped_and_the_next_one_taken(channel, folder):
    (folder / "1_a.celery.msg").touch()
    (folder / "2_b.celery.msg").write_text('{"n": ')
    (folder / "3_c.celery.msg").write_text(json.dumps({"n": 7}))
    assert channel._get("celery") == {"n": 7}
    with pytest.raises(Empty):
        channel._get("celery")
    assert not list(folder.glob("*.msg"))


def test_nobody_sees_a_message_before_it_is_written(channel, folder, monkeypatch):
    seen, rename = [], Path.rename

    def looked(path, target):
        """What a worker would find at the last moment before the message has its name."""
        seen.append(([one.name for one in folder.glob("*.msg")], json.loads(path.read_text())))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", looked)
    channel._put("celery", {"n": 1})
    assert seen == [([], {"n": 1})]
    assert channel._get("celery") == {"n": 1}
