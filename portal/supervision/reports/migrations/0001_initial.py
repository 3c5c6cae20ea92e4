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
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('first', models.DateField(verbose_name='from')),
                ('last', models.DateField(verbose_name='to')),
                ('comparison', models.CharField(choices=[('last_year', 'Same period last year'), ('previous', 'Period before'), ('none', 'No comparison')], max_length=10, verbose_name='compared with')),
                ('language', models.CharField(max_length=8, verbose_name='language')),
                ('data', models.JSONField()),
                ('read_at', models.DateTimeField(verbose_name='figures as of')),
                ('state', models.CharField(default='draft', max_length=12)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('made_at', models.DateTimeField(verbose_name='drawn up at')),
                ('signed_at', models.DateTimeField(blank=True, null=True, verbose_name='signed at')),
                ('note', models.TextField(blank=True, default='', verbose_name='note')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department', verbose_name='department')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'period report',
                'verbose_name_plural': 'period reports',
                'indexes': [models.Index(fields=['-made_at', '-id'], name='report_latest'), models.Index(fields=['department', '-made_at', '-id'], name='report_of_department')],
                'constraints': [models.CheckConstraint(condition=models.Q(('first__lte', models.F('last'))), name='a_report_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', False), ('signed_by__isnull', False), ('state', 'signed')), models.Q(models.Q(('state', 'signed'), _negated=True), ('signed_at__isnull', True), ('signed_by__isnull', True)), _connector='OR'), name='a_signed_report_has_its_signer')],
            },
        ),
        migrations.CreateModel(
            name='ReportText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('paragraphs', models.JSONField()),
                ('at', models.DateTimeField()),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='reports.report')),
            ],
            options={
                'ordering': ('-number',),
                'constraints': [models.UniqueConstraint(fields=('report', 'number'), name='one_text_a_number')],
            },
        ),
        migrations.CreateModel(
            name='ReportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read_at', models.DateTimeField()),
                ('signed', models.BooleanField(default=False)),
                ('asked_at', models.DateTimeField()),
                ('file', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='reports.report')),
                ('text', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='reports.reporttext')),
            ],
            options={
                'ordering': ('-pk',),
                'constraints': [models.UniqueConstraint(fields=('text', 'read_at', 'signed'), name='one_file_a_text_and_reading')],
            },
        ),
    ]
