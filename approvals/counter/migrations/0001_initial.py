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
        ('hall', '0001_initial'),
        ('people', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('shift', 'End of shift'), ('leave', 'Leave'), ('move', 'Change of post'), ('other', 'Other reason')], max_length=8, verbose_name='reason')),
                ('note', models.TextField(blank=True, default='', verbose_name='what to know')),
                ('state', models.CharField(default='waiting', max_length=10)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('proposed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('answer', models.TextField(blank=True, default='')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('giver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handed_over', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taken_over', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'hand-over',
                'verbose_name_plural': 'hand-overs',
                'indexes': [models.Index(fields=['department', '-id'], name='handover_department'), models.Index(fields=['receiver', '-id'], name='handover_receiver'), models.Index(fields=['giver', '-id'], name='handover_giver')],
                'constraints': [models.CheckConstraint(condition=models.Q(('giver', models.F('receiver')), _negated=True), name='nobody_hands_over_to_themselves')],
            },
        ),
        migrations.CreateModel(
            name='HandOverCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('waiting', models.BooleanField(default=True)),
                ('moved', models.BooleanField(default=False)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='cases.case')),
                ('handover', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='counter.handover')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('handover', 'case'), name='a_case_once_in_a_handover'), models.UniqueConstraint(condition=models.Q(('waiting', True)), fields=('case',), name='one_waiting_handover_a_case')],
            },
        ),
        migrations.CreateModel(
            name='Intake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('matter', models.CharField(blank=True, default='', max_length=200)),
                ('state', models.CharField(choices=[('open', 'Being taken in'), ('filed', 'Filed'), ('dropped', 'Dropped')], default='open', max_length=8)),
                ('identity', models.CharField(choices=[('card', 'Card read'), ('typed', 'Typed from the card')], default='typed', max_length=8, verbose_name='identity')),
                ('phone', portal.core.fields.EncryptedTextField(blank=True, default='', verbose_name='contact telephone')),
                ('authority_seen', models.BooleanField(default=False, verbose_name='licence and letter of authority seen')),
                ('confirmation', models.CharField(blank=True, choices=[('paper', 'Signed on the printed summary'), ('tablet', 'Signed on the tablet'), ('screen', 'Read on the screen and confirmed aloud')], default='', max_length=8)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('begun_at', models.DateTimeField(default=portal.core.time.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('case', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='intake', to='cases.case')),
                ('clerk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='intakes', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('window', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hall.window')),
            ],
            options={
                'verbose_name': 'intake',
                'verbose_name_plural': 'intakes',
                'indexes': [models.Index(fields=['clerk', '-id'], name='intake_of_clerk'), models.Index(condition=models.Q(('state', 'open')), fields=['window', '-id'], name='intake_open'), models.Index(condition=models.Q(('state', 'open')), fields=['person', '-id'], name='intake_of_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'filed'), _negated=True), ('confirmed_at__isnull', False), _connector='OR'), name='a_filed_intake_was_confirmed')],
            },
        ),
        migrations.CreateModel(
            name='MaterialCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kept', models.CharField(choices=[('nothing', 'Nothing kept'), ('scan', 'Scanned'), ('copy', 'Copy kept'), ('original', 'Original kept'), ('missing', 'Missing')], max_length=8)),
                ('original_seen', models.BooleanField(default=False)),
                ('copies', models.PositiveSmallIntegerField(default=1)),
                ('intake', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='counter.intake')),
                ('material', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.material')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('intake', 'material'), name='one_check_a_material'), models.CheckConstraint(condition=models.Q(('copies__gte', 1), ('copies__lte', 99)), name='check_counts_copies')],
            },
        ),
        migrations.CreateModel(
            name='PaperReturn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('returned_at', models.DateTimeField()),
                ('returned_on', models.DateField()),
                ('taker', models.CharField(choices=[('applicant', 'The applicant'), ('agent', 'The person who handed them in'), ('other', 'Somebody with a power of attorney')], max_length=10)),
                ('taker_name', portal.core.fields.EncryptedTextField(verbose_name='name')),
                ('identity_checked', models.BooleanField(default=False)),
                ('signature', models.CharField(choices=[('paper', 'On paper'), ('tablet', 'On the tablet')], max_length=8)),
                ('note', models.CharField(blank=True, default='', max_length=300)),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='paper_returns', to='cases.case')),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document')),
                ('returned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('window', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hall.window')),
            ],
            options={
                'verbose_name': 'return of papers',
                'verbose_name_plural': 'returns of papers',
                'constraints': [models.CheckConstraint(condition=models.Q(('identity_checked', True)), name='papers_go_to_a_known_person')],
            },
        ),
        migrations.CreateModel(
            name='LeftPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('is_original', models.BooleanField(default=True)),
                ('copies', models.PositiveSmallIntegerField(default=1)),
                ('place', models.CharField(blank=True, default='', max_length=80, verbose_name='kept where')),
                ('taken_at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='left_papers', to='cases.case')),
                ('material', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.material')),
                ('taken_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('window', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hall.window')),
                ('handed_back', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='counter.paperreturn')),
            ],
            options={
                'verbose_name': 'paper left at the window',
                'verbose_name_plural': 'papers left at the window',
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('handed_back__isnull', True)), fields=['case', 'id'], name='paper_here')],
            },
        ),
        migrations.CreateModel(
            name='WindowScope',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.department')),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalogue.item')),
                ('window', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scopes', to='hall.window')),
            ],
            options={
                'verbose_name': 'what a window takes in',
                'verbose_name_plural': 'what windows take in',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('department__isnull', False), ('item__isnull', True)), models.Q(('department__isnull', True), ('item__isnull', False)), _connector='OR'), name='scope_names_one_thing'), models.UniqueConstraint(fields=('window', 'department'), name='one_scope_a_department'), models.UniqueConstraint(fields=('window', 'item'), name='one_scope_an_item')],
            },
        ),
    ]
