"""The summary of `make test`: every test counted once by its worst outcome, and what was left out named."""

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from tests.meta.sources import ROOT

pytestmark = pytest.mark.once

RESULT = """<testsuites><testsuite>
<testcase classname="tests.a" file="tests/a.py" name="test_good"/>
<testcase classname="tests.a" file="tests/a.py" name="test_bad"><failure message="no"/></testcase>
<testcase classname="tests.a" file="tests/a.py" name="test_good_but_teardown"/>
<testcase classname="tests.a" file="tests/a.py" name="test_good_but_teardown"><error message="no"/></testcase>
<testcase classname="tests.a" file="tests/a.py" name="test_left"><skipped message="shared data absent"/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / ".ci"))
    spec = importlib.util.spec_from_file_location("suite_runner", ROOT / ".ci" / "test.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "suite_runner", module)
    spec.loader.exec_module(module)
    return module


def suite(runner: ModuleType, **values: object) -> object:
    made = runner.Suite("sqlite", "SQLite", "")
    for name, value in values.items():
        setattr(made, name, value)
    return made


def test_a_test_that_breaks_in_its_teardown_counts_as_one_failure(runner: ModuleType, tmp_path: Path) -> None:
    result = tmp_path / "result.xml"
    result.write_text(RESULT)
    read = suite(runner)
    runner.read(read, result)
    assert read.counts == Counter(passed=1, failed=2, skipped=1)
    assert read.skips == {"shared data absent": ["tests/a.py::test_left"]}


@pytest.mark.parametrize(("ci", "expected"), [(False, 0), (True, 1)])
def test_a_suite_left_out_fails_under_ci_only(
    runner: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ci: bool, expected: int
) -> None:
    monkeypatch.setattr(runner, "CI", ci)
    ran = suite(runner, counts=Counter(passed=3))
    assert runner.report([ran, suite(runner, left_out="Chromium is not installed")]) == expected
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "3 passed, 0 failed"
    assert any("Chromium is not installed" in line for line in lines)


def test_tests_that_wait_for_absent_shared_data_do_not_fail_ci(
    runner: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(runner, "CI", True)
    monkeypatch.setattr(runner, "SHARED_DATA", tmp_path / "absent")
    waiting = suite(runner, counts=Counter(passed=3, skipped=1), skips={"shared data is absent": ["x"]})
    assert runner.report([waiting]) == 0
    monkeypatch.setattr(runner, "SHARED_DATA", tmp_path)
    assert runner.report([waiting]) == 1


def test_a_suite_that_broke_is_a_failure(runner: ModuleType) -> None:
    assert runner.report([suite(runner, counts=Counter(passed=3), broken="pytest ended with 3")]) == 1
