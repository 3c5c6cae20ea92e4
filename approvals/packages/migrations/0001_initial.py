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
        ('catalogue', '0001_initial'),
        ('certificates', '0001_initial'),
        ('core', '0001_initial'),
        ('counter', '0001_initial'),
        ('people', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Package',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('audience', models.CharField(choices=[('person', 'Individuals'), ('organisation', 'Businesses and organisations')], max_length=12)),
                ('status', models.CharField(choices=[('draft', 'Being prepared'), ('published', 'Open'), ('suspended', 'Suspended')], default='draft', max_length=10)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='led_packages', to='people.department')),
                ('life_event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalogue.lifeevent')),
            ],
            options={
                'verbose_name': 'package',
                'verbose_name_plural': 'packages',
                'ordering': ('code',),
                'indexes': [models.Index(fields=['status', 'audience', 'code'], name='package_open'), models.Index(fields=['department', 'code'], name='package_of_department')],
            },
        ),
        migrations.CreateModel(
            name='PackageCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('filed', models.BigIntegerField(default=0)),
                ('parts', models.BigIntegerField(default=0)),
                ('concluded', models.BigIntegerField(default=0)),
                ('partly', models.BigIntegerField(default=0)),
                ('with_limit', models.BigIntegerField(default=0)),
                ('in_time', models.BigIntegerField(default=0)),
                ('withdrawn', models.BigIntegerField(default=0)),
                ('one_by_one_days', models.BigIntegerField(default=0)),
                ('together_days', models.BigIntegerField(default=0)),
                ('department_id', models.BigIntegerField()),
                ('package_id', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['department_id', 'day'], name='package_cell_dept')],
                'constraints': [models.UniqueConstraint(fields=('day', 'department_id', 'package_id'), name='one_package_cell')],
            },
        ),
        migrations.CreateModel(
            name='PackageFiling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, null=True, unique=True, verbose_name='package number')),
                ('query_code', models.CharField(blank=True, default='', max_length=12, verbose_name='query code')),
                ('applicant_type', models.CharField(choices=[('person', 'Person'), ('organisation', 'Organisation')], max_length=12)),
                ('applicant_name', models.CharField(max_length=200, verbose_name='applicant')),
                ('channel', models.CharField(choices=[('online', 'Online'), ('counter', 'At the window'), ('post', 'By post'), ('email', 'By e-mail'), ('phone', 'By telephone'), ('terminal', 'Self-service terminal'), ('agent', 'Assisted'), ('internal', 'Internal')], default='online', max_length=10, verbose_name='channel')),
                ('source', models.CharField(blank=True, default='', max_length=40)),
                ('external_id', models.CharField(blank=True, default='', max_length=80)),
                ('state', models.CharField(default='draft', max_length=12, verbose_name='state')),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('guide', models.JSONField(default=dict)),
                ('answers', portal.core.fields.EncryptedTextField(default='{}')),
                ('pages_done', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(default=portal.core.time.now, editable=False)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('submitted_on', models.DateField(null=True)),
                ('parts_filed', models.PositiveSmallIntegerField(default=0)),
                ('promised_days', models.PositiveSmallIntegerField(null=True)),
                ('accepted_on', models.DateField(null=True)),
                ('day_0', models.DateField(null=True)),
                ('due_on', models.DateField(null=True)),
                ('amber_on', models.DateField(null=True)),
                ('amber_lit_on', models.DateField(null=True)),
                ('red_lit_on', models.DateField(null=True)),
                ('overdue_from_on', models.DateField(null=True)),
                ('stopped_on', models.DateField(null=True)),
                ('remaining_days', models.SmallIntegerField(null=True)),
                ('calendar_version', models.PositiveIntegerField(default=0)),
                ('ended_on', models.DateField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('granted', 'All granted'), ('partly', 'Partly granted'), ('refused', 'Not granted'), ('withdrawn', 'Withdrawn')], default='', max_length=10)),
                ('elapsed_days', models.PositiveSmallIntegerField(null=True)),
                ('one_by_one_days', models.PositiveSmallIntegerField(null=True)),
                ('together_days', models.PositiveSmallIntegerField(null=True)),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('applicant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='package_filings', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('intake', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='package_filing', to='counter.intake')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='package_filings', to='people.organisation')),
                ('package', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='filings', to='packages.package')),
            ],
            options={
                'verbose_name': 'filing of a package',
                'verbose_name_plural': 'filings of packages',
                'indexes': [models.Index(fields=['applicant', '-id'], name='package_filing_own'), models.Index(fields=['organisation', '-id'], name='package_filing_firm'), models.Index(fields=['department', 'state', '-id'], name='package_filing_desk'), models.Index(fields=['state', '-id'], name='package_filing_all'), models.Index(fields=['submitted_on', 'department'], name='package_filing_day'), models.Index(fields=['ended_on', 'department'], name='package_filing_end'), models.Index(condition=models.Q(('amber_lit_on__isnull', True), ('amber_on__isnull', False), ('ended_on__isnull', True)), fields=['amber_on', 'id'], name='package_filing_amber'), models.Index(condition=models.Q(('ended_on__isnull', True), ('overdue_from_on__isnull', False), ('red_lit_on__isnull', True)), fields=['overdue_from_on', 'id'], name='package_filing_red')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('source', ''), _negated=True), fields=('source', 'external_id'), name='one_package_a_source_id'), models.CheckConstraint(condition=models.Q(('applicant__isnull', False), models.Q(('source', ''), _negated=True), _connector='OR'), name='package_filing_has_applicant'), models.CheckConstraint(condition=models.Q(('state', 'draft'), ('number__isnull', False), _connector='OR'), name='filed_package_has_number'), models.CheckConstraint(condition=models.Q(('stopped_on__isnull', True), ('due_on__isnull', True), _connector='OR'), name='stopped_package_not_due')],
            },
        ),
        migrations.CreateModel(
            name='PackagePrincipal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', portal.core.fields.EncryptedTextField(verbose_name='name')),
                ('resident_number', portal.core.fields.EncryptedTextField(verbose_name='resident number')),
                ('resident_blind', portal.core.fields.BlindIndexField(blank=True, db_index=True, kind='resident_number', source='resident_number')),
                ('phone', portal.core.fields.EncryptedTextField(verbose_name='contact telephone')),
                ('relation', models.CharField(choices=[('spouse', 'Spouse'), ('parent_child', 'Parent or child'), ('relative', 'Other relative'), ('other', 'Other')], max_length=16, verbose_name='relation')),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('filing', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='principal', to='packages.packagefiling')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PackageVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'In force'), ('retired', 'Replaced')], default='draft', max_length=10)),
                ('name', models.CharField(max_length=120)),
                ('name_en', models.CharField(blank=True, max_length=200)),
                ('summary', models.TextField(blank=True)),
                ('summary_en', models.TextField(blank=True)),
                ('promised_days', models.PositiveSmallIntegerField()),
                ('visits', models.PositiveSmallIntegerField(default=0)),
                ('questions', models.JSONField(blank=True, default=list)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('package', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='packages.package')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reviewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'package version',
                'verbose_name_plural': 'package versions',
                'ordering': ('package', '-number'),
                'constraints': [models.UniqueConstraint(fields=('package', 'number'), name='package_version_once'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('package',), name='package_one_draft'), models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(('reviewed_by__isnull', False), ('published_at__isnull', False), models.Q(('reviewed_by', models.F('created_by')), _negated=True)), _connector='OR'), name='package_two_people')],
            },
        ),
        migrations.CreateModel(
            name='PackageItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('condition', models.JSONField(blank=True, default=list)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.item')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='packages.packageversion')),
            ],
            options={
                'verbose_name': 'item of a package',
                'verbose_name_plural': 'items of packages',
                'ordering': ('order', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('version', 'item'), name='package_item_once')],
            },
        ),
        migrations.AddField(
            model_name='packagefiling',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='filings', to='packages.packageversion'),
        ),
        migrations.AddField(
            model_name='package',
            name='current',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='packages.packageversion'),
        ),
        migrations.CreateModel(
            name='PackagePaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60)),
                ('kept', models.CharField(blank=True, choices=[('copy', 'Copy kept'), ('original', 'Original kept')], default='', max_length=8)),
                ('copies', models.PositiveSmallIntegerField(default=1)),
                ('follows_by', models.DateField(null=True)),
                ('authorised_at', models.DateTimeField(null=True)),
                ('added_at', models.DateTimeField(default=portal.core.time.now, editable=False)),
                ('authorised_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('certificate', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='certificates.certificate')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='papers', to='packages.packagefiling')),
            ],
            options={
                'verbose_name': 'paper of a package',
                'verbose_name_plural': 'papers of packages',
                'ordering': ('pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('file__isnull', False), models.Q(('kept', ''), _negated=True), ('follows_by__isnull', False), _connector='OR'), name='package_paper_is_there'), models.CheckConstraint(condition=models.Q(('follows_by__isnull', True), models.Q(('authorised_at__isnull', False), ('certificate__isnull', True), ('file__isnull', True), ('kept', '')), _connector='OR'), name='package_promise_is_nothing_else'), models.UniqueConstraint(condition=models.Q(('follows_by__isnull', False)), fields=('filing', 'key'), name='one_promise_a_package_material'), models.CheckConstraint(condition=models.Q(('certificate__isnull', True), models.Q(('authorised_at__isnull', False), ('authorised_by__isnull', False), ('file__isnull', False)), _connector='OR'), name='package_certificate_with_consent'), models.UniqueConstraint(condition=models.Q(('kept', ''), _negated=True), fields=('filing', 'key'), name='one_paper_kept_a_package_material'), models.UniqueConstraint(condition=models.Q(('certificate__isnull', False)), fields=('filing', 'key', 'certificate'), name='package_certificate_once')],
            },
        ),
        migrations.CreateModel(
            name='PackagePart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('case', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='package_part', to='cases.case')),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='packages.packagefiling')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.item')),
                ('item_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.itemversion')),
            ],
            options={
                'verbose_name': 'part of a package',
                'verbose_name_plural': 'parts of packages',
                'ordering': ('order', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('filing', 'item'), name='package_part_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='packagefiling',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['concluded', 'withdrawn']), _negated=True), ('ended_on__isnull', False), _connector='OR'), name='ended_package_day'),
        ),
        migrations.AddConstraint(
            model_name='package',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), ('current__isnull', False), _connector='OR'), name='package_open_has_version'),
        ),
    ]
