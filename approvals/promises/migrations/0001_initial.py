import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.core.db.tables import NewTables


class Migration(NewTables):

    initial = True

    dependencies = [
        ('catalogue', '0001_initial'),
        ('people', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='CleanUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('opened_on', models.DateField()),
                ('reply_due_on', models.DateField()),
                ('min_compression', models.DecimalField(decimal_places=4, max_digits=5)),
                ('looked_at', models.PositiveIntegerField(default=0)),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'clean-up round',
                'verbose_name_plural': 'clean-up rounds',
                'indexes': [models.Index(fields=['-opened_on', '-id'], name='round_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reply_due_on__gte', models.F('opened_on'))), name='round_reply_after_opening')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('legal_days', models.PositiveSmallIntegerField(null=True)),
                ('previous_days', models.PositiveSmallIntegerField(null=True)),
                ('promised_days', models.PositiveSmallIntegerField()),
                ('state', models.CharField(default='asked', max_length=10)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('reply_due_on', models.DateField()),
                ('amber_on', models.DateField()),
                ('amber_lit_on', models.DateField(null=True)),
                ('red_lit_on', models.DateField(null=True)),
                ('reminders', models.PositiveSmallIntegerField(default=0)),
                ('times_returned', models.PositiveSmallIntegerField(default=0)),
                ('reply', models.CharField(blank=True, choices=[('shorten', 'We shorten the promise'), ('keep', 'We keep the promise, for reasons')], default='', max_length=10)),
                ('proposed_days', models.PositiveSmallIntegerField(null=True)),
                ('reply_text', models.CharField(blank=True, default='', max_length=500)),
                ('replied_on', models.DateField(null=True)),
                ('replied_late', models.BooleanField(default=False)),
                ('decision_note', models.CharField(blank=True, default='', max_length=500)),
                ('decided_on', models.DateField(null=True)),
                ('cleanup', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='promises.cleanup')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promise_findings', to='catalogue.item')),
                ('replied_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'flagged promise',
                'verbose_name_plural': 'flagged promises',
                'indexes': [models.Index(fields=['department', 'state', 'reply_due_on', 'id'], name='finding_desk'), models.Index(fields=['cleanup', 'state', 'id'], name='finding_of_round'), models.Index(condition=models.Q(('amber_lit_on__isnull', True), ('state', 'asked')), fields=['amber_on', 'id'], name='finding_amber'), models.Index(condition=models.Q(('red_lit_on__isnull', True), ('state', 'asked')), fields=['reply_due_on', 'id'], name='finding_red')],
                'constraints': [models.UniqueConstraint(fields=('cleanup', 'item'), name='one_finding_a_round'), models.CheckConstraint(condition=models.Q(('state', 'asked'), models.Q(('replied_on__isnull', False), models.Q(('reply', ''), _negated=True)), _connector='OR'), name='finding_replied_has_reply'), models.CheckConstraint(condition=models.Q(models.Q(('reply', 'shorten'), _negated=True), ('proposed_days__lt', models.F('promised_days')), _connector='OR'), name='finding_shorter_is_shorter'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('replied_by')), _negated=True), _connector='OR'), name='finding_second_person')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('present_days', models.PositiveSmallIntegerField()),
                ('days', models.PositiveSmallIntegerField()),
                ('ground', models.CharField(max_length=500)),
                ('cases', models.PositiveIntegerField(default=0)),
                ('late_cases', models.PositiveIntegerField(default=0)),
                ('state', models.CharField(default='proposed', max_length=10)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('proposed_on', models.DateField()),
                ('decided_on', models.DateField(null=True)),
                ('decision_note', models.CharField(blank=True, default='', max_length=500)),
                ('in_force_on', models.DateField(null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('finding', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='promises.finding')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promise_proposals', to='catalogue.item')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalogue.itemversion')),
            ],
            options={
                'verbose_name': 'proposal of a promise',
                'verbose_name_plural': 'proposals of promises',
                'indexes': [models.Index(fields=['department', 'state', '-id'], name='promise_proposal_desk'), models.Index(fields=['-proposed_on', '-id'], name='promise_proposal_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('days', models.F('present_days')), _negated=True), name='proposal_changes_the_days'), models.CheckConstraint(condition=models.Q(('late_cases__lte', models.F('cases'))), name='proposal_late_within_cases')],
            },
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('proposed', 'drafted'))), fields=('item',), name='one_open_promise_proposal'),
        ),
    ]
