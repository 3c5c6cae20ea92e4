import django.db.models.deletion
import portal.core.fields
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.core.db.tables import NewTables


class Migration(NewTables):

    initial = True

    dependencies = [
        ('people', '__first__'),
        ('tenders', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Speciality',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('name_en', models.CharField(blank=True, default='', max_length=60, verbose_name='name in English')),
                ('closed', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'speciality',
                'verbose_name_plural': 'specialities',
                'ordering': ('code',),
            },
        ),
        migrations.CreateModel(
            name='Draw',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('state', models.CharField(default='frozen', max_length=10)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('evaluates_at', models.DateTimeField(verbose_name='evaluation begins')),
                ('size', models.PositiveSmallIntegerField(verbose_name='members')),
                ('complex', models.BooleanField(default=False, verbose_name='technically complex')),
                ('main_venue', models.CharField(max_length=120, verbose_name='main venue')),
                ('secondary_venue', models.CharField(blank=True, default='', max_length=120, verbose_name='secondary venue')),
                ('secondary_region', models.CharField(blank=True, default='', max_length=60, verbose_name='region of the secondary venue')),
                ('pool', models.JSONField(default=dict)),
                ('pool_digest', models.CharField(max_length=64, verbose_name='digest of the pool (SHA-256)')),
                ('places', models.JSONField(default=list)),
                ('representatives', models.JSONField(default=list)),
                ('orders', models.JSONField(default=dict)),
                ('gone', models.JSONField(default=list)),
                ('short_of', models.CharField(blank=True, default='', max_length=300)),
                ('frozen_at', models.DateTimeField(verbose_name='pool frozen at')),
                ('reveal_by', models.DateTimeField(blank=True, null=True, verbose_name='seeds to be revealed by')),
                ('drawn_at', models.DateTimeField(blank=True, null=True, verbose_name='drawn at')),
                ('failed_at', models.DateTimeField(blank=True, null=True, verbose_name='failed at')),
                ('note', models.TextField(blank=True, default='', verbose_name='reason')),
                ('frozen_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='draws', to='tenders.project')),
            ],
            options={
                'verbose_name': 'draw of experts',
                'verbose_name_plural': 'draws of experts',
                'ordering': ('-pk',),
                'indexes': [models.Index(fields=['-frozen_at', '-id'], name='draw_latest'), models.Index(condition=models.Q(('state', 'sealed')), fields=['reveal_by'], name='draw_unrevealed')],
                'constraints': [models.UniqueConstraint(fields=('project', 'number'), name='one_draw_a_number'), models.UniqueConstraint(condition=models.Q(('state', 'failed'), _negated=True), fields=('project',), name='one_standing_draw_a_tender')],
            },
        ),
        migrations.CreateModel(
            name='DrawSeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.CharField(choices=[('supervisor', 'Supervisor'), ('tenderer', 'Tenderer')], max_length=10, verbose_name='party')),
                ('commitment', models.CharField(max_length=64, verbose_name='commitment')),
                ('committed_at', models.DateTimeField()),
                ('seed', models.CharField(blank=True, default='', max_length=64, verbose_name='seed')),
                ('revealed_at', models.DateTimeField(blank=True, null=True)),
                ('committed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('draw', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seeds', to='experts.draw')),
            ],
            options={
                'verbose_name': 'seed of a draw',
                'verbose_name_plural': 'seeds of draws',
                'ordering': ('party',),
                'constraints': [models.UniqueConstraint(fields=('draw', 'party'), name='one_seed_a_party')],
            },
        ),
        migrations.CreateModel(
            name='Expert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('employer', models.CharField(blank=True, default='', max_length=200, verbose_name='employer')),
                ('title', models.CharField(blank=True, default='', max_length=60, verbose_name='professional title')),
                ('region', models.CharField(blank=True, default='', max_length=60, verbose_name='region')),
                ('identity', portal.core.fields.EncryptedTextField(blank=True, default='', verbose_name='resident number')),
                ('identity_blind', portal.core.fields.BlindIndexField(blank=True, db_index=True, kind='bidder_identity', source='identity')),
                ('phone', portal.core.fields.EncryptedTextField(blank=True, default='', verbose_name='telephone')),
                ('phone_blind', portal.core.fields.BlindIndexField(blank=True, db_index=True, kind='phone', source='phone')),
                ('bank_name', models.CharField(blank=True, default='', max_length=120, verbose_name='bank')),
                ('bank_account', portal.core.fields.EncryptedTextField(blank=True, default='', verbose_name='account for fees')),
                ('state', models.CharField(default='applied', max_length=10)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('applied_at', models.DateTimeField(blank=True, null=True, verbose_name='applied at')),
                ('opinion', models.TextField(blank=True, default='', verbose_name='opinion')),
                ('approved_on', models.DateField(blank=True, null=True, verbose_name='in the pool since')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='appointed until')),
                ('check_due_on', models.DateField(blank=True, null=True, verbose_name='next check by')),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('examined_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='expert', to=settings.AUTH_USER_MODEL)),
                ('specialities', models.ManyToManyField(blank=True, related_name='experts', to='experts.speciality')),
            ],
            options={
                'verbose_name': 'expert',
                'verbose_name_plural': 'experts',
                'indexes': [models.Index(fields=['-applied_at', '-id'], name='expert_latest'), models.Index(fields=['state', '-applied_at', '-id'], name='expert_by_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), models.Q(('approved_on__isnull', False), ('check_due_on__isnull', False), ('valid_until__isnull', False)), _connector='OR'), name='an_approved_expert_has_days')],
            },
        ),
        migrations.CreateModel(
            name='Employment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employer', models.CharField(max_length=200, verbose_name='employer')),
                ('uscc', models.CharField(blank=True, default='', max_length=18, verbose_name='unified social credit code')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='employments', to='experts.expert')),
            ],
            options={
                'verbose_name': 'employment',
                'verbose_name_plural': 'employments',
                'ordering': ('-starts_on', '-pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='employment_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='DrawCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32)),
                ('name', models.CharField(max_length=100)),
                ('salt', models.CharField(max_length=32)),
                ('draw', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='experts.draw')),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.expert')),
            ],
            options={
                'verbose_name': 'code of a draw',
                'verbose_name_plural': 'codes of draws',
                'constraints': [models.UniqueConstraint(fields=('draw', 'code'), name='one_person_a_code'), models.UniqueConstraint(fields=('draw', 'expert'), name='one_code_a_person')],
            },
        ),
        migrations.CreateModel(
            name='Kin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('relation', models.CharField(choices=[('spouse', 'Spouse'), ('parent', 'Parent'), ('child', 'Child'), ('sibling', 'Brother or sister'), ('in_law', 'Relative by marriage'), ('other', 'Other relative within three generations')], max_length=10, verbose_name='relation')),
                ('name', portal.core.fields.EncryptedTextField(verbose_name='name')),
                ('identity', portal.core.fields.EncryptedTextField(verbose_name='resident number')),
                ('identity_blind', portal.core.fields.BlindIndexField(blank=True, db_index=True, kind='bidder_identity', source='identity')),
                ('declared_at', models.DateTimeField()),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kin', to='experts.expert')),
            ],
            options={
                'verbose_name': 'relative',
                'verbose_name_plural': 'relatives',
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='Leave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(verbose_name='until')),
                ('reason', models.CharField(blank=True, default='', max_length=200, verbose_name='reason')),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='leaves', to='experts.expert')),
            ],
            options={
                'verbose_name': 'leave',
                'verbose_name_plural': 'leaves',
                'ordering': ('-starts_on',),
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='expert_leave_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='Panel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('evaluates_at', models.DateTimeField(blank=True, null=True, verbose_name='evaluation begins')),
                ('size', models.PositiveSmallIntegerField(default=0, verbose_name='members')),
                ('complete_at', models.DateTimeField(blank=True, null=True)),
                ('draw', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='panels', to='experts.draw')),
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='panel', to='tenders.project')),
            ],
            options={
                'verbose_name': 'committee',
                'verbose_name_plural': 'committees',
            },
        ),
        migrations.CreateModel(
            name='PanelMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('speciality', models.CharField(blank=True, default='', max_length=40, verbose_name='speciality')),
                ('venue', models.CharField(choices=[('main', 'Main venue'), ('secondary', 'Secondary venue')], default='main', max_length=10, verbose_name='venue')),
                ('state', models.CharField(choices=[('called', 'Called'), ('accepted', 'Accepted'), ('attending', 'Attending'), ('declined', 'Declined'), ('replaced', 'Replaced')], default='called', max_length=10)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position in the order')),
                ('slot', models.CharField(blank=True, default='', max_length=12)),
                ('called_at', models.DateTimeField(blank=True, null=True, verbose_name='called at')),
                ('answer_by', models.DateTimeField(blank=True, null=True, verbose_name='to answer by')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered at')),
                ('checked_in_at', models.DateTimeField(blank=True, null=True, verbose_name='checked in at')),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('why', models.CharField(blank=True, choices=[('refused', 'Declined the call'), ('no_answer', 'Did not answer in time'), ('absent', 'Did not appear'), ('partial', 'Must avoid this tender'), ('released', 'The draw failed, released')], default='', max_length=10, verbose_name='why the seat fell free')),
                ('rule', models.CharField(blank=True, default='', max_length=20)),
                ('note', models.CharField(blank=True, default='', max_length=500, verbose_name='note')),
                ('draw', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='experts.draw')),
                ('expert', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='experts.expert')),
                ('panel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='experts.panel')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'committee member',
                'verbose_name_plural': 'committee members',
                'ordering': ('pk',),
                'indexes': [models.Index(condition=models.Q(('state', 'called')), fields=['answer_by'], name='call_unanswered'), models.Index(fields=['user', '-called_at'], name='calls_of_person')],
            },
        ),
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('suspended', 'Suspended'), ('removed', 'Removed from the pool')], max_length=10, verbose_name='kind')),
                ('ground', models.TextField(verbose_name='ground')),
                ('source', models.CharField(max_length=300, verbose_name='legal source and number of the decision')),
                ('authority', models.CharField(max_length=200, verbose_name='decided by')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('appeal', models.TextField(verbose_name='how to object')),
                ('recorded_at', models.DateTimeField()),
                ('lifted_on', models.DateField(blank=True, null=True, verbose_name='lifted on')),
                ('lifted_note', models.TextField(blank=True, default='', verbose_name='why lifted')),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standings', to='experts.expert')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'block of an expert',
                'verbose_name_plural': 'blocks of experts',
                'ordering': ('-starts_on', '-pk'),
                'indexes': [models.Index(fields=['expert', 'starts_on'], name='standing_of_expert')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='standing_ends_after_start')],
            },
        ),
        migrations.AddConstraint(
            model_name='panelmember',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('called', 'accepted', 'attending'))), fields=('panel', 'user'), name='one_seat_a_person'),
        ),
        migrations.AddConstraint(
            model_name='panelmember',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('called', 'accepted', 'attending')), models.Q(('slot', ''), _negated=True)), fields=('user', 'slot'), name='one_committee_a_half_day'),
        ),
    ]
