import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.core.db.tables import NewTables


class Migration(NewTables):

    initial = True

    dependencies = [
        ('catalogue', '0001_initial'),
        ('people', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChangeRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('change', models.CharField(choices=[('cancel', 'Cancel the item'), ('suspend', 'Suspend the item'), ('merge', 'Merge it into another item'), ('delegate', 'Delegate it to a lower level'), ('restore', 'Restore the item')], max_length=10)),
                ('on', models.DateField()),
                ('ground', models.CharField(max_length=300)),
                ('extent', models.CharField(blank=True, choices=[('accept', 'Accepting only; the department decides'), ('decide', 'Accepting and deciding')], default='', max_length=10)),
                ('state', models.CharField(default='proposed', max_length=10)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('proposed_on', models.DateField()),
                ('decided_on', models.DateField(null=True)),
                ('decision_note', models.CharField(blank=True, default='', max_length=300)),
                ('failure', models.CharField(blank=True, default='', max_length=300)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('delegates', models.ManyToManyField(blank=True, related_name='+', to='people.department')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='change_requests', to='catalogue.item')),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.item')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('result', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.itemchange')),
            ],
            options={
                'verbose_name': 'request to change an item',
                'verbose_name_plural': 'requests to change items',
                'indexes': [models.Index(fields=['department', 'state', '-id'], name='change_request_desk'), models.Index(condition=models.Q(('state', 'confirmed')), fields=['on', 'id'], name='change_request_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='request_second_person'), models.CheckConstraint(condition=models.Q(models.Q(('change', 'merge'), _negated=True), ('merged_into__isnull', False), _connector='OR'), name='request_merge_names_target'), models.CheckConstraint(condition=models.Q(models.Q(('change', 'delegate'), _negated=True), models.Q(('extent', ''), _negated=True), _connector='OR'), name='request_delegate_extent'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), ('result__isnull', False), _connector='OR'), name='request_done_has_row')],
            },
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('extent', models.CharField(choices=[('accept', 'Accepting only; the department decides'), ('decide', 'Accepting and deciding')], max_length=10)),
                ('from_on', models.DateField()),
                ('to_on', models.DateField(blank=True, null=True)),
                ('ground', models.CharField(max_length=300)),
                ('taken_back_ground', models.CharField(blank=True, default='', max_length=300)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegated_items', to='people.department')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations', to='catalogue.item')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations', to='reform.changerequest')),
                ('taken_back_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'delegation',
                'verbose_name_plural': 'delegations',
                'indexes': [models.Index(fields=['department', 'from_on'], name='delegation_department'), models.Index(fields=['-from_on', '-id'], name='delegation_newest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('to_on__isnull', True)), fields=('item', 'department'), name='one_running_delegation'), models.CheckConstraint(condition=models.Q(('to_on__isnull', True), ('to_on__gte', models.F('from_on')), _connector='OR'), name='delegation_ends_after_start')],
            },
        ),
        migrations.AddConstraint(
            model_name='changerequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('proposed', 'confirmed'))), fields=('item',), name='one_open_change_request'),
        ),
    ]
