import django.db.models.deletion
import portal.core.time
from django.conf import settings
from django.db import migrations, models

from portal.core.db.tables import NewTables


class Migration(NewTables):

    initial = True

    dependencies = [
        ('cases', '0001_initial'),
        ('catalogue', '0001_initial'),
        ('people', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='InstantCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('approved', models.BigIntegerField(default=0)),
                ('to_person', models.BigIntegerField(default=0)),
                ('sampled', models.BigIntegerField(default=0)),
                ('right', models.BigIntegerField(default=0)),
                ('wrong', models.BigIntegerField(default=0)),
                ('seconds', models.BigIntegerField(default=0)),
                ('department_id', models.BigIntegerField()),
                ('item_id', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['department_id', 'day'], name='instant_cell_dept')],
                'constraints': [models.UniqueConstraint(fields=('day', 'department_id', 'item_id'), name='one_instant_cell')],
            },
        ),
        migrations.CreateModel(
            name='RuleSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Being prepared'), ('in_force', 'In force'), ('retired', 'Replaced or withdrawn')], default='draft', max_length=10)),
                ('checks', models.JSONField(default=list)),
                ('ground', models.CharField(max_length=300)),
                ('made_at', models.DateTimeField(default=portal.core.time.now)),
                ('tried_at', models.DateTimeField(null=True)),
                ('tried', models.JSONField(default=dict)),
                ('published_on', models.DateField(null=True)),
                ('retired_on', models.DateField(null=True)),
                ('seed', models.CharField(blank=True, default='', max_length=64)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rule_sets', to='catalogue.item')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rule_sets', to='catalogue.itemversion')),
            ],
            options={
                'verbose_name': 'rule set',
                'verbose_name_plural': 'rule sets',
                'constraints': [models.UniqueConstraint(fields=('item', 'number'), name='rule_set_number_once'), models.UniqueConstraint(condition=models.Q(('state', 'in_force')), fields=('item',), name='one_rule_set_in_force'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('item',), name='one_rule_set_drafted'), models.CheckConstraint(condition=models.Q(('published_by__isnull', True), models.Q(('published_by', models.F('made_by')), _negated=True), _connector='OR'), name='rules_second_person'), models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(('published_by__isnull', False), ('tried_at__isnull', False)), _connector='OR'), name='rules_in_force_were_tried')],
            },
        ),
        migrations.CreateModel(
            name='InstantDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('approved', 'Approved at once'), ('person', 'Left to a person')], max_length=10)),
                ('results', models.JSONField(default=list)),
                ('decided_at', models.DateTimeField()),
                ('decided_on', models.DateField()),
                ('seconds', models.PositiveIntegerField(default=0)),
                ('draw', models.BigIntegerField(null=True)),
                ('share', models.CharField(blank=True, default='', max_length=20)),
                ('review', models.CharField(choices=[('none', 'Not drawn'), ('waiting', 'To be reviewed'), ('right', 'Found right'), ('wrong', 'Found wrong')], default='none', max_length=10)),
                ('review_due_on', models.DateField(null=True)),
                ('reviewed_on', models.DateField(null=True)),
                ('finding', models.TextField(blank=True, default='')),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='instant', to='cases.case')),
                ('counted_for', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.item')),
                ('reviewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('rule_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='instant.ruleset')),
            ],
            options={
                'verbose_name': 'decision of the portal',
                'verbose_name_plural': 'decisions of the portal',
                'indexes': [models.Index(condition=models.Q(('review', 'waiting')), fields=['review_due_on', 'id'], name='instant_to_review'), models.Index(fields=['-decided_on', '-id'], name='instant_newest'), models.Index(fields=['reviewed_on'], name='instant_reviewed_on')],
                'constraints': [models.CheckConstraint(condition=models.Q(('review', 'none'), models.Q(('draw__isnull', False), ('outcome', 'approved')), _connector='OR'), name='drawn_ones_are_approved')],
            },
        ),
        migrations.CreateModel(
            name='BrokenCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('error', models.CharField(max_length=300)),
                ('off_at', models.DateTimeField()),
                ('on_at', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, default='', max_length=300)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cases.case')),
                ('on_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'check that is off',
                'verbose_name_plural': 'checks that are off',
                'constraints': [models.UniqueConstraint(condition=models.Q(('on_at__isnull', True)), fields=('code',), name='one_break_a_check')],
            },
        ),
        migrations.AddConstraint(
            model_name='instantdecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('review__in', ['right', 'wrong']), _negated=True), models.Q(('reviewed_by__isnull', False), ('reviewed_on__isnull', False)), _connector='OR'), name='reviewed_by_somebody'),
        ),
    ]
