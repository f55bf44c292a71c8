# The labels in plain English; stored values and columns stay the same.

import coi.models.base
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("coi", "0014_content_stamps"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="footnote",
            name="after_sentence",
            field=models.PositiveSmallIntegerField(verbose_name="after sentence"),
        ),
        migrations.AlterField(
            model_name="coveragerow",
            name="basis",
            field=models.TextField(verbose_name="basis"),
        ),
        migrations.AlterField(
            model_name="drafteditor",
            name="editor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="editor",
            ),
        ),
        migrations.AlterField(
            model_name="drafteditor",
            name="last",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="last edited"),
        ),
        migrations.AlterField(
            model_name="drafteditor",
            name="since",
            field=models.DateTimeField(auto_now_add=True, verbose_name="first edited"),
        ),
        migrations.AlterField(
            model_name="draftwork",
            name="begun_by",
            field=models.ForeignKey(
                blank=True,
                help_text="empty of a draft from the command line",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="started by",
            ),
        ),
        migrations.AlterField(
            model_name="edition",
            name="is_selection",
            field=models.BooleanField(
                default=False,
                help_text="only part of the report is in the library; footnote numbers have gaps",
                verbose_name="a selection",
            ),
        ),
        migrations.AlterField(
            model_name="edition",
            name="scope_note",
            field=models.TextField(blank=True, verbose_name="scope"),
        ),
        migrations.AlterField(
            model_name="eventimport",
            name="begun_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="started by",
            ),
        ),
        migrations.AlterField(
            model_name="eventimport",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "waiting"),
                    ("running", "being read"),
                    ("done", "imported"),
                    ("refused", "refused"),
                    ("broken-off", "interrupted"),
                ],
                default="waiting",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="eventmonth",
            name="place",
            field=models.ForeignKey(
                help_text="the country if no region is given",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="coi.place",
            ),
        ),
        migrations.AlterField(
            model_name="figure",
            name="text_says",
            field=models.TextField(blank=True, verbose_name="what the text says about it"),
        ),
        migrations.AlterField(
            model_name="finding",
            name="actors_together",
            field=models.BooleanField(
                default=False,
                help_text="the statement is about all of these actors together, such as two groups fighting each other",
                verbose_name="actors together",
            ),
        ),
        migrations.AlterField(
            model_name="finding",
            name="other_side",
            field=models.ManyToManyField(
                blank=True,
                help_text="those of the actors who were on the other side of the fight; empty if the report states no sides",
                related_name="+",
                to="coi.actor",
                verbose_name="other side",
            ),
        ),
        migrations.AlterField(
            model_name="place",
            name="kind",
            field=models.CharField(
                choices=[
                    ("country", "country"),
                    ("macro-area", "part of the country"),
                    ("region", "region"),
                    ("circle", "cercle"),
                    ("town", "town"),
                    ("village", "village"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="place",
            name="parents",
            field=models.ManyToManyField(blank=True, related_name="children", to="coi.place", verbose_name="is in"),
        ),
        migrations.AlterField(
            model_name="report",
            name="product_type",
            field=models.CharField(
                help_text="such as speaking notes of a presentation", max_length=200, verbose_name="type of report"
            ),
        ),
        migrations.AlterField(
            model_name="section",
            name="period_from",
            field=coi.models.base.MomentField(
                blank=True, default="", max_length=10, verbose_name="undated statements cover the time from"
            ),
        ),
        migrations.AlterField(
            model_name="source",
            name="is_primary",
            field=models.BooleanField(
                default=False,
                help_text="the originator's own publication of information that it gathered itself",
                verbose_name="primary",
            ),
        ),
        migrations.AlterField(
            model_name="trait",
            name="civilian",
            field=models.CharField(
                blank=True,
                choices=[("yes", "civilian"), ("no", "not civilian"), ("", "says nothing about it")],
                default="",
                max_length=3,
                verbose_name="civilian",
            ),
        ),
    ]
