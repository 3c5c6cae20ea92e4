import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.core.db.tables import NewTables


class Migration(NewTables):

    initial = True

    dependencies = [
        ('bidders', '0001_initial'),
        ('experts', '0001_initial'),
        ('people', '0001_initial'),
        ('people', '__first__'),
        ('tenders', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Act',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12, verbose_name='code')),
                ('text', models.CharField(max_length=300, verbose_name='act')),
                ('text_en', models.CharField(blank=True, default='', max_length=300, verbose_name='act in English')),
                ('points', models.PositiveSmallIntegerField(verbose_name='points')),
                ('source', models.CharField(max_length=300, verbose_name='source')),
                ('unverified', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'act',
                'verbose_name_plural': 'acts',
                'ordering': ('sheet', 'code'),
                'constraints': [models.CheckConstraint(condition=models.Q(('points__gte', 1), ('points__lte', 100)), name='act_costs_something')],
            },
        ),
        migrations.CreateModel(
            name='Sheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(choices=[('expert', 'Expert'), ('agency', 'Tendering agency')], max_length=6, verbose_name='for')),
                ('number', models.PositiveSmallIntegerField(verbose_name='version')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'rating sheet',
                'verbose_name_plural': 'rating sheets',
                'ordering': ('subject', '-number'),
                'constraints': [models.UniqueConstraint(fields=('subject', 'number'), name='one_sheet_a_version')],
            },
        ),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(choices=[('expert', 'Expert'), ('agency', 'Tendering agency')], max_length=6)),
                ('by', models.CharField(choices=[('officer', 'Trading centre'), ('buyer', 'Buyer'), ('expert', 'Expert of the committee')], max_length=8, verbose_name='rated by')),
                ('slot', models.CharField(max_length=24)),
                ('points', models.PositiveSmallIntegerField(default=0, verbose_name='points deducted')),
                ('note', models.TextField(blank=True, default='', verbose_name='what happened')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('rated_at', models.DateTimeField(verbose_name='rated at')),
                ('state', models.CharField(default='given', max_length=10)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('object_until', models.DateField(verbose_name='objections until')),
                ('objection', models.TextField(blank=True, default='', verbose_name='objection')),
                ('objected_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.TextField(blank=True, default='', verbose_name='answer to the objection')),
                ('acts', models.ManyToManyField(blank=True, related_name='ratings', to='conduct.act')),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='conduct_ratings', to='people.organisation')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('expert', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='experts.expert')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conduct_ratings', to='tenders.project')),
                ('rater', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='conduct.sheet')),
            ],
            options={
                'verbose_name': 'rating of conduct',
                'verbose_name_plural': 'ratings of conduct',
                'ordering': ('-rated_at', '-pk'),
                'indexes': [models.Index(fields=['-rated_at', '-id'], name='conduct_rating_latest'), models.Index(fields=['expert', 'year'], name='conduct_of_expert'), models.Index(fields=['agency', 'year'], name='conduct_of_agency'), models.Index(condition=models.Q(('state', 'objected')), fields=['rated_at'], name='conduct_objected')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('agency__isnull', True), ('expert__isnull', False), ('subject', 'expert')), models.Q(('agency__isnull', False), ('expert__isnull', True), ('subject', 'agency')), _connector='OR'), name='rating_of_one_subject'), models.UniqueConstraint(condition=models.Q(('subject', 'expert')), fields=('project', 'expert', 'slot'), name='expert_rated_once_a_rater'), models.UniqueConstraint(condition=models.Q(('subject', 'agency')), fields=('project', 'agency', 'slot'), name='agency_rated_once_a_rater')],
            },
        ),
        migrations.AddField(
            model_name='act',
            name='sheet',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acts', to='conduct.sheet'),
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('criticism', 'Public criticism'), ('talk', 'Talk'), ('suspension', 'Suspension'), ('red', 'Red list (good conduct)'), ('black', 'Black list (serious dishonesty)')], max_length=10, verbose_name='kind')),
                ('about', models.CharField(choices=[('expert', 'Expert'), ('agency', 'Tendering agency'), ('firm', 'Firm')], max_length=6, verbose_name='about')),
                ('uscc', models.CharField(blank=True, default='', max_length=18, verbose_name='unified social credit code')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('ground', models.TextField(verbose_name='ground')),
                ('source', models.CharField(max_length=300, verbose_name='legal source and number of the decision')),
                ('authority', models.CharField(max_length=200, verbose_name='decided by')),
                ('months', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='months')),
                ('appeal', models.TextField(verbose_name='how to object')),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('state', models.CharField(default='proposed', max_length=12)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('proposed_at', models.DateTimeField(verbose_name='proposed at')),
                ('hear_until', models.DateField(verbose_name='statement until')),
                ('statement', models.TextField(blank=True, default='', verbose_name='statement')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('object_until', models.DateField(blank=True, null=True, verbose_name='objections until')),
                ('objection', models.TextField(blank=True, default='', verbose_name='objection')),
                ('answer', models.TextField(blank=True, default='', verbose_name='answer')),
                ('repair', models.TextField(blank=True, default='', verbose_name='what was put right')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='ended on')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('expert', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='experts.expert')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('proposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('restriction', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='bidders.restriction')),
                ('standing', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='experts.standing')),
            ],
            options={
                'verbose_name': 'decision on conduct',
                'verbose_name_plural': 'decisions on conduct',
                'ordering': ('-proposed_at', '-pk'),
                'indexes': [models.Index(fields=['-proposed_at', '-id'], name='decision_latest'), models.Index(fields=['state', '-proposed_at', '-id'], name='decision_by_state'), models.Index(fields=['kind', '-decided_at', '-id'], name='decision_lists'), models.Index(fields=['uscc'], name='decision_of_firm')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('about', 'expert'), ('expert__isnull', False)), models.Q(('about__in', ('agency', 'firm')), ('expert__isnull', True), models.Q(('uscc', ''), _negated=True)), _connector='OR'), name='decision_on_one_subject'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'suspension'), _negated=True), ('months__isnull', False), _connector='OR'), name='a_suspension_has_its_months'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'in_force'), _negated=True), models.Q(('decided_at__isnull', False), ('starts_on__isnull', False)), _connector='OR'), name='what_is_in_force_was_decided'), models.UniqueConstraint(condition=models.Q(('about', 'expert'), ('year__isnull', False)), fields=('expert', 'year', 'kind'), name='one_proposal_an_expert_year'), models.UniqueConstraint(condition=models.Q(('about', 'agency'), ('year__isnull', False)), fields=('uscc', 'year', 'kind'), name='one_proposal_an_agency_year')],
            },
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(choices=[('expert', 'Expert'), ('agency', 'Tendering agency')], max_length=6)),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('ratings', models.PositiveIntegerField(default=0, verbose_name='ratings')),
                ('tenders', models.PositiveIntegerField(default=0, verbose_name='tenders')),
                ('points', models.PositiveIntegerField(default=0, verbose_name='points deducted')),
                ('score', models.PositiveSmallIntegerField(default=100, verbose_name='score')),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='conduct_scores', to='people.organisation')),
                ('expert', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='experts.expert')),
            ],
            options={
                'verbose_name': 'score of a year',
                'verbose_name_plural': 'scores of a year',
                'indexes': [models.Index(fields=['subject', 'year', 'score', 'id'], name='score_list')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('agency__isnull', True), ('expert__isnull', False), ('subject', 'expert')), models.Q(('agency__isnull', False), ('expert__isnull', True), ('subject', 'agency')), _connector='OR'), name='score_of_one_subject'), models.UniqueConstraint(condition=models.Q(('subject', 'expert')), fields=('expert', 'year'), name='one_score_an_expert'), models.UniqueConstraint(condition=models.Q(('subject', 'agency')), fields=('agency', 'year'), name='one_score_an_agency')],
            },
        ),
        migrations.AddConstraint(
            model_name='act',
            constraint=models.UniqueConstraint(fields=('sheet', 'code'), name='one_act_a_code'),
        ),
    ]
