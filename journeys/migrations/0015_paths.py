from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("journeys", "0014_review")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="reviewprogress",
            name="began_at",
            field=models.DateTimeField(help_text="When the reading that is under way, or broke off, began.", null=True),
        ),
        migrations.AddField(
            model_name="reviewprogress",
            name="basis",
            field=models.CharField(
                blank=True,
                default="",
                help_text="The rules and the zone that its rows are by; by others, all is read anew.",
                max_length=80,
            ),
        ),
        migrations.AddField(
            model_name="reviewprogress",
            name="mark",
            field=models.CharField(
                blank=True,
                default="",
                help_text="A digest of the journey's counters when it was read.",
                max_length=32,
            ),
        ),
        migrations.AddField(
            model_name="reviewprogress",
            name="repeats",
            field=models.BigIntegerField(
                default=0,
                help_text="How many runs are not the first of their person.",
            ),
        ),
        migrations.AddField(
            model_name="reviewrun",
            name="several",
            field=models.BooleanField(
                db_default=False, default=False, help_text="Its person has other runs of the journey."
            ),
        ),
        migrations.AddIndex(
            model_name="reviewrun",
            index=models.Index(
                condition=models.Q(("several", True)), fields=["journey_id"], name="review_run_of_several"
            ),
        ),
    ]
