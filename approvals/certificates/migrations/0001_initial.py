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
        ('cases', '0001_initial'),
        ('core', '0001_initial'),
        ('people', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True, verbose_name='number of the certificate')),
                ('check_code', models.CharField(max_length=12, verbose_name='check code')),
                ('holder_name', portal.core.fields.EncryptedTextField(verbose_name='holder')),
                ('holder_number', portal.core.fields.EncryptedTextField(blank=True, default='', verbose_name='number of the holder')),
                ('holder_blind', portal.core.fields.BlindIndexField(blank=True, db_index=True, kind='holder_number', source='holder_number')),
                ('data', portal.core.fields.EncryptedTextField(default='[]')),
                ('issued_at', models.DateTimeField()),
                ('issued_on', models.DateField()),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_until', models.DateField(null=True, verbose_name='valid until')),
                ('state', models.CharField(default='issued', max_length=10, verbose_name='state')),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('state_on', models.DateField(null=True)),
                ('state_reason', models.CharField(blank=True, default='', max_length=300)),
                ('suspended_on', models.DateField(null=True)),
                ('revoked_on', models.DateField(null=True)),
                ('renewed_on', models.DateField(null=True)),
                ('reminded_days', models.PositiveSmallIntegerField(null=True)),
                ('wants_paper', models.BooleanField(default=False)),
                ('printed_on', models.DateField(null=True)),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='cases.case')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='people.department')),
                ('document', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document')),
                ('holder', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='people.organisation')),
                ('replaced_by', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renews', to='certificates.certificate')),
            ],
            options={
                'verbose_name': 'certificate',
                'verbose_name_plural': 'certificates',
                'indexes': [models.Index(fields=['department', 'state', '-id'], name='certificate_register'), models.Index(fields=['state', '-id'], name='certificate_centre'), models.Index(fields=['holder', '-id'], name='certificate_holder'), models.Index(fields=['organisation', '-id'], name='certificate_firm'), models.Index(fields=['holder_blind'], name='certificate_number_blind'), models.Index(condition=models.Q(('printed_on__isnull', True), ('state', 'issued'), ('wants_paper', True)), fields=['department', 'id'], name='certificate_unprinted'), models.Index(fields=['issued_on', 'department'], name='certificate_issued_on'), models.Index(fields=['suspended_on', 'department'], name='certificate_suspended_on'), models.Index(fields=['revoked_on', 'department'], name='certificate_revoked_on'), models.Index(fields=['renewed_on', 'department'], name='certificate_renewed_on'), models.Index(fields=['printed_on', 'department'], name='certificate_printed_on')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'withdrawn'), _negated=True), fields=('case',), name='one_certificate_a_case'), models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='certificate_ends_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'replaced'), _negated=True), ('replaced_by__isnull', False), _connector='OR'), name='replaced_by_one')],
            },
        ),
        migrations.CreateModel(
            name='CertificateCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('issued', models.BigIntegerField(default=0)),
                ('renewed', models.BigIntegerField(default=0)),
                ('suspended', models.BigIntegerField(default=0)),
                ('revoked', models.BigIntegerField(default=0)),
                ('printed', models.BigIntegerField(default=0)),
                ('department_id', models.BigIntegerField()),
                ('type_id', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['department_id', 'day'], name='certificate_cell_dept')],
                'constraints': [models.UniqueConstraint(fields=('day', 'department_id', 'type_id'), name='one_certificate_cell')],
            },
        ),
        migrations.CreateModel(
            name='CertificateRenewal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begun_at', models.DateTimeField(default=portal.core.time.now)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='renews_certificate', to='cases.case')),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='renewals', to='certificates.certificate')),
            ],
        ),
        migrations.CreateModel(
            name='CertificateType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('name_en', models.CharField(blank=True, default='', max_length=120, verbose_name='name in English')),
                ('renewal_item_code', models.CharField(blank=True, default='', max_length=40, verbose_name='item for renewals')),
                ('made_at', models.DateTimeField()),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='closed on')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificate_types', to='people.department')),
            ],
            options={
                'verbose_name': 'type of certificate',
                'verbose_name_plural': 'types of certificates',
                'ordering': ('code',),
            },
        ),
        migrations.AddField(
            model_name='certificate',
            name='type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='certificates.certificatetype'),
        ),
        migrations.CreateModel(
            name='IssuingItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item_code', models.CharField(max_length=40, unique=True, verbose_name='item code')),
                ('type', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='issuing_items', to='certificates.certificatetype')),
            ],
        ),
        migrations.CreateModel(
            name='TypeVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('valid_from', models.DateField(verbose_name='holds from')),
                ('validity', models.CharField(choices=[('none', 'No end'), ('years', 'A number of years'), ('answer', 'Until a date of the application')], default='none', max_length=8, verbose_name='validity')),
                ('years', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='years')),
                ('end_field', models.CharField(blank=True, default='', max_length=40, verbose_name='question with the last day')),
                ('fields', models.JSONField(default=list, verbose_name='lines')),
                ('word', models.CharField(max_length=12, verbose_name='word of the number')),
                ('seal', models.CharField(blank=True, default='', max_length=30, verbose_name='words of the seal')),
                ('layout', models.CharField(choices=[('portrait', 'Upright'), ('landscape', 'Across')], default='portrait', max_length=10, verbose_name='layout')),
                ('on_paper', models.BooleanField(default=True, verbose_name='is printed at the issuing window')),
                ('numbered_forms', models.BooleanField(default=False, verbose_name='is printed on numbered blank forms')),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('type', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='certificates.certificatetype')),
            ],
            options={
                'verbose_name': 'version of a type',
                'verbose_name_plural': 'versions of types',
                'ordering': ('type', '-number'),
                'constraints': [models.UniqueConstraint(fields=('type', 'number'), name='type_version_number'), models.UniqueConstraint(fields=('type', 'valid_from'), name='one_type_version_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('validity', 'years'), _negated=True), models.Q(('years__gte', 1), ('years__isnull', False)), _connector='OR'), name='years_are_named'), models.CheckConstraint(condition=models.Q(models.Q(('validity', 'answer'), _negated=True), models.Q(('end_field', ''), _negated=True), _connector='OR'), name='end_field_is_named')],
            },
        ),
        migrations.AddField(
            model_name='certificate',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='certificates.typeversion'),
        ),
        migrations.CreateModel(
            name='UseCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('uses', models.BigIntegerField(default=0)),
                ('department_id', models.BigIntegerField()),
                ('type_id', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['department_id', 'day'], name='use_cell_dept')],
                'constraints': [models.UniqueConstraint(fields=('day', 'department_id', 'type_id'), name='one_use_cell')],
            },
        ),
        migrations.CreateModel(
            name='CertificateProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(max_length=12)),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('proposed_at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('waiting', 'Waiting'), ('confirmed', 'Confirmed'), ('rejected', 'Sent back'), ('lapsed', 'No longer applies')], default='waiting', max_length=10)),
                ('decided_at', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, default='', max_length=300)),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='certificates.certificate')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('outcome', 'waiting')), fields=('certificate',), name='one_waiting_certificate_step'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='certificate_step_by_two')],
            },
        ),
        migrations.CreateModel(
            name='CertificateUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item_code', models.CharField(max_length=40)),
                ('item_name', models.CharField(max_length=200)),
                ('material_code', models.CharField(max_length=40)),
                ('authorised_at', models.DateTimeField()),
                ('used_on', models.DateField(null=True)),
                ('authorised_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='certificate_uses', to='cases.case')),
                ('case_material', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cases.casematerial')),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='certificates.certificate')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='certificates.certificatetype')),
            ],
            options={
                'verbose_name': 'use of a certificate',
                'verbose_name_plural': 'uses of certificates',
                'indexes': [models.Index(fields=['certificate', '-id'], name='use_certificate'), models.Index(fields=['used_on', 'department'], name='use_day')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('case_material__isnull', False)), fields=('case_material',), name='one_use_a_file')],
            },
        ),
        migrations.CreateModel(
            name='MaterialSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item_code', models.CharField(max_length=40, verbose_name='item code')),
                ('material_code', models.CharField(max_length=40, verbose_name='material code')),
                ('type', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='material_sources', to='certificates.certificatetype')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('item_code', 'material_code'), name='one_source_a_material')],
            },
        ),
        migrations.CreateModel(
            name='Print',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form_number', models.CharField(blank=True, default='', max_length=30, verbose_name='number of the blank form')),
                ('printed_at', models.DateTimeField()),
                ('spoiled_at', models.DateTimeField(null=True)),
                ('spoiled_reason', models.CharField(blank=True, default='', max_length=200, verbose_name='why it was spoiled')),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prints', to='certificates.certificate')),
                ('printed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('spoiled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='certificates.certificatetype')),
            ],
            options={
                'verbose_name': 'print',
                'verbose_name_plural': 'prints',
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('form_number', ''), _negated=True), fields=('type', 'form_number'), name='a_blank_form_is_used_once'), models.UniqueConstraint(condition=models.Q(('spoiled_at__isnull', True)), fields=('certificate',), name='one_good_print')],
            },
        ),
        migrations.AddIndex(
            model_name='certificate',
            index=models.Index(condition=models.Q(('state__in', ('issued', 'suspended'))), fields=['valid_until', 'id'], name='certificate_expiring'),
        ),
    ]
