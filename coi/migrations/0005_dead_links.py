import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("coi", "0004_draft_work"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DeadLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("marked_on", models.DateField(verbose_name="marked on")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("marked_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("source", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="dead_link", to="coi.source", verbose_name="source")),
            ],
            options={"verbose_name": "dead link", "verbose_name_plural": "dead links", "ordering": ["source"]},
        ),
    ]
