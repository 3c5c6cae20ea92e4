import django.db.models.deletion
import portal.core.time
from django.conf import settings
from django.db import migrations, models

from portal.core.db.tables import NewTables


class Migration(NewTables):

    initial = True

    dependencies = [
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Board',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('state', models.CharField(default='draft', max_length=10)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('weights', models.JSONField()),
                ('minimum_sample', models.PositiveIntegerField()),
                ('drawn_at', models.DateTimeField(default=portal.core.time.now)),
                ('objections_until', models.DateField()),
                ('published_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, default='', max_length=500)),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-month', '-version'],
                'constraints': [models.UniqueConstraint(fields=('month', 'version'), name='one_board_a_version'), models.CheckConstraint(condition=models.Q(('version', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='a_corrected_board_says_why')],
            },
        ),
        migrations.CreateModel(
            name='BoardRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('window', 'Windows'), ('department', 'Departments'), ('staff', 'Window staff')], max_length=10)),
                ('subject_id', models.BigIntegerField()),
                ('code', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=120)),
                ('name_en', models.CharField(blank=True, default='', max_length=160)),
                ('department_id', models.BigIntegerField(null=True)),
                ('points', models.PositiveIntegerField()),
                ('allowed_points', models.IntegerField(default=0)),
                ('sample', models.PositiveIntegerField()),
                ('rank', models.PositiveIntegerField(null=True)),
                ('stars', models.PositiveSmallIntegerField(null=True)),
                ('side', models.CharField(choices=[('red', 'Red board'), ('none', 'Neither'), ('blue', 'Blue board')], default='none', max_length=5)),
                ('parts', models.JSONField(default=list)),
                ('board', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='board.board')),
            ],
            options={
                'indexes': [models.Index(fields=['board', 'kind', 'rank'], name='board_row_rank')],
                'constraints': [models.UniqueConstraint(fields=('board', 'kind', 'subject_id'), name='one_board_row_a_subject'), models.CheckConstraint(condition=models.Q(('points__lte', 10000)), name='board_points_of_a_hundred')],
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('made_at', models.DateTimeField(default=portal.core.time.now)),
                ('outcome', models.CharField(choices=[('waiting', 'Waiting'), ('granted', 'Granted'), ('rejected', 'Rejected')], default='waiting', max_length=8)),
                ('points', models.PositiveIntegerField(default=0)),
                ('answer', models.TextField(blank=True, default='')),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='board.boardrow')),
            ],
            options={
                'indexes': [models.Index(fields=['outcome', 'id'], name='objection_waiting')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('outcome', 'waiting')), fields=('row',), name='one_waiting_objection_a_row'), models.CheckConstraint(condition=models.Q(('outcome', 'waiting'), models.Q(('answer', ''), _negated=True), _connector='OR'), name='a_decided_objection_has_an_answer')],
            },
        ),
    ]
