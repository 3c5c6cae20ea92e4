import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.core.db.tables import NewTables


class Migration(NewTables):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('code', models.SlugField(max_length=40)),
                ('block', models.CharField(max_length=40)),
                ('figure', models.CharField(max_length=60)),
                ('sample', models.CharField(blank=True, default='', max_length=60)),
                ('unit', models.CharField(choices=[('share', 'percent'), ('days', 'working days'), ('minutes', 'minutes'), ('count', 'in number')], default='share', max_length=8)),
                ('title', models.CharField(max_length=60)),
                ('title_en', models.CharField(blank=True, default='', max_length=80)),
                ('about', models.CharField(blank=True, default='', max_length=300)),
                ('about_en', models.CharField(blank=True, default='', max_length=400)),
                ('formula', models.CharField(blank=True, default='', max_length=200)),
                ('formula_en', models.CharField(blank=True, default='', max_length=300)),
                ('source', models.CharField(blank=True, default='', max_length=300)),
                ('source_en', models.CharField(blank=True, default='', max_length=400)),
                ('unverified', models.BooleanField(default=True)),
                ('weight', models.PositiveSmallIntegerField()),
                ('higher_is_better', models.BooleanField(default=True)),
                ('target', models.DecimalField(decimal_places=2, max_digits=12)),
                ('floor', models.DecimalField(decimal_places=2, max_digits=12)),
                ('minimum', models.PositiveIntegerField(default=0)),
            ],
            options={
                'ordering': ('scheme', 'position'),
                'constraints': [models.CheckConstraint(condition=models.Q(('weight__range', (1, 100))), name='an_indicator_weighs_something'), models.CheckConstraint(condition=models.Q(models.Q(('higher_is_better', True), ('target__gt', models.F('floor'))), models.Q(('higher_is_better', False), ('target__lt', models.F('floor'))), _connector='OR'), name='target_and_floor_fit_the_direction')],
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week', models.DateField()),
                ('number', models.PositiveIntegerField()),
                ('is_current', models.BooleanField(default=True)),
                ('computed_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, default='', max_length=500)),
                ('changes', models.JSONField(default=list)),
                ('state', models.CharField(default='computed', max_length=12)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.CharField(blank=True, default='', max_length=500)),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'weekly ranking',
                'verbose_name_plural': 'weekly rankings',
                'indexes': [models.Index(fields=['-week', '-number'], name='edition_latest')],
                'constraints': [models.UniqueConstraint(fields=('week', 'number'), name='one_edition_a_number'), models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('week',), name='one_current_edition_a_week'), models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('week',), name='one_published_edition_a_week')],
            },
        ),
        migrations.CreateModel(
            name='Row',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('span', models.CharField(choices=[('week', 'Week'), ('year', 'Year to date')], max_length=4)),
                ('points', models.PositiveIntegerField(null=True)),
                ('rank', models.PositiveIntegerField(null=True)),
                ('measured', models.PositiveSmallIntegerField()),
                ('previous_points', models.PositiveIntegerField(null=True)),
                ('previous_rank', models.PositiveIntegerField(null=True)),
                ('parts', models.JSONField()),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='scores.edition')),
            ],
            options={
                'indexes': [models.Index(fields=['department', 'span', 'edition'], name='row_history')],
                'constraints': [models.UniqueConstraint(fields=('edition', 'span', 'department'), name='one_row_a_department'), models.CheckConstraint(condition=models.Q(('rank__isnull', True), ('points__isnull', False), _connector='OR'), name='who_is_ranked_has_points'), models.CheckConstraint(condition=models.Q(('points__isnull', True), ('points__lte', 10000), _connector='OR'), name='at_most_full_points')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.JSONField()),
                ('asked', models.TextField(verbose_name='what is asked for')),
                ('asked_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('state', models.CharField(default='asked', max_length=12)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('answer', models.TextField(blank=True, default='', verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.TextField(blank=True, default='')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scores.indicator')),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='scores.row')),
            ],
            options={
                'verbose_name': 'suggestion for improvement',
                'verbose_name_plural': 'suggestions for improvement',
                'indexes': [models.Index(fields=['-asked_at', '-id'], name='proposal_latest'), models.Index(fields=['department', '-asked_at', '-id'], name='proposal_of_department')],
            },
        ),
        migrations.CreateModel(
            name='Scheme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True)),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('least_weight', models.PositiveSmallIntegerField(default=50)),
                ('reason', models.CharField(blank=True, default='', max_length=500)),
                ('state', models.CharField(default='draft', max_length=12)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('unverified', models.BooleanField(default=False)),
                ('drafted_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.CharField(blank=True, default='', max_length=500)),
                ('drafted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'version of the indicators',
                'verbose_name_plural': 'versions of the indicators',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='a_published_scheme_has_its_moment'), models.CheckConstraint(condition=models.Q(('least_weight__range', (1, 100))), name='a_scheme_measures_at_most_all'), models.CheckConstraint(condition=models.Q(('published_by__isnull', True), models.Q(('published_by', models.F('drafted_by')), _negated=True), _connector='OR'), name='a_scheme_is_published_by_another')],
            },
        ),
        migrations.AddField(
            model_name='indicator',
            name='scheme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicators', to='scores.scheme'),
        ),
        migrations.AddField(
            model_name='edition',
            name='scheme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='scores.scheme'),
        ),
        migrations.CreateModel(
            name='Measure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('text', models.CharField(max_length=300)),
                ('due_on', models.DateField()),
                ('done_on', models.DateField(blank=True, null=True)),
                ('note', models.CharField(blank=True, default='', max_length=500)),
                ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='measures', to='scores.proposal')),
            ],
            options={
                'ordering': ('proposal', 'position'),
                'constraints': [models.UniqueConstraint(fields=('proposal', 'position'), name='one_measure_a_position')],
            },
        ),
        migrations.AddIndex(
            model_name='proposal',
            index=models.Index(condition=models.Q(('state__in', ['asked', 'returned'])), fields=['due_on'], name='proposal_waiting'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['asked', 'returned', 'answered', 'running'])), fields=('department', 'indicator'), name='one_open_suggestion_an_indicator'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.UniqueConstraint(fields=('scheme', 'code'), name='one_indicator_a_code'),
        ),
    ]
