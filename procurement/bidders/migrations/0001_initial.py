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
            name='Bidder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('contact_name', models.CharField(max_length=100, verbose_name='contact person')),
                ('phone', portal.core.fields.EncryptedTextField(verbose_name='contact telephone')),
                ('phone_blind', portal.core.fields.BlindIndexField(blank=True, db_index=True, kind='phone', source='phone')),
                ('email', portal.core.fields.EncryptedTextField(blank=True, default='', verbose_name='e-mail')),
                ('address', portal.core.fields.EncryptedTextField(blank=True, default='', verbose_name='address')),
                ('bank_name', models.CharField(blank=True, default='', max_length=120, verbose_name='bank')),
                ('bank_account', portal.core.fields.EncryptedTextField(blank=True, default='', verbose_name='basic account')),
                ('bank_account_blind', portal.core.fields.BlindIndexField(blank=True, db_index=True, kind='bank_account', source='bank_account')),
                ('trades', models.CharField(blank=True, default='', max_length=500, verbose_name='trades and qualifications')),
                ('registered_at', models.DateTimeField(verbose_name='registered at')),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='bidder', to='people.organisation')),
                ('registered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'bidder',
                'verbose_name_plural': 'bidders',
                'indexes': [models.Index(fields=['-registered_at', '-id'], name='bidder_latest')],
            },
        ),
        migrations.CreateModel(
            name='BidderPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('legal_person', 'Legal person'), ('shareholder', 'Shareholder'), ('manager', 'Senior manager'), ('project_leader', 'Project leader')], max_length=16, verbose_name='kind')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('identity', portal.core.fields.EncryptedTextField(verbose_name='identity number')),
                ('identity_blind', portal.core.fields.BlindIndexField(blank=True, db_index=True, kind='bidder_identity', source='identity')),
                ('phone', portal.core.fields.EncryptedTextField(blank=True, default='', verbose_name='telephone')),
                ('phone_blind', portal.core.fields.BlindIndexField(blank=True, db_index=True, kind='phone', source='phone')),
                ('share_bp', models.PositiveIntegerField(blank=True, null=True, verbose_name='share in hundredths of a percent')),
                ('added_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('bidder', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='people', to='bidders.bidder')),
            ],
            options={
                'verbose_name': 'person behind a bidder',
                'verbose_name_plural': 'people behind bidders',
                'ordering': ('kind', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('share_bp__isnull', True), ('share_bp__lte', 10000), _connector='OR'), name='share_of_a_whole')],
            },
        ),
        migrations.CreateModel(
            name='BusinessLicence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=18, verbose_name='number of the licence')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('added_at', models.DateTimeField(verbose_name='uploaded at')),
                ('replaced_at', models.DateTimeField(blank=True, null=True, verbose_name='replaced at')),
                ('soon_told_at', models.DateTimeField(blank=True, null=True)),
                ('over_told_at', models.DateTimeField(blank=True, null=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('bidder', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='licences', to='bidders.bidder')),
                ('file', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
            ],
            options={
                'verbose_name': 'business licence',
                'verbose_name_plural': 'business licences',
                'ordering': ('-added_at', '-pk'),
                'indexes': [models.Index(condition=models.Q(('over_told_at__isnull', True), ('replaced_at__isnull', True), ('valid_until__isnull', False)), fields=['valid_until', 'id'], name='licence_to_tell')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_at__isnull', True)), fields=('bidder',), name='one_licence_in_use_a_bidder')],
            },
        ),
        migrations.CreateModel(
            name='Restriction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uscc', models.CharField(max_length=18, verbose_name='unified social credit code')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('kind', models.CharField(choices=[('blacklist', 'List of serious dishonesty'), ('punishment', 'Joint punishment'), ('suspension', 'Suspended from bidding'), ('agency', 'Suspended as a tendering agency')], max_length=12, verbose_name='kind')),
                ('category', models.CharField(blank=True, default='', max_length=16, verbose_name='category')),
                ('ground', models.TextField(verbose_name='ground')),
                ('source', models.CharField(max_length=300, verbose_name='legal source and number of the decision')),
                ('authority', models.CharField(max_length=200, verbose_name='decided by')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('appeal', models.TextField(verbose_name='how to object')),
                ('recorded_at', models.DateTimeField()),
                ('lifted_on', models.DateField(blank=True, null=True, verbose_name='lifted on')),
                ('lifted_note', models.TextField(blank=True, default='', verbose_name='why lifted')),
            ],
            options={
                'verbose_name': 'restriction',
                'verbose_name_plural': 'restrictions',
                'indexes': [models.Index(fields=['-recorded_at', '-id'], name='restriction_latest'), models.Index(fields=['uscc', 'starts_on'], name='restriction_firm')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='restriction_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='TrustedIssuer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name of the authority')),
                ('pem', models.TextField()),
                ('subject', models.CharField(max_length=300, verbose_name='issued to')),
                ('fingerprint', models.CharField(max_length=64, verbose_name='fingerprint (SHA-256)')),
                ('key_identifier', models.CharField(max_length=64, verbose_name='key identifier (SHA-256)')),
                ('algorithm', models.CharField(max_length=40, verbose_name='kind of key')),
                ('valid_from', models.DateTimeField(verbose_name='valid from')),
                ('valid_until', models.DateTimeField(verbose_name='valid until')),
                ('starts_on', models.DateField(verbose_name='trusted from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='trusted until')),
                ('source', models.CharField(max_length=300, verbose_name='ground')),
                ('entered_at', models.DateTimeField(verbose_name='entered at')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='no longer trusted since')),
                ('ended_why', models.CharField(blank=True, default='', max_length=200, verbose_name='reason')),
                ('demo_only', models.BooleanField(default=False)),
                ('entered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'trusted certification authority',
                'verbose_name_plural': 'trusted certification authorities',
                'indexes': [models.Index(fields=['-entered_at', '-id'], name='issuer_latest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('fingerprint',), name='an_issuer_is_trusted_once'), models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='issuer_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pem', models.TextField()),
                ('subject', models.CharField(max_length=300, verbose_name='issued to')),
                ('issuer', models.CharField(max_length=300, verbose_name='issued by')),
                ('serial', models.CharField(max_length=64, verbose_name='serial number')),
                ('fingerprint', models.CharField(max_length=64, verbose_name='fingerprint (SHA-256)')),
                ('algorithm', models.CharField(max_length=40, verbose_name='kind of key')),
                ('valid_from', models.DateTimeField(verbose_name='valid from')),
                ('valid_until', models.DateTimeField(verbose_name='valid until')),
                ('added_at', models.DateTimeField()),
                ('challenge', models.CharField(max_length=64)),
                ('proved_at', models.DateTimeField(blank=True, null=True, verbose_name='possession shown at')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='no longer used since')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked by its authority at')),
                ('revoked_why', models.CharField(blank=True, default='', max_length=200, verbose_name='reason of the revocation')),
                ('bidder', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='certificates', to='bidders.bidder')),
                ('authority', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='bidders.trustedissuer')),
            ],
            options={
                'verbose_name': 'certificate',
                'verbose_name_plural': 'certificates',
                'ordering': ('-added_at',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('fingerprint',), name='a_certificate_is_used_once')],
            },
        ),
    ]
