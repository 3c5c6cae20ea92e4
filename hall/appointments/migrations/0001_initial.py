import django.db.models.deletion
import portal.core.fields
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.core.db.tables import NewTables


class Migration(NewTables):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        ('people', '__first__'),
        ('queue', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AppointmentCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('appointments', models.BigIntegerField(default=0)),
                ('kept', models.BigIntegerField(default=0)),
                ('missed', models.BigIntegerField(default=0)),
                ('cancelled', models.BigIntegerField(default=0)),
                ('department_id', models.BigIntegerField()),
                ('service_id', models.BigIntegerField()),
                ('channel', models.CharField(max_length=8)),
            ],
            options={
                'indexes': [models.Index(fields=['department_id', 'day'], name='appointment_cell_department')],
                'constraints': [models.UniqueConstraint(fields=('day', 'department_id', 'service_id', 'channel'), name='one_appointment_cell')],
            },
        ),
        migrations.CreateModel(
            name='Holder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(editable=False, max_length=120, unique=True)),
                ('name', portal.core.fields.EncryptedTextField(blank=True, default='', verbose_name='name')),
                ('phone', portal.core.fields.EncryptedTextField(blank=True, default='', verbose_name='phone number')),
                ('phone_blind', portal.core.fields.BlindIndexField(blank=True, db_index=True, kind='phone', source='phone')),
                ('paused_until', models.DateField(blank=True, null=True, verbose_name='paused until')),
                ('counted_from', models.DateTimeField(blank=True, null=True)),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='booking_holder', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'person who books',
                'verbose_name_plural': 'people who book',
                'indexes': [models.Index(condition=models.Q(('paused_until__isnull', False)), fields=['paused_until'], name='holder_paused')],
            },
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('name_en', models.CharField(blank=True, default='', max_length=120, verbose_name='name in English')),
                ('note', models.CharField(blank=True, default='', max_length=400, verbose_name='what to bring')),
                ('note_en', models.CharField(blank=True, default='', max_length=600, verbose_name='what to bring, in English')),
                ('item_codes', models.JSONField(blank=True, default=list, verbose_name='items')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='closed on')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bookable_services', to='people.department')),
                ('queue', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bookable_services', to='queue.queue')),
            ],
            options={
                'verbose_name': 'bookable service',
                'verbose_name_plural': 'bookable services',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='to')),
                ('planned', models.PositiveSmallIntegerField()),
                ('capacity', models.PositiveSmallIntegerField()),
                ('booked', models.PositiveSmallIntegerField(default=0)),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='appointments.service')),
            ],
            options={
                'verbose_name': 'slot',
                'verbose_name_plural': 'slots',
                'ordering': ['starts_at'],
                'indexes': [models.Index(fields=['service', 'day', 'starts_at'], name='slot_service_day')],
                'constraints': [models.UniqueConstraint(fields=('service', 'starts_at'), name='one_slot_a_time'), models.CheckConstraint(condition=models.Q(('booked__lte', models.F('capacity'))), name='slot_not_overbooked'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='slot_has_length')],
            },
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=16, unique=True, verbose_name='check-in code')),
                ('day', models.DateField(verbose_name='day')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='to')),
                ('channel', models.CharField(choices=[('web', 'Online'), ('desk', 'At the desk'), ('phone', 'By telephone')], default='web', max_length=8, verbose_name='booked')),
                ('state', models.CharField(default='booked', max_length=12)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('booked_at', models.DateTimeField(verbose_name='booked at')),
                ('checked_in_at', models.DateTimeField(blank=True, null=True, verbose_name='checked in at')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, default='', max_length=200, verbose_name='reason')),
                ('ticket_number', models.CharField(blank=True, default='', max_length=16, verbose_name='queue number')),
                ('ticket_id', models.BigIntegerField(blank=True, null=True)),
                ('booked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appointments_booked', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='people.department')),
                ('holder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='appointments.holder')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='appointments.service')),
                ('slot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='appointments.slot')),
            ],
            options={
                'verbose_name': 'appointment',
                'verbose_name_plural': 'appointments',
                'indexes': [models.Index(fields=['day', 'starts_at', 'id'], name='appointment_day'), models.Index(fields=['service', 'day', 'starts_at'], name='appointment_service_day'), models.Index(fields=['holder', '-starts_at', '-id'], name='appointment_holder'), models.Index(condition=models.Q(('state', 'booked')), fields=['slot'], name='appointment_slot'), models.Index(condition=models.Q(('state', 'booked')), fields=['starts_at'], name='appointment_waiting')],
            },
        ),
        migrations.CreateModel(
            name='SlotException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('windows', models.PositiveSmallIntegerField(verbose_name='windows on this day')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('author_name', models.CharField(max_length=100)),
                ('created_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exceptions', to='appointments.service')),
            ],
            options={
                'verbose_name': 'exception of a slot plan',
                'verbose_name_plural': 'exceptions of slot plans',
                'ordering': ['day', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('service__isnull', False), ('withdrawn_at__isnull', True)), fields=('service', 'day'), name='one_exception_a_day'), models.UniqueConstraint(condition=models.Q(('service__isnull', True), ('withdrawn_at__isnull', True)), fields=('day',), name='one_hall_exception_a_day')],
            },
        ),
        migrations.CreateModel(
            name='SlotPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekdays', models.CharField(max_length=7, verbose_name='weekdays')),
                ('first_time', models.TimeField(verbose_name='first time')),
                ('last_time', models.TimeField(verbose_name='end')),
                ('slot_minutes', models.PositiveSmallIntegerField(verbose_name='minutes of a slot')),
                ('windows', models.PositiveSmallIntegerField(verbose_name='windows')),
                ('per_window', models.PositiveSmallIntegerField(default=1, verbose_name='people at a window in a slot')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='appointments.service')),
            ],
            options={
                'verbose_name': 'slot plan',
                'verbose_name_plural': 'slot plans',
                'ordering': ['first_time', 'pk'],
                'indexes': [models.Index(fields=['service', 'valid_from'], name='slot_plan_service')],
                'constraints': [models.CheckConstraint(condition=models.Q(('last_time__gt', models.F('first_time'))), name='plan_has_hours'), models.CheckConstraint(condition=models.Q(('per_window__gte', 1), ('slot_minutes__gte', 5), ('windows__gte', 1)), name='plan_has_slots'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='plan_ends_after_start')],
            },
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('booked', 'checked_in'))), fields=('holder', 'starts_at'), name='one_appointment_at_a_time'),
        ),
    ]
