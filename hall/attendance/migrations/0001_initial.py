import django.db.models.deletion
import hall.attendance.models.device
import portal.core.fields
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.core.db.tables import NewTables


class Migration(NewTables):

    initial = True

    dependencies = [
        ('hall', '0001_initial'),
        ('people', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClockDevice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=hall.attendance.models.device.new_public_id, editable=False, max_length=32, unique=True)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('secret', portal.core.fields.EncryptedTextField(default=hall.attendance.models.device.new_secret)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
            ],
            options={
                'verbose_name': 'clock of the hall',
                'verbose_name_plural': 'clocks of the hall',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='EmptyPostCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('department_id', models.BigIntegerField()),
                ('window_id', models.BigIntegerField()),
                ('staff_id', models.BigIntegerField()),
                ('empty_posts', models.BigIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['department_id', 'day'], name='empty_post_cell_department')],
                'constraints': [models.UniqueConstraint(fields=('day', 'department_id', 'window_id', 'staff_id'), name='one_empty_post_cell')],
            },
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='to')),
                ('due_by', models.DateTimeField(verbose_name='clocks in by')),
                ('excuse', models.CharField(blank=True, choices=[('annual', 'Annual leave'), ('sick', 'Sick leave'), ('duty', 'Away on duty'), ('training', 'Training'), ('other', 'Other'), ('closed', 'Hall closed')], default='', max_length=10, verbose_name='not due because of')),
                ('clocked_in_at', models.DateTimeField(blank=True, null=True, verbose_name='came')),
                ('clocked_out_at', models.DateTimeField(blank=True, null=True, verbose_name='left')),
                ('way', models.CharField(blank=True, choices=[('window', 'At the window page'), ('qr', "By the hall's code"), ('correction', 'Corrected by the manager')], default='', max_length=12)),
                ('late_minutes', models.PositiveSmallIntegerField(default=0)),
                ('early_minutes', models.PositiveSmallIntegerField(default=0)),
                ('corrected', models.BooleanField(default=False)),
                ('counted_on', models.DateField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=0)),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to='people.department')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to=settings.AUTH_USER_MODEL)),
                ('stands_in_for', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shifts_covered', to=settings.AUTH_USER_MODEL)),
                ('window', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to='hall.window')),
            ],
            options={
                'verbose_name': 'shift',
                'verbose_name_plural': 'shifts',
                'indexes': [models.Index(fields=['day', 'window'], name='shift_day_window'), models.Index(fields=['department', 'day'], name='shift_department_day'), models.Index(fields=['staff', '-day'], name='shift_staff_day'), models.Index(fields=['counted_on'], name='shift_counted'), models.Index(condition=models.Q(('counted_on__isnull', True)), fields=['starts_at'], name='shift_uncounted')],
                'constraints': [models.UniqueConstraint(fields=('staff', 'day'), name='one_shift_a_day'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='shift_has_hours'), models.CheckConstraint(condition=models.Q(('clocked_out_at__isnull', True), models.Q(('clocked_in_at__isnull', False), ('clocked_out_at__gte', models.F('clocked_in_at'))), _connector='OR'), name='shift_leaves_after_coming')],
            },
        ),
        migrations.CreateModel(
            name='EmptyPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('absent', 'Nobody clocked in'), ('paused', 'Break too long'), ('idle', 'People wait and nobody is called')], max_length=8, verbose_name='what was found')),
                ('day', models.DateField(verbose_name='day')),
                ('from_at', models.DateTimeField(verbose_name='from')),
                ('until_at', models.DateTimeField(blank=True, null=True, verbose_name='to')),
                ('state', models.CharField(default='open', max_length=12)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('explanation', models.TextField(blank=True, default='', verbose_name='explanation')),
                ('note', models.TextField(blank=True, default='', verbose_name='decision')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='empty_posts', to='people.department')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='empty_posts', to=settings.AUTH_USER_MODEL)),
                ('window', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='empty_posts', to='hall.window')),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='empty_posts', to='attendance.shift')),
            ],
            options={
                'verbose_name': 'post left empty',
                'verbose_name_plural': 'posts left empty',
                'indexes': [models.Index(fields=['-from_at', '-id'], name='empty_post_latest'), models.Index(fields=['department', '-from_at'], name='empty_post_department'), models.Index(fields=['staff', '-from_at'], name='empty_post_staff'), models.Index(fields=['day'], name='empty_post_day')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until_at__isnull', True)), fields=('window',), name='one_running_empty_post'), models.UniqueConstraint(fields=('window', 'kind', 'from_at'), name='one_empty_post_a_start'), models.CheckConstraint(condition=models.Q(('until_at__isnull', True), ('until_at__gte', models.F('from_at')), _connector='OR'), name='empty_post_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='ShiftCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('department_id', models.BigIntegerField()),
                ('window_id', models.BigIntegerField()),
                ('staff_id', models.BigIntegerField()),
                ('due_at_post', models.BigIntegerField(default=0)),
                ('attended', models.BigIntegerField(default=0)),
                ('late', models.BigIntegerField(default=0)),
                ('left_early', models.BigIntegerField(default=0)),
                ('excused', models.BigIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['department_id', 'day'], name='shift_cell_department')],
                'constraints': [models.UniqueConstraint(fields=('day', 'department_id', 'window_id', 'staff_id'), name='one_shift_cell')],
            },
        ),
        migrations.CreateModel(
            name='ShiftPattern',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekdays', models.CharField(max_length=7, verbose_name='weekdays')),
                ('starts', models.TimeField(verbose_name='from')),
                ('ends', models.TimeField(verbose_name='to')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                ('window', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shift_patterns', to='hall.window')),
            ],
            options={
                'verbose_name': 'shift pattern',
                'verbose_name_plural': 'shift patterns',
                'ordering': ['window__code', 'valid_from', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts'))), name='pattern_has_hours'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='pattern_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='ClockScan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minute', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scans', to='attendance.clockdevice')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clock_scans', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('device', 'minute', 'staff'), name='one_scan_a_minute')],
            },
        ),
    ]
