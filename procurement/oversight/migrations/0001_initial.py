import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.core.db.tables import NewTables


class Migration(NewTables):

    initial = True

    dependencies = [
        ('bids', '0001_initial'),
        ('core', '0001_initial'),
        ('people', '0001_initial'),
        ('people', '__first__'),
        ('tenders', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=48, unique=True, verbose_name='number')),
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('state', models.CharField(default='new', max_length=10)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('priority', models.PositiveIntegerField(default=0, verbose_name='priority')),
                ('has_finding', models.BooleanField(default=False)),
                ('opened_at', models.DateTimeField(verbose_name='opened at')),
                ('opened_on', models.DateField(verbose_name='opened on')),
                ('taken_at', models.DateTimeField(blank=True, null=True, verbose_name='taken up at')),
                ('result', models.CharField(blank=True, choices=[('unfounded', 'Unfounded'), ('settled', 'Settled: explained or put right'), ('referred', 'Referred to the authority'), ('established', 'Finding established')], default='', max_length=12, verbose_name='result')),
                ('opinion', models.TextField(blank=True, default='', verbose_name='opinion')),
                ('authority', models.CharField(blank=True, default='', max_length=200, verbose_name='referred to')),
                ('document_number', models.CharField(blank=True, default='', max_length=120, verbose_name='document number')),
                ('proposed_at', models.DateTimeField(blank=True, null=True, verbose_name='result proposed at')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='closed on')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('taken_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'lead',
                'verbose_name_plural': 'leads',
                'indexes': [models.Index(fields=['-priority', '-id'], name='lead_by_priority'), models.Index(fields=['state', '-priority', '-id'], name='lead_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), _negated=True), models.Q(('closed_on__isnull', False), ('confirmed_by__isnull', False), ('proposed_by__isnull', False), models.Q(('result', ''), _negated=True)), _connector='OR'), name='a_closed_lead_has_two_people'), models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('confirmed_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='who_proposed_does_not_confirm')],
            },
        ),
        migrations.CreateModel(
            name='Inquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('to_name', models.CharField(max_length=200, verbose_name='sent to')),
                ('question', models.TextField(verbose_name='question')),
                ('letter', models.CharField(max_length=120, verbose_name='number of the letter')),
                ('asked_at', models.DateTimeField(verbose_name='asked at')),
                ('due_on', models.DateField(verbose_name='to be answered by')),
                ('answer', models.TextField(blank=True, default='', verbose_name='answer')),
                ('answered_on', models.DateField(blank=True, null=True, verbose_name='answered on')),
                ('unanswered', models.BooleanField(default=False)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='inquiries', to='oversight.lead')),
            ],
            options={
                'verbose_name': 'inquiry',
                'verbose_name_plural': 'inquiries',
                'ordering': ('asked_at', 'pk'),
                'indexes': [models.Index(condition=models.Q(('answered_on__isnull', True)), fields=['due_on'], name='inquiry_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_on__isnull', True)), models.Q(('answered_on__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='an_answered_inquiry_has_its_day')],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('occasion', models.CharField(choices=[('inquire', 'Inquiry begun'), ('propose', 'Result proposed'), ('confirm', 'Result confirmed')], max_length=8)),
                ('taken_at', models.DateTimeField(verbose_name='kept at')),
                ('signs', models.PositiveSmallIntegerField(verbose_name='signs')),
                ('body', models.TextField()),
                ('sha256', models.CharField(max_length=64)),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='oversight.lead')),
            ],
            options={
                'verbose_name': 'kept evidence',
                'verbose_name_plural': 'kept evidence',
                'ordering': ('taken_at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='LeadFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.CharField(blank=True, default='', max_length=200, verbose_name='what it is')),
                ('added_at', models.DateTimeField()),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='oversight.lead')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='LotFigures',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(choices=[('construction', 'Construction'), ('government', 'Government procurement'), ('land', 'Land'), ('property', 'Property rights'), ('other', 'Other'), ('intermediary', 'Intermediary market')], max_length=16)),
                ('opened_on', models.DateField()),
                ('n', models.PositiveSmallIntegerField(verbose_name='valid bids')),
                ('cv', models.FloatField(null=True)),
                ('spd', models.FloatField(null=True)),
                ('diffp', models.FloatField(null=True)),
                ('rd', models.FloatField(null=True)),
                ('rdnor', models.FloatField(null=True)),
                ('rdalt', models.FloatField(null=True)),
                ('skew', models.FloatField(null=True)),
                ('kurt', models.FloatField(null=True)),
                ('lot', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='collusion_figures', to='tenders.lot')),
            ],
            options={
                'verbose_name': 'figures of a lot',
                'verbose_name_plural': 'figures of lots',
                'indexes': [models.Index(fields=['category', 'opened_on'], name='lot_figures_group')],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='note')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='oversight.lead')),
            ],
            options={
                'verbose_name': 'note of a lead',
                'verbose_name_plural': 'notes of leads',
                'ordering': ('at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read_at', models.DateTimeField(verbose_name='read at')),
                ('documents', models.PositiveSmallIntegerField(default=0, verbose_name='documents')),
                ('unread', models.PositiveSmallIntegerField(default=0, verbose_name='documents that cannot be read')),
                ('items', models.JSONField(default=dict)),
                ('bid', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='reading', to='bids.openedbid')),
            ],
            options={
                'verbose_name': 'reading of a bid',
                'verbose_name_plural': 'readings of bids',
            },
        ),
        migrations.CreateModel(
            name='Sign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('finding', 'Finding'), ('statistical', 'Statistical sign')], max_length=12, verbose_name='kind')),
                ('basis', models.CharField(choices=[('deemed', 'Deemed collusion by law'), ('barred', 'May not bid side by side by law'), ('circumstance', 'Circumstance: the law draws no conclusion from it'), ('figure', 'Figure: a lead for people, no verdict')], max_length=12, verbose_name='basis')),
                ('code', models.CharField(max_length=24, verbose_name='code')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('category', models.CharField(blank=True, choices=[('construction', 'Construction'), ('government', 'Government procurement'), ('land', 'Land'), ('property', 'Property rights'), ('other', 'Other'), ('intermediary', 'Intermediary market')], default='', max_length=16, verbose_name='category')),
                ('figures', models.JSONField(default=dict, verbose_name='figures')),
                ('formula', models.CharField(blank=True, default='', max_length=200, verbose_name='formula')),
                ('limit', models.FloatField(blank=True, null=True, verbose_name='threshold')),
                ('limit_rule', models.CharField(blank=True, default='', max_length=40)),
                ('limit_from', models.DateField(blank=True, null=True)),
                ('source', models.CharField(max_length=300, verbose_name='source')),
                ('opened_on', models.DateField(blank=True, null=True, verbose_name='bids opened on')),
                ('found_on', models.DateField(verbose_name='found on')),
                ('computed_on', models.DateField(verbose_name='computed on')),
                ('withdrawn_on', models.DateField(blank=True, null=True, verbose_name='withdrawn on')),
                ('firms', models.ManyToManyField(related_name='collusion_signs', to='people.organisation')),
                ('lead', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signs', to='oversight.lead')),
                ('lot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signs', to='tenders.lot')),
                ('project', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signs', to='tenders.project')),
            ],
            options={
                'verbose_name': 'sign of collusion',
                'verbose_name_plural': 'signs of collusion',
                'indexes': [models.Index(fields=['-found_on', '-id'], name='sign_latest'), models.Index(condition=models.Q(('withdrawn_on__isnull', True)), fields=['project'], name='sign_standing'), models.Index(fields=['code', '-found_on'], name='sign_code')],
            },
        ),
        migrations.CreateModel(
            name='Trace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('author', 'Author of the document'), ('machine', 'Machine code in the document'), ('person', 'Resident number in the document'), ('other', 'Another bidder named in the document')], max_length=8)),
                ('digest', models.CharField(max_length=80)),
                ('shown', models.CharField(max_length=200)),
                ('bid', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='traces', to='bids.openedbid')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='bids.openedfile')),
            ],
            options={
                'verbose_name': 'trace in a bid',
                'verbose_name_plural': 'traces in bids',
                'constraints': [models.UniqueConstraint(fields=('bid', 'kind', 'digest'), name='one_trace_a_bid')],
            },
        ),
        migrations.AddConstraint(
            model_name='sign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('basis__in', ('deemed', 'barred', 'circumstance')), ('kind', 'finding')), models.Q(('basis', 'figure'), ('kind', 'statistical')), _connector='OR'), name='findings_and_figures_never_mix'),
        ),
    ]
