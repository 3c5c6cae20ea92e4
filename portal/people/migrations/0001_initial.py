import django.db.models.deletion
import portal.core.fields
import portal.core.time
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.core.db.tables import NewTables


class Migration(NewTables):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(max_length=64, unique=True, verbose_name='user name')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('name_en', models.CharField(blank=True, default='', max_length=100, verbose_name='name in English')),
                ('phone', portal.core.fields.EncryptedTextField(blank=True, default='', verbose_name='phone number')),
                ('phone_blind', portal.core.fields.BlindIndexField(blank=True, db_index=True, kind='phone', source='phone')),
                ('email', portal.core.fields.EncryptedTextField(blank=True, default='', verbose_name='e-mail address')),
                ('email_blind', portal.core.fields.BlindIndexField(blank=True, db_index=True, kind='email', source='email')),
                ('language', models.CharField(choices=[('zh-hans', '中文'), ('en', 'English')], default='zh-hans', max_length=10, verbose_name='language')),
                ('is_active', models.BooleanField(default=True)),
                ('locked_at', models.DateTimeField(blank=True, null=True, verbose_name='locked at')),
                ('must_change_password', models.BooleanField(default=False, verbose_name='must change the password')),
                ('one_time_until', models.DateTimeField(blank=True, null=True, verbose_name='one-time password valid until')),
                ('is_system', models.BooleanField(default=False, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
            ],
            options={
                'verbose_name': 'account',
                'verbose_name_plural': 'accounts',
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uscc', models.CharField(max_length=18, unique=True, verbose_name='unified social credit code')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('name_en', models.CharField(blank=True, default='', max_length=200, verbose_name='name in English')),
                ('legal_person', models.CharField(blank=True, default='', max_length=100, verbose_name='legal person')),
            ],
            options={
                'verbose_name': 'organisation',
                'verbose_name_plural': 'organisations',
            },
        ),
        migrations.CreateModel(
            name='Citizen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('resident_number', portal.core.fields.EncryptedTextField(blank=True, default='', verbose_name='resident number')),
                ('resident_blind', portal.core.fields.BlindIndexField(blank=True, db_index=True, kind='resident_number', source='resident_number')),
                ('address', portal.core.fields.EncryptedTextField(blank=True, default='', verbose_name='address')),
                ('subject_blind', models.CharField(blank=True, editable=False, max_length=80, null=True, unique=True)),
                ('verified_at', models.DateTimeField(blank=True, null=True, verbose_name='identity verified at')),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='citizen', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'citizen',
                'verbose_name_plural': 'citizens',
            },
        ),
        migrations.CreateModel(
            name='Client',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('kind', models.CharField(choices=[('system', "Department's system"), ('device', 'Device of the hall')], default='system', max_length=8, verbose_name='kind')),
                ('allowed_networks', models.JSONField(blank=True, default=list, verbose_name='allowed networks')),
                ('rate_per_minute', models.PositiveIntegerField(default=600, verbose_name='requests a minute')),
                ('created_at', models.DateTimeField(default=portal.core.time.now, editable=False)),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='client', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'system account',
                'verbose_name_plural': 'system accounts',
            },
        ),
        migrations.CreateModel(
            name='ClientToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(blank=True, default='', max_length=80, verbose_name='label')),
                ('prefix', models.CharField(max_length=16, unique=True, verbose_name='prefix')),
                ('digest', models.CharField(max_length=64)),
                ('scopes', models.JSONField(default=list, verbose_name='scopes')),
                ('created_at', models.DateTimeField(default=portal.core.time.now, editable=False)),
                ('expires_at', models.DateTimeField(verbose_name='valid until')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked at')),
                ('last_used_at', models.DateTimeField(blank=True, null=True, verbose_name='last used')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to='people.client')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'token',
                'verbose_name_plural': 'tokens',
                'indexes': [models.Index(condition=models.Q(('revoked_at__isnull', True)), fields=['expires_at'], name='token_expiring')],
            },
        ),
        migrations.CreateModel(
            name='ClientUsage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('requests', models.PositiveBigIntegerField(default=0)),
                ('token', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='usage', to='people.clienttoken')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('token', 'day'), name='one_usage_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('name_en', models.CharField(blank=True, default='', max_length=160, verbose_name='name in English')),
                ('short_name', models.CharField(blank=True, default='', max_length=40, verbose_name='short name')),
                ('level', models.CharField(choices=[('city', 'City'), ('district', 'District or county'), ('township', 'Township or street'), ('village', 'Village or community')], default='city', max_length=10, verbose_name='level')),
                ('phone', models.CharField(blank=True, default='', max_length=40, verbose_name='enquiry telephone')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='closed on')),
                ('provisional', models.BooleanField(default=False, verbose_name='made by an import, to be completed')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='people.department')),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='people.department', verbose_name='successor')),
            ],
            options={
                'verbose_name': 'department',
                'verbose_name_plural': 'departments',
                'ordering': ['code'],
            },
        ),
        migrations.AddField(
            model_name='client',
            name='department',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='clients', to='people.department'),
        ),
        migrations.CreateModel(
            name='Leave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('annual', 'Annual leave'), ('sick', 'Sick leave'), ('duty', 'Away on duty'), ('training', 'Training'), ('other', 'Other')], default='annual', max_length=10, verbose_name='kind')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(verbose_name='to')),
                ('cancelled_at', models.DateTimeField(blank=True, null=True, verbose_name='cancelled at')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='leaves', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'leave',
                'verbose_name_plural': 'leaves',
                'indexes': [models.Index(fields=['user', 'ends_on'], name='people_leav_user_id_23af40_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='leave_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('legal_person', 'Legal person'), ('agent', 'Agent')], default='agent', max_length=16, verbose_name='kind')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='to')),
                ('confirmed_at', models.DateTimeField(blank=True, default=portal.core.time.now, null=True, verbose_name='confirmed at')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('soon_told_at', models.DateTimeField(blank=True, null=True)),
                ('over_told_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='people.organisation')),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
                'indexes': [models.Index(condition=models.Q(('ends_on__isnull', False), ('over_told_at__isnull', True)), fields=['ends_on', 'id'], name='membership_ending')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'user', 'starts_on'), name='one_membership_a_day'), models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='membership_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='PasswordCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.CharField(max_length=64, unique=True)),
                ('by_email', models.BooleanField(default=False)),
                ('by_sms', models.BooleanField(default=False)),
                ('code', models.CharField(blank=True, default='', max_length=128)),
                ('asked_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='password_codes', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'code to reset a password',
                'verbose_name_plural': 'codes to reset a password',
                'indexes': [models.Index(fields=['asked_at'], name='people_pass_asked_a_13cef7_idx')],
            },
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('clerk', 'Window clerk'), ('reviewer', 'Reviewer'), ('department_head', 'Head of department'), ('government_head', 'Head of government'), ('hall_manager', 'Hall manager'), ('supervisor', 'Supervisor'), ('hotline_operator', 'Hotline operator'), ('hotline_dispatcher', 'Hotline dispatcher'), ('procurement_officer', 'Procurement officer'), ('auditor', 'Auditor'), ('administrator', 'Administrator')], max_length=24, verbose_name='role')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='to')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='people.department')),
                ('substitute', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='stands_in_for', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postings', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'posting',
                'verbose_name_plural': 'postings',
                'indexes': [models.Index(fields=['department', 'role'], name='people_post_departm_01e857_idx'), models.Index(fields=['role', 'ends_on'], name='people_post_role_1f54dc_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='posting_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='SignedInDevice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('session_key', models.CharField(max_length=40, unique=True)),
                ('agent', models.CharField(blank=True, default='', max_length=200, verbose_name='browser')),
                ('signed_in_at', models.DateTimeField(verbose_name='signed in at')),
                ('last_seen_at', models.DateTimeField(verbose_name='last seen at')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'signed-in device',
                'verbose_name_plural': 'signed-in devices',
                'indexes': [models.Index(fields=['user', '-last_seen_at'], name='people_sign_user_id_499b0b_idx'), models.Index(fields=['last_seen_at'], name='people_sign_last_se_6b0931_idx')],
            },
        ),
        migrations.CreateModel(
            name='Throttle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(max_length=32)),
                ('who', models.CharField(max_length=80)),
                ('hour', models.DateTimeField()),
                ('count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['hour'], name='people_thro_hour_1b5555_idx')],
                'constraints': [models.UniqueConstraint(fields=('scope', 'who', 'hour'), name='one_count_an_hour')],
            },
        ),
        migrations.AddConstraint(
            model_name='client',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'device'), ('department__isnull', False), _connector='OR'), name='a_system_has_a_department'),
        ),
    ]
