import django.db.models.deletion
import workspaces.models.base
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('journeys', '0018_worth'),
        ('workspaces', '0004_review'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RunScript',
            fields=[
                ('id', models.UUIDField(default=workspaces.models.base.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('script', models.JSONField(help_text='The body of a simulation without its graph.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('journey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scripts', to='journeys.journey')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
            ],
            options={
                'verbose_name': 'script of a test run',
                'verbose_name_plural': 'scripts of test runs',
            },
        ),
        migrations.AddConstraint(
            model_name='runscript',
            constraint=models.UniqueConstraint(fields=('journey', 'name'), name='script_name_once'),
        ),
    ]
