"""Taking files in: counts, idempotence, resumption, error file, races; shown with a form for counters."""

import csv
import datetime as dt
import io
import json
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal.core.actors import Actor
from portal.core.exchange import Column, ImportForm, Note, forms, jobs, register
from portal.core.exchange.command import ImportCommand
from portal.core.exchange.parse import choice, day, day_ranges, flag, moment, text, whole
from portal.core.exchange.runner import ChunkRunner, open_chunks
from portal.core.models import ImportedRow, ImportJob
from portal.core.models.numbers import NumberCounter

ACTOR = Actor.system("test")


class CounterForm(ImportForm):
    name, label, model = "counters", "Counters", NumberCounter
    columns = (
        Column("external_id", text(20)),
        Column("day", day, required=True),
        Column("last", whole(0, 1000)),
    )
    breaks_at: str = ""

    def check(self, row, run):
        return ["last: odd."] if (row.values["last"] or 0) % 2 else []

    def prepare(self, rows, run):
        return [Note("item", "seen", "Seen")]

    def write(self, rows, run):
        from portal.core.db import copy

        if any(row.external_id == self.breaks_at for row in rows):
            raise RuntimeError("the power fails")
        names = ("id", "prefix", "department_code", "day", "last")
        cells = [(r.object_id, "T", r.external_id, r.values["day"], r.values["last"] or 0) for r in rows if r.is_new]
        copy.copy_rows(NumberCounter, names, cells)
        copy.update_rows(
            NumberCounter,
            ("id", "day", "last"),
            [(r.object_id, r.values["day"], r.values["last"] or 0) for r in rows if not r.is_new],
        )


@pytest.fixture
def form():
    made = register(CounterForm())
    yield made
    forms._forms.pop("counters")


class Command(ImportCommand):
    form_name = "counters"


@pytest.fixture
def send(form, tmp_path, capsys):
    """Send a file through the command; returns the line of counts and the exit code."""

    def send(content: str, *options: str) -> tuple[str, int]:
        path = tmp_path / "counters.csv"
        path.write_text(content, encoding="utf-8")
        code = 0
        try:
            call_command(Command(), str(path), "--source", "old", *options)
        except SystemExit as end:
            code = end.code
        return capsys.readouterr().out.strip(), code

    return send


def lasts() -> dict[str, int]:
    return dict(NumberCounter.objects.values_list("department_code", "last"))


@pytest.mark.django_db
def test_a_file_comes_in_once_and_again_only_where_it_has_more(send):
    first = "external_id,day,last\na,2024-09-27,2\nb,2024-09-28,\n"
    assert send(first) == ("read 2, created 2, updated 0, unchanged 0, rejected 0", 0)
    assert send(first) == ("read 2, created 0, updated 0, unchanged 2, rejected 0", 0)
    more = "external_id,day,last\na,2024-09-27,2\nb,2024-09-28,4\nc,2024-09-28,6\n"
    assert send(more) == ("read 3, created 1, updated 1, unchanged 1, rejected 0", 0)
    assert lasts() == {"a": 2, "b": 4, "c": 6}
    assert NumberCounter.objects.get(department_code="b").day == dt.date(2024, 9, 28)
    assert ImportedRow.objects.get(external_id="b").object_id == NumberCounter.objects.get(department_code="b").pk


@pytest.mark.django_db
def test_a_bad_row_is_counted_and_written_to_a_file_that_can_be_mended_and_sent_again(send, tmp_path):
    errors = tmp_path / "errors.csv"
    bad = 'day,external_id,colour,last\n2024-09-27,a,"r,d",2\nsoon,b,red,4\n2024-09-27,c,red,5\n2024-09-27,d\n,e,,\n'
    line, code = send(bad, "--errors", str(errors))
    assert (line, code) == ("read 5, created 1, updated 0, unchanged 0, rejected 4", 3)
    rows = list(csv.DictReader(io.StringIO(errors.read_text(encoding="utf-8-sig"))))
    assert [(row["external_id"], row["line"]) for row in rows] == [("b", "3"), ("c", "4"), ("d", "5"), ("e", "6")]
    assert rows[0]["reason"].startswith("day: ")
    assert "soon" in rows[0]["reason"]
    assert list(rows[0]) == ["day", "external_id", "colour", "last", "line", "reason"]
    mended = errors.read_text(encoding="utf-8-sig").replace("soon", "2024-09-29").replace(",red,5,", ",red,6,")
    line, code = send(mended, "--errors", str(errors))
    assert (line, code) == ("read 4, created 3, updated 0, unchanged 0, rejected 1", 3)
    assert lasts() == {"a": 2, "b": 4, "c": 6, "d": 0}
    assert list(ImportJob.objects.latest("id").notes.filter(kind="column").values_list("code", flat=True)) == ["colour"]


@pytest.mark.django_db
def test_ndjson_errors_come_back_as_ndjson(form, tmp_path, capsys):
    path, errors = tmp_path / "x.ndjson", tmp_path / "e.ndjson"
    path.write_text(
        '{"external_id":"a","day":"2024-02-30","last":2}\nnot json\n{"external_id":"b","day":"2024-02-29"}\n'
    )
    with pytest.raises(SystemExit) as end:
        call_command(Command(), str(path), "--source", "old", "--errors", str(errors))
    assert end.value.code == 3
    first, second = [json.loads(line) for line in errors.read_text(encoding="utf-8").splitlines()]
    assert first == {"external_id": "a", "day": "2024-02-30", "last": 2, "line": 1, "reason": first["reason"]}
    assert second["raw"] == "not json"


@pytest.mark.django_db
def test_a_dry_run_checks_everything_and_takes_nothing_in(send):
    assert send("external_id,day,last\na,2024-09-27,2\nb,x,1\n", "--dry-run") == (
        "read 2, created 1, updated 0, unchanged 0, rejected 1",
        3,
    )
    assert lasts() == {}
    assert not ImportedRow.objects.exists()


@pytest.mark.django_db
def test_a_file_that_cannot_be_read_ends_with_code_two(form, tmp_path):
    (tmp_path / "x.csv").write_text("id,day\n1,2\n")
    for name in ("x.csv", "missing.csv"):
        with pytest.raises(CommandError) as error:
            call_command(Command(), str(tmp_path / name), "--source", "old")
        assert error.value.returncode == 2
    (tmp_path / "y.csv").write_text("external_id,day\n")
    with pytest.raises(CommandError):
        call_command(Command(), str(tmp_path / "y.csv"), "--source", "old", "--timezone", "Mars/Olympus")


@pytest.mark.django_db
def test_the_same_id_twice_in_a_file_leaves_the_last_one(send):
    text_of_file = "external_id,day,last\na,2024-09-27,2\na,2024-09-27,4\nb,2024-09-27,2\na,2024-09-27,6\n"
    assert send(text_of_file) == ("read 4, created 2, updated 2, unchanged 0, rejected 0", 0)
    assert lasts() == {"a": 6, "b": 2}


@pytest.mark.django_db
def test_a_file_without_its_last_rows_can_be_sent_again(send):
    whole_file = "external_id,day,last\n" + "".join(f"r{n},2024-09-27,{n * 2}\n" for n in range(9))
    line, code = send(whole_file[:-8])
    assert (line, code) == ("read 9, created 8, updated 0, unchanged 0, rejected 1", 3)
    assert send(whole_file) == ("read 9, created 1, updated 0, unchanged 8, rejected 0", 0)


@pytest.mark.django_db
def test_an_import_that_broke_off_goes_on_after_its_last_finished_chunk(send, form, monkeypatch):
    monkeypatch.setattr(jobs, "chunk_lines", lambda: 10)
    rows = "external_id,day,last\n" + "".join(f"r{n},2024-09-27,2\n" for n in range(55))
    form.breaks_at = "r37"
    with pytest.raises(RuntimeError):
        send(rows)
    job = ImportJob.objects.get()
    assert job.state == "failed"
    assert job.counts()["created"] == 30
    assert len(lasts()) == 30
    form.breaks_at = ""
    assert send(rows) == ("read 55, created 55, updated 0, unchanged 0, rejected 0", 0)
    assert ImportJob.objects.get().state == "done"
    assert len(lasts()) == 55


@pytest.mark.django_db
def test_a_chunk_that_is_done_twice_counts_once(form):
    file = io.BytesIO(b"external_id,day,last\na,2024-09-27,2\nb,bad,2\n")
    job, head = jobs.new_job(form, file, source="old", timezone="Asia/Shanghai", file_name="x.csv")
    (chunk,) = open_chunks(job, file, head)
    runner = ChunkRunner(form, job, head, ACTOR)
    assert runner.take_in(chunk).read == 2
    assert runner.take_in(chunk).read == 0
    assert job.counts() == {"read": 2, "created": 1, "updated": 0, "unchanged": 0, "rejected": 1}
    assert job.rejects.count() == 1
    assert list(open_chunks(job, file, head)) == []


@pytest.mark.django_db
def test_a_row_whose_marks_look_like_csv_or_null_is_kept_as_it_is(form):
    from portal.core.db import copy

    values = ["\\N", '"', "a,b", "x\ty", "", "\\", "é 中 🏛"]
    ids = copy.reserve_ids(NumberCounter, len(values))
    day_0 = dt.date(2024, 1, 1)
    copy.copy_rows(
        NumberCounter,
        ("id", "prefix", "department_code", "day"),
        [(pk, "T", value, day_0) for pk, value in zip(ids, values, strict=True)],
    )
    assert list(NumberCounter.objects.order_by("id").values_list("department_code", flat=True)) == values
    later = NumberCounter.objects.create(prefix="T", department_code="next", day=day_0)
    assert later.pk == ids[-1] + 1
    copy.upsert_rows(
        NumberCounter,
        ("id", "prefix", "department_code", "day", "last"),
        [(ids[0], "T", "new", day_0, 3), (copy.reserve_ids(NumberCounter, 1)[0], "T", "more", day_0, 4)],
        key=("id",),
        update=("department_code", "last"),
    )
    assert lasts()["new"] == 3
    assert lasts()["more"] == 4


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_rows_at_the_same_moment_make_each_row_once(form):
    if connection.vendor != "postgresql":
        pytest.skip("a race that SQLite's one writer hides")
    text_of_file = b"external_id,day,last\n" + b"".join(b"r%d,2024-09-27,2\n" % (n * 7919 % 3000) for n in range(3000))
    made = []
    for turn in range(2):
        file = io.BytesIO(text_of_file)
        job, head = jobs.new_job(form, file, source="old", timezone="Asia/Shanghai", file_name=f"{turn}.csv")
        job.chunk_lines = 250
        job.save()
        made.append((job, file, head))
    start, failures = threading.Barrier(2), []

    def work(job, file, head):
        try:
            start.wait()
            jobs.run_here(job, file, head, ACTOR, progress=lambda _at: None)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=args) for args in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    counts = [job.counts() for job, _file, _head in made]
    assert sum(one["created"] for one in counts) == 3000
    assert sum(one["unchanged"] for one in counts) == 3000
    assert len(lasts()) == 3000


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_several_processes_make_the_same_rows_as_one(form, tmp_path, capsys):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    path = tmp_path / "x.csv"
    rows = [f"r{n % 20_000},2024-09-27,{n % 400 * 2}\n" for n in range(30_000)]
    path.write_text("external_id,day,last\n" + "".join(rows))
    call_command(Command(), str(path), "--source", "old", "--processes", "3")
    wanted = {f"r{n % 20_000}": n % 400 * 2 for n in range(30_000)}
    assert lasts() == wanted  # of a repeated id the last line of the file wins, whichever process was faster
    assert ImportJob.objects.get().counts()["created"] == 20_000


def test_times_without_an_offset_are_of_the_named_zone_and_dates_are_taken_in_it():
    import zoneinfo

    amsterdam = zoneinfo.ZoneInfo("Europe/Amsterdam")
    assert moment("2011-10-05 23:30:00", amsterdam).isoformat() == "2011-10-05T23:30:00+02:00"
    assert moment("2011-10-05T23:30:00Z", amsterdam).date() == dt.date(2011, 10, 6)
    assert day("2011-12-06 23:41:31.788000+00:00", amsterdam) == dt.date(2011, 12, 7)


@pytest.mark.parametrize(
    ("parse", "cell"),
    [
        (whole(), "1_000"), (whole(), "1.0"), (whole(1, 5), "6"), (flag, "yes"), (choice(["a"]), "b"), (text(2), "abc"),
        (day, "2024-02-30"), (day, "27.9.2024"), (day, "0001-01-01"), (moment, "yesterday"),
        (moment, "9999-12-31T23:00"),
        (day_ranges, "2024-01-01"), (day_ranges, "2024-01-05/2024-01-01"), (day_ranges, "2024-01-01/;2024-02-01/"),
        (day_ranges, "2024-01-01/2024-02-01;2024-01-15/"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_read_says_so_in_a_sentence(parse, cell):
    import zoneinfo

    with pytest.raises(forms.BadCell) as bad:
        parse(cell, zoneinfo.ZoneInfo("Asia/Shanghai"))
    assert str(bad.value).strip()


def test_the_last_suspension_may_be_open():
    import zoneinfo

    ranges = day_ranges("2024-01-01/2024-01-05; 2024-01-05/", zoneinfo.ZoneInfo("Asia/Shanghai"))
    assert ranges == [(dt.date(2024, 1, 1), dt.date(2024, 1, 5)), (dt.date(2024, 1, 5), None)]
