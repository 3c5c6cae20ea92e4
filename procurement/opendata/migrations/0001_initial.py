import django.db.models.deletion
from django.db import migrations, models

from portal.core.db.tables import NewTables


class Migration(NewTables):

    initial = True

    dependencies = [
        ('tenders', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Process',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ocid', models.CharField(max_length=80, unique=True, verbose_name='open contracting identifier')),
                ('first_year', models.PositiveSmallIntegerField(verbose_name='year of the first release')),
                ('releases_written', models.PositiveIntegerField(default=0)),
                ('sections', models.TextField()),
                ('changed_at', models.DateTimeField(verbose_name='last release')),
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='process', to='tenders.project')),
            ],
            options={
                'verbose_name': 'contracting process',
                'verbose_name_plural': 'contracting processes',
                'indexes': [models.Index(fields=['-changed_at', '-id'], name='process_latest'), models.Index(fields=['first_year', 'id'], name='process_of_year')],
            },
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('release_id', models.CharField(max_length=100, unique=True, verbose_name='release')),
                ('sequence', models.PositiveIntegerField(verbose_name='number')),
                ('released_at', models.DateTimeField(verbose_name='released at')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('tags', models.CharField(max_length=200, verbose_name='tags')),
                ('body', models.TextField()),
                ('sha256', models.CharField(max_length=64)),
                ('process', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='opendata.process')),
            ],
            options={
                'verbose_name': 'release',
                'verbose_name_plural': 'releases',
                'indexes': [models.Index(fields=['-released_at', '-id'], name='release_latest'), models.Index(fields=['year', 'id'], name='release_of_year')],
                'constraints': [models.UniqueConstraint(fields=('process', 'sequence'), name='one_release_a_number')],
            },
        ),
    ]
