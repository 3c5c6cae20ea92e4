import django.db.models.deletion
import portal.core.fields
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.core.db.tables import NewTables


class Migration(NewTables):

    initial = True

    dependencies = [
        ('hotline', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=32)),
                ('call_id', models.CharField(max_length=80)),
                ('line', models.CharField(default='12345', max_length=16, verbose_name='line')),
                ('number', portal.core.fields.EncryptedTextField(blank=True, default='', verbose_name='telephone number')),
                ('number_blind', portal.core.fields.BlindIndexField(blank=True, db_index=True, kind='phone', source='number')),
                ('state', models.CharField(choices=[('ringing', 'Ringing'), ('answered', 'On the line'), ('abandoned', 'Not answered'), ('ended', 'Ended')], default='ringing', max_length=10, verbose_name='state')),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('offered_at', models.DateTimeField(verbose_name='rang at')),
                ('offered_on', models.DateField()),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered at')),
                ('answered_on', models.DateField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('extension', models.CharField(blank=True, default='', max_length=32, verbose_name='extension')),
                ('agent_at', models.DateTimeField(blank=True, null=True)),
                ('wait_seconds', models.PositiveIntegerField(default=0)),
                ('talk_seconds', models.PositiveIntegerField(default=0)),
                ('number_erased_at', models.DateTimeField(blank=True, null=True)),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('agent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calls_answered', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='hotline.ticket')),
            ],
            options={
                'verbose_name': 'call',
                'verbose_name_plural': 'calls',
                'indexes': [models.Index(fields=['agent', '-offered_at'], name='call_agent'), models.Index(fields=['-offered_at', '-id'], name='call_latest'), models.Index(fields=['offered_on'], name='call_offered_on'), models.Index(fields=['answered_on'], name='call_answered_on'), models.Index(condition=models.Q(('state', 'answered')), fields=['agent'], name='call_on_the_line'), models.Index(condition=models.Q(('number_erased_at__isnull', True)), fields=['offered_at'], name='call_number_kept')],
                'constraints': [models.UniqueConstraint(fields=('provider', 'call_id'), name='one_call'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('answered_on__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_on__isnull', False)), _connector='OR'), name='call_answered_on_its_day')],
            },
        ),
        migrations.CreateModel(
            name='CallCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('calls_offered', models.BigIntegerField(default=0)),
                ('calls_answered', models.BigIntegerField(default=0)),
                ('wait_seconds', models.BigIntegerField(default=0)),
                ('talk_seconds', models.BigIntegerField(default=0)),
                ('line', models.CharField(max_length=16)),
                ('agent_id', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('day', 'line', 'agent_id'), name='one_call_cell')],
            },
        ),
        migrations.CreateModel(
            name='DemoCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('call_id', models.CharField(max_length=80, unique=True)),
                ('number', portal.core.fields.EncryptedTextField(default='')),
                ('line', models.CharField(default='12345', max_length=16)),
                ('extension', models.CharField(blank=True, default='', max_length=32)),
                ('notify_url', models.CharField(blank=True, default='', max_length=300)),
                ('state', models.CharField(default='ringing', max_length=10)),
                ('started_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
            ],
            options={
                'indexes': [models.Index(fields=['-started_at'], name='demo_call_latest')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fields', portal.core.fields.EncryptedTextField(blank=True, default='')),
                ('saved_at', models.DateTimeField(verbose_name='saved at')),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('call', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='calls.call')),
                ('operator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hotline_drafts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'draft',
                'verbose_name_plural': 'drafts',
                'indexes': [models.Index(fields=['saved_at'], name='draft_saved')],
                'constraints': [models.UniqueConstraint(fields=('operator', 'call'), name='one_draft_a_call'), models.UniqueConstraint(condition=models.Q(('call__isnull', True)), fields=('operator',), name='one_draft_without_a_call')],
            },
        ),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32, unique=True, verbose_name='extension')),
                ('since', models.DateTimeField(verbose_name='since')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='extension', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'extension',
                'verbose_name_plural': 'extensions',
            },
        ),
    ]
