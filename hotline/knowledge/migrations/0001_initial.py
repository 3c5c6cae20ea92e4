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
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=24, unique=True)),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('name_en', models.CharField(blank=True, default='', max_length=60, verbose_name='name in English')),
                ('order', models.PositiveSmallIntegerField(default=100)),
            ],
            options={
                'verbose_name': 'topic',
                'verbose_name_plural': 'topics',
                'ordering': ['order', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=48, unique=True, verbose_name='number')),
                ('made_at', models.DateTimeField()),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='knowledge_articles', to='people.department')),
            ],
            options={
                'verbose_name': 'article',
                'verbose_name_plural': 'articles',
            },
        ),
        migrations.CreateModel(
            name='ArticleVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('state', models.CharField(default='draft', max_length=12)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('title', models.CharField(max_length=120, verbose_name='question')),
                ('title_en', models.CharField(blank=True, default='', max_length=200, verbose_name='question in English')),
                ('answer', models.TextField(verbose_name='answer')),
                ('answer_en', models.TextField(blank=True, default='', verbose_name='answer in English')),
                ('keywords', models.CharField(blank=True, default='', max_length=200, verbose_name='everyday words')),
                ('public', models.BooleanField(default=True, verbose_name='open to the public')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('review_on', models.DateField(verbose_name='to be reviewed on')),
                ('written_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('note', models.TextField(blank=True, default='', verbose_name='reason')),
                ('review_told_on', models.DateField(blank=True, null=True)),
                ('search', models.TextField(blank=True, default='', editable=False)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='knowledge.article')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department')),
                ('publisher', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='knowledge.topic', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'version of an article',
                'verbose_name_plural': 'versions of articles',
                'indexes': [models.Index(fields=['-written_at', '-id'], name='article_latest'), models.Index(fields=['department', '-written_at'], name='article_department'), models.Index(condition=models.Q(('state', 'published')), fields=['topic'], name='article_topic'), models.Index(condition=models.Q(('state', 'published')), fields=['valid_until'], name='article_expiry'), models.Index(condition=models.Q(('review_told_on__isnull', True), ('state', 'published')), fields=['review_on'], name='article_review')],
                'constraints': [models.UniqueConstraint(fields=('article', 'number'), name='one_version_a_number'), models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('article',), name='one_published_version_an_article'), models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='article_valid_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='published_article_has_a_moment')],
            },
        ),
        migrations.CreateModel(
            name='VersionItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=64, verbose_name='code of the item')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='knowledge.articleversion')),
            ],
            options={
                'indexes': [models.Index(fields=['code'], name='article_item_code')],
                'constraints': [models.UniqueConstraint(fields=('version', 'code'), name='one_item_a_version')],
            },
        ),
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('helpful', 'Helpful'), ('wrong', 'Wrong or out of date'), ('missing', 'Something is missing')], max_length=8)),
                ('text', models.TextField(blank=True, default='', verbose_name='remark')),
                ('given_at', models.DateTimeField()),
                ('state', models.CharField(default='open', max_length=10)),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('red_lit_on', models.DateField(blank=True, null=True)),
                ('answer', models.TextField(blank=True, default='', verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('article', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='knowledge.article')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='knowledge_feedback', to='people.department')),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'remark on the knowledge base',
                'verbose_name_plural': 'remarks on the knowledge base',
                'indexes': [models.Index(fields=['-given_at', '-id'], name='feedback_latest'), models.Index(fields=['department', 'state'], name='feedback_department'), models.Index(condition=models.Q(('red_lit_on__isnull', True), ('state', 'open')), fields=['due_on'], name='feedback_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'helpful')), fields=('article', 'given_by'), name='one_helpful_a_reader'), models.CheckConstraint(condition=models.Q(models.Q(('article__isnull', False), ('due_on__isnull', True), ('kind', 'helpful')), models.Q(models.Q(('kind', 'helpful'), _negated=True), ('due_on__isnull', False)), _connector='OR'), name='feedback_task_has_a_due_day')],
            },
        ),
        migrations.AddConstraint(
            model_name='articleversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('draft', 'review'))), fields=('article',), name='one_open_version_an_article'),
        ),
    ]
