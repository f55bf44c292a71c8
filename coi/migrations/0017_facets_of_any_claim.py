# Facets of traits for claims of any kind.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("coi", "0016_compiled_editions")]

    operations = [
        migrations.AlterField(
            model_name="trait",
            name="facet",
            field=models.CharField(
                choices=[
                    ("ethnicity", "ethnicity"),
                    ("occupation", "occupation"),
                    ("role", "role"),
                    ("standing", "standing"),
                    ("status", "status"),
                    ("religion", "religion"),
                    ("opinion", "political opinion"),
                    ("orientation", "sexual orientation or gender identity"),
                    ("health", "health or disability"),
                    ("family", "family"),
                    ("nationality", "nationality or none"),
                ],
                max_length=12,
                verbose_name="facet",
            ),
        ),
    ]
