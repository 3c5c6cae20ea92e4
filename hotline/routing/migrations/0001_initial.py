import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.core.db.tables import NewTables


class Migration(NewTables):

    initial = True

    dependencies = [
        ('hotline', '0001_initial'),
        ('people', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='JudgedCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('book_id', models.BigIntegerField()),
                ('channel', models.CharField(max_length=10)),
                ('suggestions', models.BigIntegerField(default=0)),
                ('suggestions_taken', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('day', 'book_id', 'channel'), name='one_judged_cell')],
            },
        ),
        migrations.CreateModel(
            name='RuleBook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True, verbose_name='version')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('live', 'In use'), ('retired', 'Replaced')], default='draft', max_length=8, verbose_name='state')),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('note', models.CharField(blank=True, default='', max_length=200, verbose_name='what changes')),
                ('made_at', models.DateTimeField(verbose_name='begun at')),
                ('trial', models.JSONField(blank=True, null=True)),
                ('tried_version', models.PositiveIntegerField(blank=True, null=True)),
                ('live_at', models.DateTimeField(blank=True, null=True, verbose_name='in use from')),
                ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='replaced at')),
                ('editors', models.ManyToManyField(related_name='rule_books_edited', to=settings.AUTH_USER_MODEL)),
                ('live_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rule_books_put_live', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rule_books_made', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'rules of dispatch',
                'verbose_name_plural': 'rules of dispatch',
                'constraints': [models.CheckConstraint(condition=models.Q(('state', 'draft'), ('live_at__isnull', False), _connector='OR'), name='book_was_put_live')],
            },
        ),
        migrations.CreateModel(
            name='Rule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='place')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('area', models.CharField(blank=True, default='', max_length=60, verbose_name='street or words of the place')),
                ('words', models.JSONField(blank=True, default=list, verbose_name='words')),
                ('without', models.JSONField(blank=True, default=list, verbose_name='words that must not stand there')),
                ('time_from', models.TimeField(blank=True, null=True, verbose_name='from')),
                ('time_to', models.TimeField(blank=True, null=True, verbose_name='to')),
                ('weekdays', models.CharField(blank=True, default='', max_length=7, verbose_name='weekdays')),
                ('grade', models.CharField(blank=True, default='', max_length=20, verbose_name='urgency')),
                ('kind', models.CharField(blank=True, default='', max_length=20, verbose_name='kind')),
                ('disabled_at', models.DateTimeField(blank=True, null=True, verbose_name='out of use since')),
                ('disabled_because', models.CharField(blank=True, default='', max_length=300, verbose_name='because')),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hotline.category', verbose_name='category')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department', verbose_name='department')),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='routing.rulebook')),
            ],
            options={
                'verbose_name': 'rule of dispatch',
                'verbose_name_plural': 'rules of dispatch',
                'ordering': ['position', 'pk'],
                'indexes': [models.Index(fields=['book', 'position'], name='rule_in_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('disabled_at__isnull', True), ('disabled_because', '')), models.Q(('disabled_at__isnull', False), models.Q(('disabled_because', ''), _negated=True)), _connector='OR'), name='rule_says_why_it_is_out')],
            },
        ),
        migrations.CreateModel(
            name='Judged',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_id', models.BigIntegerField(unique=True)),
                ('rule_name', models.CharField(max_length=80)),
                ('channel', models.CharField(max_length=10)),
                ('taken', models.BooleanField()),
                ('on', models.DateField()),
                ('chosen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('suggested', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='judged', to='hotline.ticket')),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='judged', to='routing.rulebook')),
            ],
            options={
                'verbose_name': 'suggestion of the rules',
                'verbose_name_plural': 'suggestions of the rules',
                'indexes': [models.Index(fields=['on'], name='judged_on'), models.Index(fields=['ticket'], name='judged_ticket')],
            },
        ),
        migrations.AddConstraint(
            model_name='rulebook',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'live'])), fields=('state',), name='one_draft_one_live_book'),
        ),
    ]
