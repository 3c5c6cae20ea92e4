import django.db.models.deletion
import portal.core.fields
import uuid
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
            name='AssignmentCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('assigned', models.BigIntegerField(default=0)),
                ('late_assigned', models.BigIntegerField(default=0)),
                ('late_signed', models.BigIntegerField(default=0)),
                ('inner_returned', models.BigIntegerField(default=0)),
                ('inner_wrongful', models.BigIntegerField(default=0)),
                ('inner_replied', models.BigIntegerField(default=0)),
                ('in_time', models.BigIntegerField(default=0)),
                ('district_id', models.BigIntegerField()),
                ('department_id', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['district_id', 'day'], name='assignment_cell_district')],
                'constraints': [models.UniqueConstraint(fields=('day', 'district_id', 'department_id'), name='one_assignment_cell')],
            },
        ),
        migrations.CreateModel(
            name='Platform',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('inside', 'Inside the portal'), ('outside', 'A system of its own')], default='inside', max_length=8, verbose_name='kind')),
                ('url', models.URLField(blank=True, default='', max_length=300, verbose_name='address')),
                ('secret', portal.core.fields.EncryptedTextField(blank=True, default='')),
                ('paused_at', models.DateTimeField(blank=True, null=True, verbose_name='paused since')),
                ('last_sent_at', models.DateTimeField(blank=True, null=True, verbose_name='last sent')),
                ('last_heard_at', models.DateTimeField(blank=True, null=True, verbose_name='last heard')),
                ('failing_since', models.DateTimeField(blank=True, null=True, verbose_name='failing since')),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.CharField(blank=True, default='', max_length=300)),
                ('made_at', models.DateTimeField()),
                ('row_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('district', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='platform', to='people.department', verbose_name='district')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'district platform',
                'verbose_name_plural': 'district platforms',
                'ordering': ['district__code'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'outside'), _negated=True), models.Q(('url', ''), _negated=True), _connector='OR'), name='outside_platform_has_a_url')],
            },
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('their_number', models.CharField(blank=True, default='', max_length=120, verbose_name='number there')),
                ('replied_there', models.BooleanField(default=False)),
                ('dispatch', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='handover', to='hotline.dispatch')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='handovers', to='hotline.ticket')),
                ('platform', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='districts.platform')),
            ],
            options={
                'indexes': [models.Index(fields=['platform', '-id'], name='handover_of_platform'), models.Index(fields=['ticket'], name='handover_ticket')],
            },
        ),
        migrations.CreateModel(
            name='Push',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('ticket', 'Ticket'), ('urged', 'Urged'), ('added', 'Information added'), ('rejected', 'Return rejected'), ('sent_back', 'Reply sent back'), ('due', 'Limit moved'), ('order', 'Supervision order'), ('withdrawn', 'Withdrawn'), ('ended', 'Ended')], max_length=10)),
                ('key', models.CharField(max_length=120, unique=True)),
                ('content', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Being sent'), ('done', 'Done'), ('failed', 'Failed'), ('closed', 'Settled by a person')], default='waiting', max_length=8)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('last_error', models.CharField(blank=True, default='', max_length=300)),
                ('at', models.DateTimeField()),
                ('next_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('closed_note', models.TextField(blank=True, default='')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dispatch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pushes', to='hotline.dispatch')),
                ('platform', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pushes', to='districts.platform')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pushes', to='hotline.ticket')),
            ],
            options={
                'verbose_name': 'message to a district platform',
                'verbose_name_plural': 'messages to district platforms',
                'indexes': [models.Index(fields=['platform', '-at', '-id'], name='push_latest'), models.Index(fields=['ticket', 'id'], name='push_ticket'), models.Index(condition=models.Q(('state', 'failed')), fields=['platform', '-at'], name='push_failed')],
            },
        ),
        migrations.CreateModel(
            name='Received',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=120, verbose_name='number there')),
                ('digest', models.CharField(max_length=64)),
                ('kind', models.CharField(choices=[('sign', 'Signed for'), ('return', 'Returned'), ('reply', 'Reply'), ('progress', 'Progress')], max_length=8)),
                ('outcome', models.CharField(max_length=8)),
                ('there_at', models.DateTimeField(blank=True, null=True)),
                ('at', models.DateTimeField()),
                ('repeats', models.PositiveIntegerField(default=0)),
                ('handover', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='received', to='districts.handover')),
                ('platform', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='received', to='districts.platform')),
            ],
            options={
                'indexes': [models.Index(fields=['platform', '-at', '-id'], name='received_latest'), models.Index(fields=['handover'], name='received_handover')],
                'constraints': [models.UniqueConstraint(fields=('platform', 'number'), name='one_received_a_number')],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(default='assigned', max_length=8, verbose_name='state')),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('assigned_at', models.DateTimeField(verbose_name='passed on at')),
                ('assigned_on', models.DateField()),
                ('assign_due_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.TextField(blank=True, default='', verbose_name='note for the department')),
                ('sign_due_at', models.DateTimeField(blank=True, null=True, verbose_name='to be signed for by')),
                ('reply_due_at', models.DateTimeField(blank=True, null=True, verbose_name='to be replied by')),
                ('signed_at', models.DateTimeField(blank=True, null=True)),
                ('signed_on', models.DateField(blank=True, null=True)),
                ('ground', models.CharField(blank=True, choices=[('not_ours', 'Not our duty'), ('other_area', 'Another area'), ('unclear', 'Too little information'), ('in_proceedings', 'Before a court, or under review'), ('duplicate', 'Handled already')], default='', max_length=16, verbose_name='ground')),
                ('reason', models.TextField(blank=True, default='', verbose_name='reason')),
                ('returned_at', models.DateTimeField(blank=True, null=True)),
                ('returned_on', models.DateField(blank=True, null=True)),
                ('wrongful', models.BooleanField(default=False, verbose_name='wrongful')),
                ('decision', models.TextField(blank=True, default='', verbose_name='grounds of the decision')),
                ('late_told_at', models.DateTimeField(blank=True, null=True)),
                ('replied_at', models.DateTimeField(blank=True, null=True)),
                ('replied_on', models.DateField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('assigned_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('dispatch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='hotline.dispatch')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('returned_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='hotline.ticket')),
            ],
            options={
                'verbose_name': 'assignment within a district',
                'verbose_name_plural': 'assignments within districts',
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['district', 'assigned_at', 'id'], name='assignment_of_district'), models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['department', 'assigned_at', 'id'], name='assignment_of_department'), models.Index(condition=models.Q(('late_told_at__isnull', True), ('state', 'assigned')), fields=['sign_due_at'], name='assignment_late'), models.Index(fields=['assigned_on'], name='assignment_assigned_on'), models.Index(fields=['signed_on'], name='assignment_signed_on'), models.Index(fields=['returned_on'], name='assignment_returned_on'), models.Index(fields=['replied_on'], name='assignment_replied_on')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('ticket',), name='one_running_assignment'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state__in', ('done', 'ended'))), models.Q(('ended_at__isnull', True), ('state__in', ('assigned', 'signed', 'returned'))), _connector='OR'), name='assignment_ends_with_a_moment'), models.CheckConstraint(condition=models.Q(('returned_at__isnull', True), models.Q(models.Q(('ground', ''), _negated=True), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='inner_return_has_a_ground')],
            },
        ),
        migrations.AddIndex(
            model_name='push',
            index=models.Index(condition=models.Q(('state__in', ('waiting', 'sending'))), fields=['platform', 'at', 'id'], name='push_unsent'),
        ),
    ]
