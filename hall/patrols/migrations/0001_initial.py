import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.core.db.tables import NewTables


class Migration(NewTables):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('people', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Area',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('name_en', models.CharField(blank=True, default='', max_length=120, verbose_name='name in English')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='order')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='closed on')),
            ],
            options={
                'verbose_name': 'patrol area',
                'verbose_name_plural': 'patrol areas',
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Checklist',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True, verbose_name='version')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'In force'), ('retired', 'Replaced')], default='draft', max_length=10)),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                ('published_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'checklist',
                'verbose_name_plural': 'checklists',
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('state',), name='one_checklist_in_force'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('state',), name='one_checklist_draft')],
            },
        ),
        migrations.CreateModel(
            name='Chapter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=16)),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('name_en', models.CharField(blank=True, default='', max_length=60, verbose_name='name in English')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('checklist', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chapters', to='patrols.checklist')),
            ],
            options={
                'ordering': ['order'],
                'constraints': [models.UniqueConstraint(fields=('checklist', 'code'), name='one_chapter_a_code')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(choices=[('patrol', 'Patrol'), ('social', 'Social supervisor')], default='patrol', max_length=8, verbose_name='found by')),
                ('number', models.CharField(max_length=48, unique=True, verbose_name='number')),
                ('chapter', models.CharField(max_length=16)),
                ('text', models.TextField(verbose_name='what was found')),
                ('limit_days', models.PositiveSmallIntegerField(verbose_name='limit in working days')),
                ('found_at', models.DateTimeField()),
                ('found_on', models.DateField()),
                ('due_on', models.DateField(verbose_name='due on')),
                ('state', models.CharField(default='open', max_length=12)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('rectified_at', models.DateTimeField(blank=True, null=True)),
                ('rectified_on', models.DateField(blank=True, null=True)),
                ('report', models.TextField(blank=True, default='', verbose_name='what was done')),
                ('note', models.TextField(blank=True, default='', verbose_name='reason')),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('red_lit_on', models.DateField(blank=True, null=True)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='patrols.area')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='patrol_findings', to='people.department')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='patrol_findings', to=settings.AUTH_USER_MODEL)),
                ('repeats', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='repeated_by', to='patrols.finding')),
                ('reported_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings_reported', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'finding',
                'verbose_name_plural': 'findings',
                'indexes': [models.Index(fields=['-found_at', '-id'], name='finding_latest'), models.Index(fields=['department', '-found_at'], name='finding_department'), models.Index(fields=['found_on'], name='finding_found'), models.Index(fields=['rectified_on'], name='finding_rectified')],
            },
        ),
        migrations.CreateModel(
            name='FindingCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('patrol_findings', models.BigIntegerField(default=0)),
                ('patrol_rectified', models.BigIntegerField(default=0)),
                ('patrol_rectified_late', models.BigIntegerField(default=0)),
                ('social_findings', models.BigIntegerField(default=0)),
                ('social_rectified', models.BigIntegerField(default=0)),
                ('social_rectified_late', models.BigIntegerField(default=0)),
                ('department_id', models.BigIntegerField()),
                ('area_id', models.BigIntegerField()),
                ('chapter', models.CharField(max_length=16)),
            ],
            options={
                'indexes': [models.Index(fields=['department_id', 'day'], name='finding_cell_department')],
                'constraints': [models.UniqueConstraint(fields=('day', 'department_id', 'area_id', 'chapter'), name='one_finding_cell')],
            },
        ),
        migrations.CreateModel(
            name='FindingPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('before', 'Before'), ('after', 'After')], max_length=6)),
                ('at', models.DateTimeField()),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('finding', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='patrols.finding')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Point',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=200, verbose_name='point')),
                ('text_en', models.CharField(blank=True, default='', max_length=300, verbose_name='point in English')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('chapter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='points', to='patrols.chapter')),
            ],
            options={
                'ordering': ['chapter__order', 'order'],
            },
        ),
        migrations.AddField(
            model_name='finding',
            name='point',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='patrols.point'),
        ),
        migrations.CreateModel(
            name='Tour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('started_at', models.DateTimeField(verbose_name='begun')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                ('note', models.TextField(blank=True, default='', verbose_name='note')),
                ('checklist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tours', to='patrols.checklist')),
                ('inspector', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='patrol_tours', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'tour',
                'verbose_name_plural': 'tours',
                'indexes': [models.Index(fields=['-started_at', '-id'], name='tour_latest'), models.Index(fields=['day'], name='patrols_tou_day_fb2e2c_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('finished_at__isnull', True)), fields=('inspector',), name='one_running_tour')],
            },
        ),
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('result', models.CharField(choices=[('fine', 'In order'), ('finding', 'Finding'), ('not_here', 'Does not apply')], max_length=10)),
                ('at', models.DateTimeField()),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='patrols.area')),
                ('point', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='patrols.point')),
                ('tour', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='patrols.tour')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tour', 'area', 'point'), name='one_mark_a_point')],
            },
        ),
        migrations.AddField(
            model_name='finding',
            name='tour',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='patrols.tour'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(condition=models.Q(('state__in', ('open', 'sent_back'))), fields=['due_on'], name='finding_due'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.UniqueConstraint(fields=('tour', 'area', 'point'), name='one_finding_a_point'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('origin', 'patrol'), ('point__isnull', False), ('tour__isnull', False)), models.Q(('origin', 'social'), ('point__isnull', True), ('reported_by__isnull', False), ('tour__isnull', True)), _connector='OR'), name='finding_has_its_origin'),
        ),
    ]
