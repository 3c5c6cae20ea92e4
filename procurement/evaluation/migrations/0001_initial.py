import django.db.models.deletion
import django.db.models.manager
import portal.core.fields
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from portal.core.db.tables import NewTables


class Migration(NewTables):

    initial = True

    dependencies = [
        ('bidders', '0001_initial'),
        ('bids', '0001_initial'),
        ('experts', '0001_initial'),
        ('people', '__first__'),
        ('tenders', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Criterion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('qualification', 'Review of qualification'), ('conformity', 'Review of conformity'), ('technical', 'Technical'), ('business', 'Business and service')], max_length=13, verbose_name='part')),
                ('order', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=200, verbose_name='criterion')),
                ('note', models.TextField(blank=True, default='', verbose_name='how it is judged')),
                ('max_points', models.DecimalField(decimal_places=2, default=0, max_digits=5, verbose_name='most points')),
                ('objective', models.BooleanField(default=False, verbose_name='objective')),
            ],
            options={
                'verbose_name': 'criterion',
                'verbose_name_plural': 'criteria',
                'ordering': ('order', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('max_points__gte', 0)), name='criterion_points_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='EvaluatedBid',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('price_fen', models.BigIntegerField(verbose_name='price')),
                ('small', models.BooleanField(default=False, verbose_name='small or micro enterprise')),
                ('rejected', models.BooleanField(default=False, verbose_name='rejected')),
                ('left', models.BooleanField(default=False, verbose_name='left the negotiation')),
                ('price_points', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ('points', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ('technical', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ('total', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ('place', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('bid', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evaluated', to='bids.openedbid')),
            ],
            options={
                'verbose_name': 'bid in the evaluation',
                'verbose_name_plural': 'bids in the evaluation',
                'ordering': ('pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('price_fen__gt', 0)), name='evaluated_price_is_positive'), models.CheckConstraint(condition=models.Q(('rejected', False), ('place__isnull', True), _connector='OR'), name='rejected_has_no_place'), models.CheckConstraint(condition=models.Q(('left', False), ('rejected', True), _connector='OR'), name='who_left_is_out')],
            },
        ),
        migrations.CreateModel(
            name='Clarification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('plain', 'Clarification'), ('rejection', 'Before a rejection'), ('low_price', 'Abnormally low price'), ('arithmetic', 'Arithmetic correction')], max_length=10)),
                ('by_buyer', models.BooleanField(default=False)),
                ('question', models.TextField(verbose_name='question')),
                ('corrected_fen', models.BigIntegerField(blank=True, null=True, verbose_name='corrected price')),
                ('asked_at', models.DateTimeField(verbose_name='asked at')),
                ('due_at', models.DateTimeField(verbose_name='answer until')),
                ('answer', models.TextField(blank=True, default='', verbose_name='answer')),
                ('accepted', models.BooleanField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered at')),
                ('lapsed_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('bid', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clarifications', to='evaluation.evaluatedbid')),
            ],
            options={
                'verbose_name': 'clarification',
                'verbose_name_plural': 'clarifications',
                'indexes': [models.Index(condition=models.Q(('answered_at__isnull', True), ('lapsed_at__isnull', True)), fields=['due_at'], name='clarification_open'), models.Index(fields=['-asked_at', '-id'], name='clarification_latest')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'arithmetic'), _negated=True), ('corrected_fen__gt', 0), _connector='OR'), name='correction_names_its_price'), models.CheckConstraint(condition=models.Q(('answered_at__isnull', True), ('lapsed_at__isnull', True), _connector='OR'), name='answered_or_lapsed')],
            },
        ),
        migrations.CreateModel(
            name='Evaluation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(default='reviewing', max_length=11)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('failure', models.CharField(blank=True, choices=[('', ''), ('too_few', 'Fewer bidders qualify than the law asks for'), ('all_rejected', 'All bids were rejected'), ('no_competition', 'Competition is clearly lacking'), ('no_bids', 'No bid was opened in good order'), ('no_offers', 'Fewer final offers than the law asks for')], default='', max_length=14)),
                ('few_ground', models.CharField(blank=True, choices=[('', ''), ('approved', 'Two suppliers left of an open tender, negotiation approved by the finance department'), ('research', 'Research project short of competition, or research result to be put to use'), ('services', 'Government buys services for the public')], default='', max_length=8)),
                ('few_note', models.CharField(blank=True, default='', max_length=500)),
                ('low_examined', models.BooleanField(default=False)),
                ('tie_order', models.JSONField(default=list)),
                ('tie_reason', models.CharField(blank=True, default='', max_length=500)),
                ('benchmark_fen', models.BigIntegerField(blank=True, null=True)),
                ('report_at', models.DateTimeField(blank=True, null=True, verbose_name='report written at')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='tenders.lot')),
            ],
            options={
                'verbose_name': 'evaluation',
                'verbose_name_plural': 'evaluations',
            },
        ),
        migrations.AddField(
            model_name='evaluatedbid',
            name='evaluation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bids', to='evaluation.evaluation'),
        ),
        migrations.CreateModel(
            name='Candidate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rank', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='rank')),
                ('score', models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True, verbose_name='score')),
                ('price_fen', models.BigIntegerField(verbose_name='price')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('bid', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='candidates', to='bids.openedbid')),
                ('bidder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bidders.bidder')),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='candidates', to='tenders.lot')),
                ('evaluation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='candidates', to='evaluation.evaluation')),
            ],
            options={
                'verbose_name': 'candidate',
                'verbose_name_plural': 'candidates',
                'ordering': ('rank', 'pk'),
                'base_manager_name': 'every',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True), ('rank__isnull', False)), fields=('lot', 'rank'), name='one_candidate_a_rank'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('bid',), name='one_standing_candidate_a_bid')],
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('every', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Minute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='minutes', to='evaluation.evaluation')),
            ],
            options={
                'ordering': ('at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Negotiation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begun_at', models.DateTimeField(verbose_name='begun at')),
                ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='final offers from')),
                ('due_at', models.DateTimeField(blank=True, null=True, verbose_name='final offers until')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='final offers opened at')),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('last_digest', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
                ('root', models.CharField(blank=True, default='', max_length=64, verbose_name='Merkle root')),
                ('evaluation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='negotiation', to='evaluation.evaluation')),
            ],
            options={
                'verbose_name': 'negotiation',
                'verbose_name_plural': 'negotiations',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', True), ('opened_at__isnull', True)), ('due_at__gt', models.F('opened_at')), _connector='OR'), name='a_round_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('closed_at__isnull', True), ('closed_at__gte', models.F('due_at')), _connector='OR'), name='offers_are_opened_after_the_round')],
            },
        ),
        migrations.CreateModel(
            name='FinalOffer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('act', models.CharField(choices=[('offered', 'Final offer'), ('left', 'Left the negotiation')], max_length=7)),
                ('current', models.BooleanField(default=True)),
                ('opening', portal.core.fields.EncryptedTextField(blank=True, default='')),
                ('commitment', models.CharField(blank=True, default='', max_length=64)),
                ('reason', models.CharField(blank=True, default='', max_length=500, verbose_name='reason')),
                ('received_at', models.DateTimeField(verbose_name='received at')),
                ('sequence', models.PositiveIntegerField(verbose_name='number in the register')),
                ('previous', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64, verbose_name='digest of the receipt')),
                ('signature', models.CharField(max_length=128, verbose_name='signature')),
                ('certificate_signature', models.TextField(blank=True, default='')),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('bid', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='evaluation.evaluatedbid')),
                ('certificate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bidders.certificate')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bids.centrekey')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('negotiation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='evaluation.negotiation')),
            ],
            options={
                'verbose_name': 'final offer',
                'verbose_name_plural': 'final offers',
                'ordering': ('sequence',),
                'constraints': [models.UniqueConstraint(fields=('negotiation', 'sequence'), name='one_offer_a_number'), models.UniqueConstraint(fields=('bid', 'version'), name='one_version_an_offer'), models.UniqueConstraint(condition=models.Q(('current', True)), fields=('bid',), name='one_current_offer_a_bid'), models.CheckConstraint(condition=models.Q(models.Q(('act', 'left'), ('commitment', '')), models.Q(('act', 'offered'), models.Q(('commitment', ''), _negated=True)), _connector='OR'), name='an_offer_has_its_commitment')],
            },
        ),
        migrations.CreateModel(
            name='DemandChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='change of the demands')),
                ('written_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed', models.BooleanField(default=False)),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.panelmember')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.panelmember')),
                ('negotiation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='evaluation.negotiation')),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('settled_at__isnull', False), ('confirmed', False), _connector='OR'), name='confirmed_change_has_its_time')],
            },
        ),
        migrations.CreateModel(
            name='Rejection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(choices=[('qualification', 'Qualification'), ('conformity', 'Conformity'), ('low_price', 'Abnormally low price'), ('arithmetic', 'Correction not accepted'), ('over_limit', 'Corrected price over the limit')], max_length=13)),
                ('text', models.TextField()),
                ('outcome', models.CharField(choices=[('open', 'Open'), ('confirmed', 'Confirmed'), ('dropped', 'Dropped')], default='open', max_length=9)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.TextField(blank=True, default='')),
                ('bid', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rejections', to='evaluation.evaluatedbid')),
                ('clarification', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='rejection', to='evaluation.clarification')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('bid', 'ground'), name='one_rejection_a_ground'), models.CheckConstraint(condition=models.Q(('outcome', 'open'), ('decided_at__isnull', False), _connector='OR'), name='decided_rejection_has_its_time')],
            },
        ),
        migrations.CreateModel(
            name='Ballot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reject', models.BooleanField()),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.panelmember')),
                ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ballots', to='evaluation.evaluation')),
                ('rejection', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='ballots', to='evaluation.rejection')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('rejection__isnull', False)), fields=('rejection', 'member'), name='one_ballot_a_member'), models.UniqueConstraint(condition=models.Q(('rejection__isnull', True)), fields=('evaluation', 'member'), name='one_ballot_on_competition')],
            },
        ),
        migrations.CreateModel(
            name='RoundDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='minutes')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('outage_seconds', models.PositiveIntegerField()),
                ('until_before', models.DateTimeField()),
                ('until_after', models.DateTimeField()),
                ('decided_at', models.DateTimeField()),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('negotiation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='evaluation.negotiation')),
                ('outages', models.ManyToManyField(related_name='+', to='bids.outage')),
            ],
            options={
                'verbose_name': 'decision on a round of final offers',
                'verbose_name_plural': 'decisions on rounds of final offers',
                'ordering': ('decided_at', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('minutes', 0), ('until_after', models.F('until_before'))), models.Q(('minutes__gt', 0), ('until_after__gt', models.F('until_before'))), _connector='OR'), name='a_round_is_lengthened_or_stands')],
            },
        ),
        migrations.CreateModel(
            name='Scorecard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('handed_in_at', models.DateTimeField(blank=True, null=True, verbose_name='handed in at')),
                ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cards', to='evaluation.evaluation')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cards', to='experts.panelmember')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('evaluation', 'member'), name='one_card_a_member')],
            },
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('points', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ('opinion', models.TextField(blank=True, default='')),
                ('bid', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='evaluation.evaluatedbid')),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evaluation.criterion')),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='evaluation.scorecard')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('card', 'bid', 'criterion'), name='one_score_a_criterion'), models.CheckConstraint(condition=models.Q(('points__isnull', True), ('points__gte', 0), _connector='OR'), name='points_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Explanation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.DecimalField(decimal_places=2, max_digits=6)),
                ('mean_of_others', models.DecimalField(decimal_places=2, max_digits=6)),
                ('deviation', models.DecimalField(decimal_places=2, max_digits=8)),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('at', models.DateTimeField()),
                ('bid', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='explanations', to='evaluation.evaluatedbid')),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='explanations', to='evaluation.scorecard')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('card', 'bid'), name='one_explanation_a_bid')],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='round')),
                ('begun_at', models.DateTimeField(verbose_name='begun at')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('begun_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('chair', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.panelmember')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evaluation_sessions', to='tenders.project')),
            ],
            options={
                'verbose_name': 'evaluation session',
                'verbose_name_plural': 'evaluation sessions',
                'indexes': [models.Index(fields=['-begun_at', '-id'], name='session_latest')],
                'constraints': [models.UniqueConstraint(fields=('project', 'number'), name='one_session_a_number'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('project',), name='one_running_session')],
            },
        ),
        migrations.AddField(
            model_name='evaluation',
            name='session',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='evaluation.session'),
        ),
        migrations.CreateModel(
            name='Declaration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('avoids', models.BooleanField(default=False, verbose_name='has to avoid')),
                ('reason', models.CharField(blank=True, default='', max_length=500, verbose_name='ground')),
                ('at', models.DateTimeField()),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='declarations', to='experts.panelmember')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='declarations', to='evaluation.session')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('session', 'member'), name='one_declaration_a_member'), models.CheckConstraint(condition=models.Q(('avoids', False), models.Q(('reason', ''), _negated=True), _connector='OR'), name='avoidance_has_its_ground')],
            },
        ),
        migrations.CreateModel(
            name='ChairVote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('choice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.panelmember')),
                ('voter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.panelmember')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='evaluation.session')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('session', 'voter'), name='one_chair_vote_a_member')],
            },
        ),
        migrations.CreateModel(
            name='Sheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(choices=[('lowest', 'Lowest evaluated price'), ('comprehensive', 'Comprehensive scoring'), ('benchmark', 'Comprehensive scoring with a benchmark price'), ('qualitative', 'Qualitative review')], max_length=13, verbose_name='evaluation method')),
                ('object', models.CharField(choices=[('goods', 'Goods'), ('services', 'Services'), ('works', 'Works')], max_length=8, verbose_name='what is bought')),
                ('price_weight', models.PositiveSmallIntegerField(default=0, verbose_name='points for the price')),
                ('small_discount', models.DecimalField(decimal_places=3, default=Decimal('0'), max_digits=4, verbose_name='discount for small enterprises')),
                ('above', models.DecimalField(decimal_places=2, default=0, max_digits=4, verbose_name='points off for each percent above')),
                ('below', models.DecimalField(decimal_places=2, default=0, max_digits=4, verbose_name='points off for each percent below')),
                ('floating', models.DecimalField(decimal_places=3, default=0, max_digits=4, verbose_name='float of the benchmark')),
                ('trim_from', models.PositiveSmallIntegerField(default=5, verbose_name='highest and lowest left out from so many bids on')),
                ('ceiling_share', models.DecimalField(decimal_places=3, default=0, max_digits=4, verbose_name='share of the control price')),
                ('candidates', models.PositiveSmallIntegerField(default=3, verbose_name='candidates at most')),
                ('separated', models.BooleanField(default=False, verbose_name='evaluation and award separated')),
                ('separation_ground', models.CharField(blank=True, default='', max_length=500, verbose_name='ground of the separation')),
                ('written_at', models.DateTimeField()),
                ('lot', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sheet', to='tenders.lot')),
            ],
            options={
                'verbose_name': 'scoring sheet',
                'verbose_name_plural': 'scoring sheets',
                'constraints': [models.CheckConstraint(condition=models.Q(('price_weight__lte', 100)), name='sheet_weight_of_a_hundred'), models.CheckConstraint(condition=models.Q(('candidates__gte', 1)), name='sheet_names_a_candidate'), models.CheckConstraint(condition=models.Q(('floating__gte', 0), ('floating__lt', 1), ('small_discount__gte', 0), ('small_discount__lt', 1), ('above__gte', 0), ('below__gte', 0), ('ceiling_share__gte', 0), ('ceiling_share__lte', 1)), name='sheet_shares_are_shares'), models.CheckConstraint(condition=models.Q(('separated', False), models.Q(('separation_ground', ''), _negated=True), _connector='OR'), name='separation_has_its_ground')],
            },
        ),
        migrations.AddField(
            model_name='criterion',
            name='sheet',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='criteria', to='evaluation.sheet'),
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(choices=[('agreed', 'Agreed'), ('dissented', 'Dissenting opinion'), ('deemed', 'Refused without reasons: counts as agreed')], max_length=9)),
                ('dissent', models.TextField(blank=True, default='', verbose_name='dissenting opinion')),
                ('at', models.DateTimeField()),
                ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signatures', to='evaluation.evaluation')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.panelmember')),
            ],
            options={
                'ordering': ('at', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('evaluation', 'member'), name='one_signature_a_member'), models.CheckConstraint(condition=models.Q(models.Q(('word', 'dissented'), _negated=True), models.Q(('dissent', ''), _negated=True), _connector='OR'), name='dissent_has_its_words')],
            },
        ),
        migrations.CreateModel(
            name='Verdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('passed', models.BooleanField()),
                ('note', models.CharField(blank=True, default='', max_length=500, verbose_name='what is missing')),
                ('bid', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='verdicts', to='evaluation.evaluatedbid')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evaluation.criterion')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.panelmember')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('member__isnull', False)), fields=('bid', 'criterion', 'member'), name='one_verdict_a_member'), models.UniqueConstraint(condition=models.Q(('member__isnull', True)), fields=('bid', 'criterion'), name='one_verdict_of_the_buyer'), models.CheckConstraint(condition=models.Q(('passed', True), models.Q(('note', ''), _negated=True), _connector='OR'), name='failing_says_what_is_missing')],
            },
        ),
        migrations.AddConstraint(
            model_name='evaluatedbid',
            constraint=models.UniqueConstraint(fields=('evaluation', 'bid'), name='one_row_a_bid'),
        ),
        migrations.AddConstraint(
            model_name='evaluation',
            constraint=models.UniqueConstraint(fields=('session', 'lot'), name='one_evaluation_a_lot'),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.UniqueConstraint(fields=('sheet', 'order'), name='one_criterion_a_line'),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('part__in', ('qualification', 'conformity')), _negated=True), ('max_points', 0), _connector='OR'), name='reviews_give_no_points'),
        ),
    ]
