import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.core.db.tables import NewTables


class Migration(NewTables):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='SampleDraw',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week', models.DateField(unique=True, verbose_name='week from')),
                ('drawn_at', models.DateTimeField(verbose_name='drawn at')),
                ('seed', models.CharField(max_length=64)),
                ('share', models.CharField(max_length=12)),
                ('pool', models.JSONField()),
                ('pool_digest', models.CharField(max_length=64)),
                ('drawn', models.PositiveIntegerField(default=0, verbose_name='drawn')),
            ],
            options={
                'verbose_name': 'sample draw',
                'verbose_name_plural': 'sample draws',
            },
        ),
        migrations.CreateModel(
            name='Act',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=48, unique=True, verbose_name='number')),
                ('kind', models.CharField(choices=[('order', 'Supervision order'), ('explanation', 'Explanation asked for'), ('correction', 'Correction asked for')], max_length=12, verbose_name='kind')),
                ('title', models.CharField(max_length=160, verbose_name='subject')),
                ('text', models.TextField(verbose_name='what is asked')),
                ('limit_days', models.PositiveSmallIntegerField(verbose_name='limit in working days')),
                ('issued_at', models.DateTimeField(verbose_name='issued at')),
                ('issued_on', models.DateField(verbose_name='issued on')),
                ('due_on', models.DateField(verbose_name='due on')),
                ('received_on', models.DateField(blank=True, null=True, verbose_name='received on')),
                ('answered_on', models.DateField(blank=True, null=True)),
                ('replied_on', models.DateField(blank=True, null=True, verbose_name='replied on')),
                ('reply', models.TextField(blank=True, default='', verbose_name='reply')),
                ('late', models.BooleanField(default=False, verbose_name='replied late')),
                ('verdict', models.TextField(blank=True, default='', verbose_name='decision')),
                ('sent_back', models.PositiveSmallIntegerField(default=0, verbose_name='sent back')),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('state', models.CharField(default='issued', max_length=12)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department', verbose_name='department')),
                ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person responsible')),
                ('replied_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'act of supervision',
                'verbose_name_plural': 'acts of supervision',
                'indexes': [models.Index(fields=['-issued_at', '-id'], name='act_latest'), models.Index(fields=['department', '-issued_at', '-id'], name='act_of_department'), models.Index(condition=models.Q(('person__isnull', False)), fields=['person', '-issued_at'], name='act_of_person'), models.Index(fields=['issued_on', 'department'], name='act_issued'), models.Index(fields=['answered_on', 'department'], name='act_answered')],
                'constraints': [models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('issued_on'))), name='act_due_after_issue')],
            },
        ),
        migrations.CreateModel(
            name='ActSubject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=40)),
                ('key', models.BigIntegerField()),
                ('colour', models.CharField(choices=[('red', 'Red'), ('amber', 'Amber')], max_length=8)),
                ('since', models.DateField()),
                ('number', models.CharField(blank=True, default='', max_length=120)),
                ('name', models.CharField(blank=True, default='', max_length=300)),
                ('path', models.CharField(blank=True, default='', max_length=300)),
                ('act', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subjects', to='monitoring.act')),
            ],
            options={
                'ordering': ('pk',),
                'indexes': [models.Index(fields=['source', 'key'], name='act_subject_lamp')],
                'constraints': [models.UniqueConstraint(fields=('act', 'source', 'key'), name='one_lamp_an_act')],
            },
        ),
        migrations.CreateModel(
            name='LampReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=40)),
                ('key', models.BigIntegerField()),
                ('number', models.CharField(blank=True, default='', max_length=120)),
                ('name', models.CharField(blank=True, default='', max_length=300)),
                ('reminded_on', models.DateField()),
                ('reminded_at', models.DateTimeField()),
                ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reminded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['reminded_on', 'department'], name='lamp_reminder_day'), models.Index(fields=['department', '-reminded_on'], name='lamp_reminder_department')],
                'constraints': [models.UniqueConstraint(fields=('source', 'key', 'reminded_on'), name='lamp_reminded_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40)),
                ('kind', models.CharField(choices=[('suspension', 'Clock stopped'), ('extension', 'Limit extended'), ('return', 'Returned to the applicant'), ('not_accepted', 'Not accepted'), ('refusal', 'Refused'), ('t_suspension', 'Ticket suspended'), ('t_return', 'Ticket returned')], max_length=12, verbose_name='kind')),
                ('number', models.CharField(blank=True, default='', max_length=64, verbose_name='number')),
                ('name', models.CharField(blank=True, default='', max_length=300)),
                ('name_en', models.CharField(blank=True, default='', max_length=300)),
                ('path', models.CharField(blank=True, default='', max_length=200)),
                ('happened_on', models.DateField(verbose_name='day')),
                ('due_on', models.DateField(verbose_name='review due on')),
                ('state', models.CharField(default='drawn', max_length=10)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('ground', models.TextField(blank=True, default='', verbose_name='finding of the review')),
                ('follow_up', models.CharField(blank=True, choices=[('none', 'Noted on the record only'), ('correction', 'Correction asked for'), ('order', 'Supervision order'), ('account', 'Accountability is proposed')], default='', max_length=12, verbose_name='what follows')),
                ('reviewed_on', models.DateField(blank=True, null=True, verbose_name='reviewed on')),
                ('act', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sample', to='monitoring.act')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department', verbose_name='department')),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('draw', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='samples', to='monitoring.sampledraw')),
            ],
            options={
                'verbose_name': 'sample review',
                'verbose_name_plural': 'sample reviews',
                'indexes': [models.Index(fields=['-happened_on', '-id'], name='sample_latest'), models.Index(fields=['department', '-happened_on'], name='sample_of_department'), models.Index(condition=models.Q(('state', 'drawn')), fields=['due_on', 'id'], name='sample_due')],
                'constraints': [models.UniqueConstraint(fields=('key',), name='drawn_once'), models.CheckConstraint(condition=models.Q(('state', 'drawn'), models.Q(('reviewed_by__isnull', False), ('reviewed_on__isnull', False)), _connector='OR'), name='a_review_has_its_reviewer'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'improper'), _negated=True), models.Q(('ground__gt', ''), ('follow_up__gt', '')), _connector='OR'), name='improper_says_why_and_what_follows'), models.CheckConstraint(condition=models.Q(('reviewed_by__isnull', True), ('done_by__isnull', True), models.Q(('reviewed_by', models.F('done_by')), _negated=True), _connector='OR'), name='nobody_reviews_the_own_act')],
            },
        ),
        migrations.CreateModel(
            name='Accountability',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=48, unique=True, verbose_name='number')),
                ('measure', models.CharField(choices=[('talk', 'Admonishing talk'), ('criticism', 'Criticism in a circular'), ('self', 'Written self-criticism'), ('points', 'Points taken off'), ('referral', 'Referred to the discipline authority')], max_length=10, verbose_name='measure')),
                ('points', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='points')),
                ('ground', models.TextField(verbose_name='facts and ground')),
                ('basis', models.CharField(max_length=300, verbose_name='basis')),
                ('proposed_at', models.DateTimeField(verbose_name='proposed at')),
                ('confirmed_on', models.DateField(blank=True, null=True, verbose_name='confirmed on')),
                ('appeal_until_on', models.DateField(blank=True, null=True, verbose_name='appeal until')),
                ('appealed_on', models.DateField(blank=True, null=True, verbose_name='appealed on')),
                ('appeal', models.TextField(blank=True, default='', verbose_name='appeal')),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='decided on')),
                ('note', models.TextField(blank=True, default='', verbose_name='decision')),
                ('revoked_on', models.DateField(blank=True, null=True, verbose_name='revoked on')),
                ('revocation', models.TextField(blank=True, default='', verbose_name='why it was revoked')),
                ('state', models.CharField(default='proposed', max_length=12)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('appealed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department', verbose_name='department')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person responsible')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('act', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accountabilities', to='monitoring.act')),
                ('sample', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accountabilities', to='monitoring.sample')),
            ],
            options={
                'verbose_name': 'accountability record',
                'verbose_name_plural': 'accountability records',
                'indexes': [models.Index(fields=['-proposed_at', '-id'], name='accountability_latest'), models.Index(fields=['department', '-confirmed_on'], name='accountability_department'), models.Index(condition=models.Q(('person__isnull', False)), fields=['person', '-confirmed_on'], name='accountability_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('confirmed_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='accountability_has_two_people'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(models.Q(('decided_by', models.F('proposed_by')), _negated=True), models.Q(('decided_by', models.F('confirmed_by')), _negated=True)), _connector='OR'), name='an_appeal_has_a_third_person'), models.CheckConstraint(condition=models.Q(models.Q(('measure', 'points'), ('points__gte', 1)), models.Q(models.Q(('measure', 'points'), _negated=True), ('points__isnull', True)), _connector='OR'), name='points_have_a_number'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_by__isnull', False), ('revoked_on__isnull', False), ('state', 'revoked'), models.Q(('revocation', ''), _negated=True), models.Q(('revoked_by', models.F('proposed_by')), _negated=True)), models.Q(models.Q(('state', 'revoked'), _negated=True), ('revoked_by__isnull', True), ('revoked_on__isnull', True)), _connector='OR'), name='a_revoked_measure_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('digest', 'Daily digest of the lamps'), ('threshold', 'A figure crosses a line')], max_length=10)),
                ('figure', models.CharField(blank=True, default='', max_length=40)),
                ('side', models.CharField(blank=True, choices=[('above', 'rises above'), ('below', 'falls below')], default='', max_length=6)),
                ('limit', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                ('crossed', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField()),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.department')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'alert',
                'verbose_name_plural': 'alerts',
                'ordering': ('pk',),
                'indexes': [models.Index(fields=['kind', 'id'], name='subscription_kind')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('figure', ''), ('kind', 'digest'), ('limit__isnull', True)), models.Q(('figure__gt', ''), ('kind', 'threshold'), ('limit__isnull', False), ('side__gt', '')), _connector='OR'), name='a_threshold_has_its_line'), models.UniqueConstraint(condition=models.Q(('department__isnull', False), ('kind', 'digest')), fields=('user', 'department'), name='one_digest_a_department'), models.UniqueConstraint(condition=models.Q(('department__isnull', True), ('kind', 'digest')), fields=('user',), name='one_digest_of_all')],
            },
        ),
        migrations.CreateModel(
            name='AlertSent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sent', to='monitoring.subscription')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('subscription', 'day'), name='one_alert_a_day')],
            },
        ),
        migrations.AddIndex(
            model_name='act',
            index=models.Index(condition=models.Q(('state__in', ('issued', 'received', 'sent_back'))), fields=['due_on', 'id'], name='act_due'),
        ),
        migrations.AddConstraint(
            model_name='act',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('replied', 'accepted', 'rejected')), _negated=True), models.Q(('answered_on__isnull', False), ('replied_on__isnull', False), ('reply__gt', '')), _connector='OR'), name='an_answered_act_has_its_reply'),
        ),
        migrations.AddConstraint(
            model_name='act',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_on__isnull', True), ('state__in', ('issued', 'received', 'sent_back', 'replied'))), models.Q(models.Q(('state__in', ('issued', 'received', 'sent_back', 'replied')), _negated=True), ('ended_on__isnull', False)), _connector='OR'), name='an_ended_act_has_its_day'),
        ),
        migrations.AddConstraint(
            model_name='accountability',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('confirmed', 'appealed', 'upheld', 'lifted', 'revoked')), _negated=True), models.Q(('confirmed_by__isnull', False), ('confirmed_on__isnull', False)), _connector='OR'), name='a_measure_in_force_is_confirmed'),
        ),
    ]
