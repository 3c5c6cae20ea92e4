import django.db.models.deletion
import portal.core.fields
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.core.db.tables import NewTables


class Migration(NewTables):

    initial = True

    dependencies = [
        ('bidders', '0001_initial'),
        ('core', '0001_initial'),
        ('people', '__first__'),
        ('tenders', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CentreKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public', models.CharField(max_length=64, unique=True, verbose_name='public key')),
                ('secret', portal.core.fields.EncryptedTextField()),
                ('made_at', models.DateTimeField()),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
            ],
            options={
                'verbose_name': 'key of the receipts',
                'verbose_name_plural': 'keys of the receipts',
            },
        ),
        migrations.CreateModel(
            name='PortalWatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('looked_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Book',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public', models.CharField(max_length=64, verbose_name='public key of the lot')),
                ('boxes', models.JSONField(default=dict)),
                ('made_at', models.DateTimeField()),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('last_digest', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('root', models.CharField(blank=True, default='', max_length=64, verbose_name='Merkle root')),
                ('outcome', models.CharField(blank=True, choices=[('opened', 'Opened'), ('short', 'Not opened: too few bidders')], default='', max_length=8)),
                ('lot', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='bid_book', to='tenders.lot')),
            ],
            options={
                'verbose_name': 'book of bids',
                'verbose_name_plural': 'books of bids',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('root', '')), models.Q(('closed_at__isnull', False), models.Q(('root', ''), _negated=True)), _connector='OR'), name='a_closed_book_has_its_root')],
            },
        ),
        migrations.CreateModel(
            name='Consortium',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('forming', 'Waiting for its members'), ('formed', 'Formed'), ('dissolved', 'Dissolved')], default='forming', max_length=9)),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='version')),
                ('made_at', models.DateTimeField()),
                ('formed_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.CharField(blank=True, default='', max_length=300)),
                ('agreement', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='led_consortia', to='bidders.bidder')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consortia', to='tenders.project')),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='bids.consortium')),
            ],
            options={
                'verbose_name': 'consortium',
                'verbose_name_plural': 'consortia',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'formed'), _negated=True), models.Q(('agreement__isnull', False), ('formed_at__isnull', False)), _connector='OR'), name='a_formed_consortium_has_its_agreement')],
            },
        ),
        migrations.CreateModel(
            name='ConsortiumMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_lead', models.BooleanField(default=False)),
                ('work', models.CharField(max_length=300, verbose_name='part of the work')),
                ('speciality', models.CharField(max_length=100, verbose_name='speciality')),
                ('grade', models.CharField(choices=[('special', 'Special grade'), ('first', 'First grade'), ('second', 'Second grade'), ('third', 'Third grade'), ('none', 'No grades')], max_length=8, verbose_name='grade of the qualification')),
                ('agreed_at', models.DateTimeField(blank=True, null=True)),
                ('bound', models.BooleanField(default=False)),
                ('agreed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('bidder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='bidders.bidder')),
                ('consortium', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='bids.consortium')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenders.project')),
            ],
            options={
                'verbose_name': 'member of a consortium',
                'verbose_name_plural': 'members of consortia',
                'ordering': ('-is_lead', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('consortium', 'bidder'), name='one_place_in_a_consortium'), models.UniqueConstraint(condition=models.Q(('bound', True)), fields=('project', 'bidder'), name='one_consortium_a_firm_and_tender')],
            },
        ),
        migrations.CreateModel(
            name='OfficerKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public', models.CharField(max_length=64, verbose_name='public key')),
                ('challenge', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField(verbose_name='made at')),
                ('proved_at', models.DateTimeField(blank=True, null=True, verbose_name='possession shown at')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='no longer used since')),
                ('ended_note', models.CharField(blank=True, default='', max_length=300, verbose_name='why')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opening_keys', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'opening key',
                'verbose_name_plural': 'opening keys',
                'ordering': ('-made_at', '-pk'),
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('user',), name='one_opening_key_a_person'), models.UniqueConstraint(fields=('public',), name='an_opening_key_is_made_once')],
            },
        ),
        migrations.CreateModel(
            name='OpenedBid',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('finding', models.CharField(blank=True, default='', max_length=32)),
                ('price_fen', models.BigIntegerField(blank=True, null=True, verbose_name='price')),
                ('fields', models.JSONField(default=dict)),
                ('opened_at', models.DateTimeField(verbose_name='opened at')),
                ('documents_sha256', models.CharField(blank=True, default='', max_length=64)),
                ('facts', models.JSONField(default=dict)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='record confirmed at')),
                ('confirmed_by', models.CharField(blank=True, default='', max_length=100)),
                ('bidder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opened_bids', to='bidders.bidder')),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opened_bids', to='tenders.lot')),
            ],
            options={
                'verbose_name': 'opened bid',
                'verbose_name_plural': 'opened bids',
                'constraints': [models.UniqueConstraint(fields=('lot', 'bidder'), name='one_opened_bid_a_bidder')],
            },
        ),
        migrations.CreateModel(
            name='OpenedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField()),
                ('bid', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='bids.openedbid')),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
            ],
            options={
                'ordering': ('place',),
            },
        ),
        migrations.CreateModel(
            name='Opening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(default='named', max_length=10)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('due_at', models.DateTimeField(verbose_name='opening')),
                ('named_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('decrypt_from', models.DateTimeField(blank=True, null=True, verbose_name='decryption from')),
                ('decrypt_until', models.DateTimeField(blank=True, null=True, verbose_name='decryption until')),
                ('watched_at', models.DateTimeField(blank=True, null=True)),
                ('outage_seconds', models.PositiveIntegerField(default=0)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('objections_until', models.DateTimeField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(blank=True, null=True)),
                ('opened_by', models.CharField(blank=True, default='', max_length=200)),
                ('lacking', models.CharField(blank=True, default='', max_length=300)),
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='opening', to='tenders.project')),
            ],
            options={
                'verbose_name': 'opening',
                'verbose_name_plural': 'openings',
                'indexes': [models.Index(fields=['-due_at', '-id'], name='opening_latest'), models.Index(condition=models.Q(('state', 'opened')), fields=['objections_until'], name='opening_to_record'), models.Index(condition=models.Q(('state', 'decrypting')), fields=['decrypt_until'], name='opening_to_decrypt')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'decrypting'), _negated=True), models.Q(('decrypt_from__isnull', False), ('decrypt_until__isnull', False)), _connector='OR'), name='a_decryption_has_its_window')],
            },
        ),
        migrations.CreateModel(
            name='Opener',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('present_at', models.DateTimeField(blank=True, null=True, verbose_name='part entered at')),
                ('key', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='openers', to='bids.officerkey')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opening', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='openers', to='bids.opening')),
            ],
            options={
                'verbose_name': 'opening officer',
                'verbose_name_plural': 'opening officers',
                'ordering': ('user_id',),
                'constraints': [models.UniqueConstraint(fields=('opening', 'user'), name='one_place_an_opening_officer')],
            },
        ),
        migrations.CreateModel(
            name='OpeningObjection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='objection')),
                ('raised_at', models.DateTimeField()),
                ('answer', models.TextField(blank=True, default='', verbose_name='answer')),
                ('answered_by', models.CharField(blank=True, default='', max_length=100)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('bidder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bidders.bidder')),
                ('opening', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='objections', to='bids.opening')),
                ('raised_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'objection to the opening',
                'verbose_name_plural': 'objections to the opening',
                'ordering': ('raised_at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='OpeningPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('box', models.CharField(max_length=200)),
                ('given_at', models.DateTimeField()),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='bids.book')),
                ('inner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='bids.opener')),
                ('outer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='bids.opener')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('book', 'outer', 'inner'), name='one_part_a_pair')],
            },
        ),
        migrations.CreateModel(
            name='Outage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('watch', 'The watch itself was out: worker, scheduler, database or machine'), ('web', 'The pages did not answer the watch'), ('request', "A bidder's request failed within the portal")], max_length=7)),
                ('from_at', models.DateTimeField(verbose_name='from')),
                ('until_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('detail', models.CharField(blank=True, choices=[('slow', 'no answer in time'), ('silent', 'no connection'), ('error', 'an error in the place of the page'), ('strange', "another page than the portal's"), ('database', 'no database behind the pages'), ('program', 'a fault of the program')], default='', max_length=8)),
                ('mark', models.CharField(max_length=32, unique=True)),
                ('project', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenders.project')),
            ],
            options={
                'verbose_name': 'outage of the portal',
                'verbose_name_plural': 'outages of the portal',
                'ordering': ('-from_at', '-pk'),
                'indexes': [models.Index(fields=['-from_at'], name='outage_latest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'web'), ('until_at__isnull', True)), fields=('kind',), name='one_web_outage_goes_on')],
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('act', models.CharField(choices=[('submitted', 'Submitted'), ('withdrawn', 'Withdrawn')], max_length=9)),
                ('current', models.BooleanField(default=False)),
                ('sha256', models.CharField(blank=True, default='', max_length=64)),
                ('size', models.BigIntegerField(default=0, verbose_name='size in bytes')),
                ('commitment', models.CharField(blank=True, default='', max_length=64)),
                ('own_key', models.CharField(blank=True, default='', max_length=64)),
                ('received_at', models.DateTimeField(verbose_name='received at')),
                ('sequence', models.PositiveIntegerField(verbose_name='number in the book')),
                ('previous', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64, verbose_name='digest of the receipt')),
                ('signature', models.CharField(max_length=128, verbose_name='signature')),
                ('sender', portal.core.fields.EncryptedTextField(blank=True, default='')),
                ('sender_blind', portal.core.fields.BlindIndexField(blank=True, db_index=True, kind='network_address', source='sender')),
                ('device', models.CharField(blank=True, default='', max_length=64)),
                ('certificate_signature', models.TextField(blank=True, default='')),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('bidder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='bidders.bidder')),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='bids.book')),
                ('certificate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bidders.certificate')),
                ('consortium', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='bids.consortium')),
                ('file', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bids.centrekey')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'submission',
                'verbose_name_plural': 'submissions',
                'indexes': [models.Index(fields=['bidder', '-received_at', '-id'], name='submission_of_firm')],
                'constraints': [models.UniqueConstraint(fields=('book', 'sequence'), name='one_receipt_a_number'), models.UniqueConstraint(fields=('book', 'bidder', 'version'), name='one_version_a_bid'), models.UniqueConstraint(condition=models.Q(('current', True)), fields=('book', 'bidder'), name='one_current_bid_a_bidder'), models.CheckConstraint(condition=models.Q(models.Q(('act', 'withdrawn'), ('current', False)), models.Q(('act', 'submitted'), ('size__gt', 0)), _connector='OR'), name='a_withdrawn_bid_is_no_bid')],
            },
        ),
        migrations.CreateModel(
            name='OwnLayer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('box', models.CharField(max_length=120)),
                ('uncovered_at', models.DateTimeField()),
                ('given_at', models.DateTimeField(blank=True, null=True, verbose_name='decrypted by the bidder at')),
                ('key', portal.core.fields.EncryptedTextField(blank=True, default='')),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('given_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='own_layer', to='bids.submission')),
            ],
            options={
                'verbose_name': 'bid to be decrypted by its bidder',
                'verbose_name_plural': 'bids to be decrypted by their bidders',
                'ordering': ('submission__sequence',),
            },
        ),
        migrations.AddField(
            model_name='openedbid',
            name='submission',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='opened', to='bids.submission'),
        ),
        migrations.CreateModel(
            name='WindowDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='minutes')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('until_before', models.DateTimeField()),
                ('until_after', models.DateTimeField()),
                ('decided_at', models.DateTimeField()),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opening', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='window_decisions', to='bids.opening')),
            ],
            options={
                'verbose_name': 'decision on a decryption window',
                'verbose_name_plural': 'decisions on decryption windows',
                'ordering': ('decided_at', 'pk'),
            },
        ),
        migrations.AddIndex(
            model_name='opening',
            index=models.Index(condition=models.Q(('state__in', ('named', 'receiving'))), fields=['id'], name='opening_alive'),
        ),
    ]
