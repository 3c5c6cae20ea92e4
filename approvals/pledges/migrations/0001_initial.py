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
        ('core', '0001_initial'),
        ('people', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='CommitmentCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('signed', models.BigIntegerField(default=0)),
                ('decided', models.BigIntegerField(default=0)),
                ('kept', models.BigIntegerField(default=0)),
                ('broken', models.BigIntegerField(default=0)),
                ('department_id', models.BigIntegerField()),
                ('item_id', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['department_id', 'day'], name='commitment_cell_dept')],
                'constraints': [models.UniqueConstraint(fields=('day', 'department_id', 'item_id'), name='one_commitment_cell')],
            },
        ),
        migrations.CreateModel(
            name='CommitmentText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Being prepared'), ('in_force', 'In force'), ('retired', 'Replaced')], default='draft', max_length=10)),
                ('conditions', models.TextField()),
                ('conditions_en', models.TextField(blank=True, default='')),
                ('checked', models.TextField()),
                ('checked_en', models.TextField(blank=True, default='')),
                ('consequences', models.TextField()),
                ('consequences_en', models.TextField(blank=True, default='')),
                ('check_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('made_at', models.DateTimeField(default=portal.core.time.now)),
                ('published_on', models.DateField(null=True)),
                ('retired_on', models.DateField(null=True)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commitment_texts', to='catalogue.item')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'text of a commitment',
                'verbose_name_plural': 'texts of commitments',
                'constraints': [models.UniqueConstraint(fields=('item', 'number'), name='commitment_text_number_once'), models.UniqueConstraint(condition=models.Q(('state', 'in_force')), fields=('item',), name='one_text_in_force'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('item',), name='one_text_drafted'), models.CheckConstraint(condition=models.Q(('published_by__isnull', True), models.Q(('published_by', models.F('made_by')), _negated=True), _connector='OR'), name='text_second_person'), models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(('published_by__isnull', False), ('published_on__isnull', False)), _connector='OR'), name='text_in_force_is_published')],
            },
        ),
        migrations.CreateModel(
            name='Commitment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField()),
                ('digest', models.CharField(max_length=64)),
                ('signed_name', portal.core.fields.EncryptedTextField(verbose_name='name')),
                ('signed_at', models.DateTimeField()),
                ('signed_with', models.CharField(choices=[('password', 'Name typed, password entered once more'), ('device', 'Name typed, code of the second factor entered'), ('paper', 'Signed on paper at the window, certified by the clerk')], max_length=10)),
                ('state', models.CharField(default='signed', max_length=10)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('filed_on', models.DateField(null=True)),
                ('decided_on', models.DateField(null=True)),
                ('due_on', models.DateField(null=True)),
                ('amber_on', models.DateField(null=True)),
                ('amber_lit_on', models.DateField(null=True)),
                ('red_lit_on', models.DateField(null=True)),
                ('finding', models.TextField(blank=True, default='')),
                ('checked_on', models.DateField(null=True)),
                ('kept_on', models.DateField(null=True)),
                ('broken_on', models.DateField(null=True)),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='commitment', to='cases.case')),
                ('certified_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('counted_for', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('document', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.item')),
                ('scan', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='core.storedfile')),
                ('signed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('text', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commitments', to='pledges.commitmenttext')),
            ],
            options={
                'verbose_name': 'commitment',
                'verbose_name_plural': 'commitments',
                'indexes': [models.Index(fields=['filed_on'], name='commitment_filed_on'), models.Index(fields=['decided_on'], name='commitment_decided_on'), models.Index(fields=['kept_on'], name='commitment_kept_on'), models.Index(fields=['broken_on'], name='commitment_broken_on')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('certified_by__isnull', False), ('scan__isnull', False), ('signed_with', 'paper')), models.Q(('certified_by__isnull', True), ('scan__isnull', True), models.Q(('signed_with', 'paper'), _negated=True)), _connector='OR'), name='a_paper_signature_is_certified'), models.CheckConstraint(condition=models.Q(('certified_by__isnull', True), models.Q(('certified_by', models.F('signed_by')), _negated=True), _connector='OR'), name='nobody_certifies_the_own_signature')],
            },
        ),
        migrations.CreateModel(
            name='CreditRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_name', portal.core.fields.EncryptedTextField(verbose_name='whose record it is')),
                ('subject_number', portal.core.fields.EncryptedTextField(blank=True, default='', verbose_name='number of the subject')),
                ('subject_blind', portal.core.fields.BlindIndexField(blank=True, db_index=True, kind='subject_number', source='subject_number')),
                ('ground', models.CharField(choices=[('commitment', 'Broken commitment'), ('material', 'Promised material not brought')], max_length=10)),
                ('facts', models.TextField(verbose_name='what happened')),
                ('source', models.CharField(max_length=300, verbose_name='source')),
                ('from_on', models.DateField()),
                ('until_on', models.DateField()),
                ('state', models.CharField(choices=[('holds', 'On record'), ('repaired', 'Repaired'), ('lifted', 'Lifted after an objection')], default='holds', max_length=10)),
                ('ended_on', models.DateField(null=True)),
                ('made_at', models.DateTimeField(default=portal.core.time.now)),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_records', to='cases.case')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_records', to='people.organisation')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_records', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'credit record',
                'verbose_name_plural': 'credit records',
                'indexes': [models.Index(fields=['organisation', 'until_on'], name='credit_of_firm'), models.Index(fields=['person', 'until_on'], name='credit_of_person'), models.Index(fields=['subject_blind'], name='credit_number_blind'), models.Index(fields=['department', '-from_on', '-id'], name='credit_of_department'), models.Index(fields=['-from_on', '-id'], name='credit_newest')],
                'constraints': [models.UniqueConstraint(fields=('case', 'ground'), name='one_record_a_breach'), models.CheckConstraint(condition=models.Q(('until_on__gte', models.F('from_on'))), name='record_ends_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('ended_on__isnull', True), ('state', 'holds')), models.Q(models.Q(('state', 'holds'), _negated=True), ('ended_on__isnull', False)), _connector='OR'), name='record_end_has_a_day')],
            },
        ),
        migrations.CreateModel(
            name='CreditRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('objection', 'I object: the record is wrong'), ('repair', 'I ask for repair: it has been made good')], max_length=10)),
                ('text', models.TextField(verbose_name='reasons')),
                ('asked_at', models.DateTimeField()),
                ('asked_on', models.DateField()),
                ('due_on', models.DateField()),
                ('state', models.CharField(choices=[('asked', 'Being looked at'), ('granted', 'Granted'), ('declined', 'Not granted')], default='asked', max_length=10)),
                ('decided_on', models.DateField(null=True)),
                ('answer', models.TextField(blank=True, default='')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='pledges.creditrecord')),
            ],
            options={
                'verbose_name': 'request about a credit record',
                'verbose_name_plural': 'requests about credit records',
                'indexes': [models.Index(condition=models.Q(('state', 'asked')), fields=['due_on', 'id'], name='credit_request_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('record',), name='one_open_credit_request'), models.CheckConstraint(condition=models.Q(('state', 'asked'), models.Q(('decided_by__isnull', False), ('decided_on__isnull', False)), _connector='OR'), name='credit_answer_has_a_day'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='credit_other_person')],
            },
        ),
        migrations.CreateModel(
            name='PromisedCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('promised', models.BigIntegerField(default=0)),
                ('settled', models.BigIntegerField(default=0)),
                ('settled_late', models.BigIntegerField(default=0)),
                ('lapsed', models.BigIntegerField(default=0)),
                ('department_id', models.BigIntegerField()),
                ('item_id', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['department_id', 'day'], name='promised_cell_dept')],
                'constraints': [models.UniqueConstraint(fields=('day', 'department_id', 'item_id'), name='one_promised_cell')],
            },
        ),
        migrations.CreateModel(
            name='PromisedMaterial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_on', models.DateField()),
                ('decides_first', models.BooleanField(default=False)),
                ('state', models.CharField(default='promised', max_length=10)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('made_at', models.DateTimeField(default=portal.core.time.now)),
                ('at_window', models.BooleanField(default=False)),
                ('promised_on', models.DateField(null=True)),
                ('brought_on', models.DateField(null=True)),
                ('brought_late', models.BooleanField(default=False)),
                ('settled_on', models.DateField(null=True)),
                ('lapsed_on', models.DateField(null=True)),
                ('note', models.CharField(blank=True, default='', max_length=300)),
                ('reminded_for', models.DateField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promised_materials', to='cases.case')),
                ('counted_for', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.item')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('material', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.material')),
            ],
            options={
                'verbose_name': 'promised material',
                'verbose_name_plural': 'promised materials',
                'indexes': [models.Index(fields=['case', 'state'], name='promise_of_case'), models.Index(fields=['promised_on'], name='promise_promised_on'), models.Index(fields=['settled_on'], name='promise_settled_on'), models.Index(fields=['lapsed_on'], name='promise_lapsed_on')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'void'), _negated=True), fields=('case', 'material'), name='one_promise_a_material'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'settled'), _negated=True), models.Q(('brought_on__isnull', False), ('settled_on__isnull', False)), _connector='OR'), name='a_settled_promise_has_days'), models.CheckConstraint(condition=models.Q(('promised_on__isnull', True), ('due_on__gte', models.F('promised_on')), _connector='OR'), name='promise_is_for_later')],
            },
        ),
        migrations.CreateModel(
            name='ToleranceTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('decides_first', models.BooleanField(default=False)),
                ('ground', models.CharField(max_length=300)),
                ('set_at', models.DateTimeField(default=portal.core.time.now)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tolerance_terms', to='catalogue.item')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'terms of tolerant acceptance',
                'verbose_name_plural': 'terms of tolerant acceptance',
                'constraints': [models.UniqueConstraint(fields=('item', 'valid_from'), name='one_terms_a_day')],
            },
        ),
        migrations.AddIndex(
            model_name='commitment',
            index=models.Index(condition=models.Q(('state__in', ('checking', 'correcting'))), fields=['due_on', 'id'], name='commitment_due'),
        ),
        migrations.AddIndex(
            model_name='commitment',
            index=models.Index(condition=models.Q(('amber_lit_on__isnull', True), ('state__in', ('checking', 'correcting'))), fields=['amber_on', 'id'], name='commitment_amber'),
        ),
        migrations.AddIndex(
            model_name='commitment',
            index=models.Index(condition=models.Q(('red_lit_on__isnull', True), ('state__in', ('checking', 'correcting'))), fields=['due_on', 'id'], name='commitment_red'),
        ),
        migrations.AddConstraint(
            model_name='commitment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('checking', 'correcting')), _negated=True), ('due_on__isnull', False), _connector='OR'), name='a_check_has_a_day'),
        ),
        migrations.AddIndex(
            model_name='promisedmaterial',
            index=models.Index(condition=models.Q(('promised_on__isnull', False), ('state__in', ('promised', 'brought', 'lapsed'))), fields=['due_on', 'id'], name='promise_due'),
        ),
    ]
