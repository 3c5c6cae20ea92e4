import django.db.models.deletion
import portal.core.fields
import uuid
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
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('tender', 'Tender documents'), ('drawing', 'Drawings and lists'), ('change', 'Change of the documents')], max_length=8, verbose_name='kind')),
                ('added_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('downloads', models.PositiveIntegerField(default=0)),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=48, unique=True, verbose_name='number')),
                ('category', models.CharField(choices=[('construction', 'Construction'), ('government', 'Government procurement'), ('land', 'Land'), ('property', 'Property rights'), ('other', 'Other'), ('intermediary', 'Intermediary market')], max_length=16, verbose_name='category')),
                ('method', models.CharField(choices=[('open', 'Open tender'), ('invited', 'Invited tender'), ('negotiation', 'Competitive negotiation'), ('consultation', 'Competitive consultation'), ('inquiry', 'Inquiry'), ('single', 'Single source'), ('listing', 'Listing'), ('auction', 'Auction')], max_length=16, verbose_name='method')),
                ('below_threshold', models.BooleanField(default=False, verbose_name='below the threshold')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('summary', models.TextField(verbose_name='what is wanted')),
                ('qualification', models.TextField(blank=True, default='', verbose_name='who may take part')),
                ('contact', models.CharField(max_length=200, verbose_name='contact for questions')),
                ('budget_fen', models.BigIntegerField(default=0, verbose_name='budget')),
                ('waived_fen', models.BigIntegerField(default=0, verbose_name='service fee waived')),
                ('sign_in_for_documents', models.BooleanField(default=True, verbose_name='documents for registered bidders only')),
                ('joint_allowed', models.BooleanField(default=False, verbose_name='joint bids accepted')),
                ('own_layer', models.BooleanField(default=False, verbose_name='bidders decrypt at the opening')),
                ('signature_required', models.BooleanField(default=False, verbose_name='bids are signed with a certificate')),
                ('state', models.CharField(default='registered', max_length=12)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('registered_at', models.DateTimeField(verbose_name='registered at')),
                ('announced_at', models.DateTimeField(blank=True, null=True, verbose_name='announced at')),
                ('announced_on', models.DateField(blank=True, null=True)),
                ('documents_from_on', models.DateField(blank=True, null=True, verbose_name='documents from')),
                ('documents_until_on', models.DateField(blank=True, null=True, verbose_name='documents until')),
                ('deadline_at', models.DateTimeField(blank=True, null=True, verbose_name='bid deadline and opening')),
                ('taken_again_at', models.DateTimeField(blank=True, null=True, verbose_name='bids taken again since')),
                ('place', models.CharField(blank=True, default='', max_length=120, verbose_name='place of the opening')),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('note', models.TextField(blank=True, default='', verbose_name='reason')),
                ('search', models.TextField(blank=True, default='', editable=False)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tenders_as_agency', to='people.organisation', verbose_name='tendering agency')),
                ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tenders', to='people.organisation', verbose_name='buyer or seller')),
                ('registered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('repeats', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repeated_as', to='tenders.project')),
            ],
            options={
                'verbose_name': 'tender',
                'verbose_name_plural': 'tenders',
                'indexes': [models.Index(fields=['-registered_at', '-id'], name='tender_latest'), models.Index(fields=['state', '-registered_at'], name='tender_state'), models.Index(condition=models.Q(('announced_at__isnull', False)), fields=['-announced_at', '-id'], name='tender_public'), models.Index(condition=models.Q(('announced_at__isnull', False)), fields=['category', '-announced_at'], name='tender_category'), models.Index(condition=models.Q(('state', 'announced')), fields=['documents_from_on'], name='tender_documents'), models.Index(condition=models.Q(('announced_on__isnull', False)), fields=['announced_on'], name='tender_announced_on')],
                'constraints': [models.CheckConstraint(condition=models.Q(('announced_at__isnull', True), models.Q(('deadline_at__isnull', False), ('documents_from_on__isnull', False), ('documents_until_on__isnull', False)), _connector='OR'), name='an_announced_tender_has_its_days'), models.CheckConstraint(condition=models.Q(('documents_until_on__isnull', True), ('documents_until_on__gte', models.F('documents_from_on')), _connector='OR'), name='tender_documents_end_after_start'), models.CheckConstraint(condition=models.Q(('budget_fen__gte', 0), ('waived_fen__gte', 0)), name='tender_amounts_are_positive')],
            },
        ),
        migrations.CreateModel(
            name='Opinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('passed', 'Passed'), ('returned', 'To be corrected')], max_length=8)),
                ('text', models.TextField()),
                ('by_name', models.CharField(max_length=100)),
                ('at', models.DateTimeField()),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='opinions', to='tenders.project')),
            ],
            options={
                'ordering': ('-at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('tender', 'Tender notice'), ('change', 'Change and clarification'), ('failed', 'Failed'), ('terminated', 'Terminated'), ('candidates', 'Candidates'), ('result', 'Result'), ('contract', 'Contract'), ('remedy', 'Decision on a remedy')], max_length=10, verbose_name='kind')),
                ('text', models.TextField(verbose_name='text')),
                ('published_at', models.DateTimeField(verbose_name='published at')),
                ('deadline_before', models.DateTimeField(blank=True, null=True)),
                ('deadline_after', models.DateTimeField(blank=True, null=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='tenders.project')),
            ],
            options={
                'ordering': ('-published_at', '-pk'),
                'indexes': [models.Index(fields=['project', '-published_at'], name='notice_of_tender')],
            },
        ),
        migrations.CreateModel(
            name='Lot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('budget_fen', models.BigIntegerField(verbose_name='budget')),
                ('control_price_fen', models.BigIntegerField(blank=True, null=True, verbose_name='control price')),
                ('bond_fen', models.BigIntegerField(default=0, verbose_name='bid bond')),
                ('repeats', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repeated_as', to='tenders.lot')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lots', to='tenders.project')),
            ],
            options={
                'verbose_name': 'lot',
                'verbose_name_plural': 'lots',
                'ordering': ('number',),
                'constraints': [models.UniqueConstraint(fields=('project', 'number'), name='one_lot_a_number'), models.CheckConstraint(condition=models.Q(('bond_fen__gte', 0), ('budget_fen__gt', 0)), name='lot_amounts_are_positive'), models.CheckConstraint(condition=models.Q(('control_price_fen__isnull', True), ('control_price_fen__lte', models.F('budget_fen')), _connector='OR'), name='control_price_within_budget')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('invited_at', models.DateTimeField()),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation', verbose_name='invited firm')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='tenders.project')),
            ],
            options={
                'verbose_name': 'invitation to bid',
                'verbose_name_plural': 'invitations to bid',
                'ordering': ('invited_at', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('project', 'organisation'), name='one_invitation_a_firm')],
            },
        ),
        migrations.CreateModel(
            name='Download',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('sender', portal.core.fields.EncryptedTextField(blank=True, default='')),
                ('sender_blind', portal.core.fields.BlindIndexField(blank=True, db_index=True, kind='network_address', source='sender')),
                ('device', models.CharField(blank=True, default='', max_length=64)),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taken', to='tenders.document')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='downloads', to='tenders.project')),
            ],
            options={
                'indexes': [models.Index(fields=['project', 'organisation'], name='download_of_firm'), models.Index(fields=['project', '-at', '-id'], name='download_latest')],
            },
        ),
        migrations.AddField(
            model_name='document',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='tenders.project'),
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='question')),
                ('asked_at', models.DateTimeField()),
                ('answer', models.TextField(blank=True, default='', verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('changes_documents', models.BooleanField(default=False)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='tenders.project')),
            ],
            options={
                'ordering': ('asked_at', 'pk'),
                'indexes': [models.Index(condition=models.Q(('answered_at__isnull', True)), fields=['project'], name='question_waiting')],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(choices=[('construction', 'Construction'), ('government', 'Government procurement'), ('land', 'Land'), ('property', 'Property rights'), ('other', 'Other'), ('intermediary', 'Intermediary market')], max_length=16, verbose_name='category')),
                ('by_email', models.BooleanField(default=False, verbose_name='also by e-mail')),
                ('since', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tender_subscriptions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['category', 'user'], name='subscription_category')],
                'constraints': [models.UniqueConstraint(fields=('user', 'category'), name='one_subscription_a_category')],
            },
        ),
        migrations.CreateModel(
            name='TenderCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('tenders_announced', models.BigIntegerField(default=0)),
                ('tenders_waived_fen', models.BigIntegerField(default=0)),
                ('tenders_failed', models.BigIntegerField(default=0)),
                ('category', models.CharField(max_length=16)),
                ('below_threshold', models.BooleanField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('day', 'category', 'below_threshold'), name='one_tender_cell')],
            },
        ),
        migrations.CreateModel(
            name='FailedLot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(choices=[('short', 'Fewer bidders than the law asks for at the opening'), ('too_few', 'Fewer bidders qualify than the law asks for'), ('all_rejected', 'All bids were rejected'), ('no_competition', 'Competition is clearly lacking'), ('no_bids', 'No bid was opened in good order'), ('nobody_left', 'Nobody is left to whom it could be awarded'), ('declared', 'The tender was declared as failed')], max_length=14, verbose_name='why it failed')),
                ('bidders', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='bidders left')),
                ('attempt', models.PositiveSmallIntegerField(default=1, verbose_name='failed so often')),
                ('failed_on', models.DateField(verbose_name='failed on')),
                ('state', models.CharField(default='awaiting', max_length=8)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('way', models.CharField(blank=True, choices=[('tender', 'Tendered again'), ('direct', 'Not tendered any more'), ('negotiation', 'Competitive negotiation'), ('single', 'Single source'), ('dropped', 'Not bought any more')], default='', max_length=16, verbose_name='what is done')),
                ('reasons', models.TextField(blank=True, default='', verbose_name='reasons')),
                ('authority', models.CharField(blank=True, default='', max_length=120, verbose_name='approving authority')),
                ('approval', models.CharField(blank=True, default='', max_length=120, verbose_name='number of the approval')),
                ('opinion', models.TextField(blank=True, default='', verbose_name='ground of the decision')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                ('due_on', models.DateField(verbose_name='to be decided by')),
                ('red_lit_on', models.DateField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lot', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='failed', to='tenders.lot')),
            ],
            options={
                'verbose_name': 'failed lot',
                'verbose_name_plural': 'failed lots',
                'indexes': [models.Index(fields=['due_on', 'id'], name='failed_lot_due'), models.Index(fields=['state', 'due_on', 'id'], name='failed_lot_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('asked', 'approved', 'repeated', 'direct', 'dropped')), _negated=True), models.Q(('way', ''), _negated=True), _connector='OR'), name='a_decision_names_its_way')],
            },
        ),
        migrations.CreateModel(
            name='Bond',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('transfer', 'Bank transfer'), ('guarantee', 'Electronic guarantee')], max_length=10, verbose_name='kind')),
                ('amount_fen', models.BigIntegerField(verbose_name='amount')),
                ('reference', models.CharField(max_length=80, verbose_name='reference or guarantee number')),
                ('guarantor', models.CharField(blank=True, default='', max_length=200, verbose_name='guarantor')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='guarantee valid until')),
                ('bank_account', portal.core.fields.EncryptedTextField(blank=True, default='', verbose_name='basic account')),
                ('bank_account_blind', portal.core.fields.BlindIndexField(blank=True, db_index=True, kind='bank_account', source='bank_account')),
                ('state', models.CharField(default='declared', max_length=10)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('declared_at', models.DateTimeField()),
                ('held_on', models.DateField(blank=True, null=True, verbose_name='held since')),
                ('verified_by', models.CharField(blank=True, default='', max_length=120, verbose_name='confirmed by')),
                ('ground', models.CharField(blank=True, choices=[('withdrawn', 'The bid was withdrawn'), ('no_bid', 'No bid was made with it'), ('lost', 'The result was notified'), ('contract', 'The contract was signed'), ('ended', 'The tender failed or was terminated')], default='', max_length=10, verbose_name='why it goes back')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='to go back by')),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('interest_fen', models.BigIntegerField(default=0, verbose_name='interest')),
                ('note', models.TextField(blank=True, default='', verbose_name='note')),
                ('undecided', models.TextField(blank=True, default='', verbose_name='to be decided before it goes back')),
                ('red_lit_on', models.DateField(blank=True, null=True)),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bid_bonds', to='people.organisation')),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bonds', to='tenders.lot')),
            ],
            options={
                'verbose_name': 'bid bond',
                'verbose_name_plural': 'bid bonds',
                'indexes': [models.Index(condition=models.Q(('state', 'due_back')), fields=['due_on', 'id'], name='bond_due'), models.Index(fields=['-declared_at', '-id'], name='bond_latest'), models.Index(condition=models.Q(('state', 'held')), fields=['held_on'], name='bond_held')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('declared', 'held', 'due_back'))), fields=('lot', 'organisation'), name='one_open_bond_a_lot'), models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0), ('interest_fen__gte', 0)), name='bond_amounts_are_positive'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'due_back'), _negated=True), ('due_on__isnull', False), _connector='OR'), name='due_back_has_its_day')],
            },
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(condition=models.Q(('state__in', ('announced', 'receiving'))), fields=['deadline_at'], name='tender_deadline'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(condition=models.Q(('state__in', ('failed', 'repeated'))), fields=['ended_on'], name='tender_failed_on'),
        ),
    ]
