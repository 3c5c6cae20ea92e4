import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.core.db.tables import NewTables


class Migration(NewTables):

    initial = True

    dependencies = [
        ('patrols', '0001_initial'),
        ('people', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='SocialSupervisor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(choices=[('deputy', "Deputies to the People's Congress"), ('cppcc', 'Members of the CPPCC'), ('media', 'Media'), ('citizen', 'Citizens'), ('firm', 'Firms')], max_length=8, verbose_name='category')),
                ('employer', models.CharField(blank=True, default='', max_length=200, verbose_name='employer')),
                ('letter', models.CharField(max_length=60, unique=True, verbose_name='number of the appointment letter')),
                ('starts_on', models.DateField(verbose_name='appointed from')),
                ('ends_on', models.DateField(verbose_name='appointed until')),
                ('released_on', models.DateField(blank=True, null=True, verbose_name='released on')),
                ('release_note', models.CharField(blank=True, default='', max_length=300, verbose_name='reason of the release')),
                ('registered_at', models.DateTimeField(verbose_name='registered at')),
                ('avoids', models.ManyToManyField(blank=True, related_name='+', to='people.department', verbose_name='units to keep away from')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='social_supervisor', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'social supervisor',
                'verbose_name_plural': 'social supervisors',
                'ordering': ('pk',),
                'indexes': [models.Index(fields=['-registered_at', '-id'], name='social_latest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='social_term_has_an_end')],
            },
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(choices=[('deputy', "Deputies to the People's Congress"), ('cppcc', 'Members of the CPPCC'), ('media', 'Media'), ('citizen', 'Citizens'), ('firm', 'Firms')], max_length=8, verbose_name='category')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position in the order')),
                ('state', models.CharField(choices=[('invited', 'Invited'), ('accepted', 'Comes'), ('reported', 'Has reported'), ('declined', 'Declined'), ('put_out', 'Left')], default='invited', max_length=10)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('invited_at', models.DateTimeField(verbose_name='invited at')),
                ('answer_by', models.DateTimeField(verbose_name='to answer by')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered at')),
                ('why', models.CharField(blank=True, choices=[('refused', 'Declined the invitation'), ('no_answer', 'Did not answer in time'), ('avoids', 'Must keep away by now'), ('released', 'The visit was called off')], default='', max_length=10, verbose_name='why the seat fell free')),
                ('note', models.CharField(blank=True, default='', max_length=500, verbose_name='note')),
                ('report', models.TextField(blank=True, default='', verbose_name='report')),
                ('reported_at', models.DateTimeField(blank=True, null=True, verbose_name='reported at')),
                ('supervisor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='social.socialsupervisor')),
            ],
            options={
                'verbose_name': 'seat of a visit',
                'verbose_name_plural': 'seats of visits',
                'ordering': ('pk',),
                'indexes': [models.Index(condition=models.Q(('state', 'invited')), fields=['answer_by'], name='seat_unanswered'), models.Index(fields=['supervisor', '-invited_at'], name='seats_of_supervisor')],
            },
        ),
        migrations.CreateModel(
            name='UnitGrade',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grade', models.PositiveSmallIntegerField(choices=[(5, 'Very satisfied'), (4, 'Satisfied'), (3, 'Fairly satisfied'), (2, 'Dissatisfied'), (1, 'Very dissatisfied')], verbose_name='grade')),
                ('given_on', models.DateField()),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='social_grades', to='people.department')),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grades', to='social.seat')),
            ],
            options={
                'verbose_name': 'grade of a unit',
                'verbose_name_plural': 'grades of units',
                'indexes': [models.Index(fields=['department', 'given_on'], name='grades_of_unit')],
                'constraints': [models.UniqueConstraint(fields=('seat', 'department'), name='one_grade_a_unit'), models.CheckConstraint(condition=models.Q(('grade__range', (1, 5))), name='grade_from_1_to_5')],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=48, unique=True, verbose_name='number')),
                ('kind', models.CharField(choices=[('open', 'Announced visit'), ('undercover', 'Undercover visit')], max_length=10, verbose_name='kind of visit')),
                ('visit_on', models.DateField(verbose_name='day of the visit')),
                ('meeting_point', models.CharField(blank=True, default='', max_length=120, verbose_name='meeting point')),
                ('task', models.TextField(verbose_name='what to look at')),
                ('state', models.CharField(default='frozen', max_length=10)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('pool', models.JSONField(default=dict)),
                ('pool_digest', models.CharField(max_length=64, verbose_name='digest of the pool (SHA-256)')),
                ('places', models.JSONField(default=list)),
                ('orders', models.JSONField(default=dict)),
                ('gone', models.JSONField(default=list)),
                ('short_of', models.CharField(blank=True, default='', max_length=300)),
                ('frozen_at', models.DateTimeField(verbose_name='pool frozen at')),
                ('reveal_by', models.DateTimeField(blank=True, null=True, verbose_name='seeds to be revealed by')),
                ('drawn_at', models.DateTimeField(blank=True, null=True, verbose_name='drawn at')),
                ('failed_at', models.DateTimeField(blank=True, null=True, verbose_name='failed at')),
                ('note', models.TextField(blank=True, default='', verbose_name='reason')),
                ('summary', models.TextField(blank=True, default='', verbose_name='summary for the public')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published at')),
                ('areas', models.ManyToManyField(blank=True, related_name='+', to='patrols.area', verbose_name='areas to be visited')),
                ('departments', models.ManyToManyField(related_name='+', to='people.department', verbose_name='units to be visited')),
                ('frozen_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'visit of social supervisors',
                'verbose_name_plural': 'visits of social supervisors',
                'ordering': ('-pk',),
                'indexes': [models.Index(fields=['-frozen_at', '-id'], name='visit_latest'), models.Index(condition=models.Q(('state', 'sealed')), fields=['reveal_by'], name='visit_unrevealed'), models.Index(fields=['-published_at', '-id'], name='visit_published')],
            },
        ),
        migrations.AddField(
            model_name='seat',
            name='visit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='social.visit'),
        ),
        migrations.CreateModel(
            name='VisitCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32)),
                ('name', models.CharField(max_length=100)),
                ('salt', models.CharField(max_length=32)),
                ('supervisor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='social.socialsupervisor')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='social.visit')),
            ],
            options={
                'verbose_name': "code of a visit's draw",
                'verbose_name_plural': "codes of visits' draws",
                'constraints': [models.UniqueConstraint(fields=('visit', 'code'), name='one_supervisor_a_code'), models.UniqueConstraint(fields=('visit', 'supervisor'), name='one_code_a_supervisor')],
            },
        ),
        migrations.CreateModel(
            name='VisitFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('finding', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='on_visit', to='patrols.finding')),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='social.seat')),
            ],
            options={
                'verbose_name': 'finding of a visit',
                'verbose_name_plural': 'findings of visits',
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='VisitSeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.CharField(choices=[('centre', 'Service centre'), ('supervisor', 'Supervisor')], max_length=10, verbose_name='party')),
                ('commitment', models.CharField(max_length=64, verbose_name='commitment')),
                ('committed_at', models.DateTimeField()),
                ('seed', models.CharField(blank=True, default='', max_length=64, verbose_name='seed')),
                ('revealed_at', models.DateTimeField(blank=True, null=True)),
                ('committed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seeds', to='social.visit')),
            ],
            options={
                'verbose_name': "seed of a visit's draw",
                'verbose_name_plural': "seeds of visits' draws",
                'ordering': ('party',),
                'constraints': [models.UniqueConstraint(fields=('visit', 'party'), name='one_visit_seed_a_party')],
            },
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('invited', 'accepted', 'reported'))), fields=('visit', 'supervisor'), name='one_visit_seat_a_person'),
        ),
    ]
