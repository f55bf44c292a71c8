import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def end_open_imports(apps, schema_editor):
    """Mark imports whose file is still on one machine's disk as interrupted: start them again on the page."""
    imports = apps.get_model("coi", "EventImport").objects.using(schema_editor.connection.alias)
    imports.filter(state__in=("waiting", "running", "broken-off")).update(state="failed")


class Migration(migrations.Migration):
    dependencies = [("coi", "0017_facets_of_any_claim")]

    operations = [
        migrations.RenameField(model_name="eventimport", old_name="begun_at", new_name="asked_at"),
        migrations.AlterField(
            model_name="eventimport",
            name="asked_at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="asked for"),
        ),
        migrations.AlterModelOptions(
            name="eventimport",
            options={
                "ordering": ["-asked_at", "-pk"],
                "verbose_name": "import of event data",
                "verbose_name_plural": "imports of event data",
            },
        ),
        migrations.RemoveField(model_name="eventimport", name="seen_at"),
        migrations.AddField(
            model_name="eventimport",
            name="taken_by",
            field=models.CharField(blank=True, max_length=80, verbose_name="worker"),
        ),
        migrations.AddField(
            model_name="eventimport",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="attempts"),
        ),
        migrations.AddField(
            model_name="eventimport",
            name="lease_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="may be taken again from"),
        ),
        migrations.AddField(
            model_name="eventimport",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="ended"),
        ),
        migrations.AddField(
            model_name="eventimport",
            name="problem",
            field=models.JSONField(blank=True, default=dict, verbose_name="problem"),
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
                    ("failed", "interrupted"),
                ],
                default="waiting",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddIndex(
            model_name="eventimport",
            index=models.Index(fields=["state", "asked_at"], name="coi_eventim_state_198482_idx"),
        ),
        migrations.CreateModel(
            name="EventFilePart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("content", models.BinaryField()),
                (
                    "event_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="coi.eventimport"
                    ),
                ),
            ],
            options={
                "verbose_name": "part of a file of event data",
                "verbose_name_plural": "parts of files of event data",
                "ordering": ["event_import", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("event_import", "number"), name="one_part_a_number"),
                ],
            },
        ),
        migrations.RunPython(end_open_imports, migrations.RunPython.noop),
    ]
