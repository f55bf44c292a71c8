from django.db import migrations

BATCH = 1000


def drop_spaces(apps, schema_editor):
    """A name's key holds no spaces: names that differ by a space, hyphen or apostrophe are homonyms."""
    for model in ("Place", "PlaceName"):
        rows = apps.get_model("coi", model).objects
        changed = list(rows.filter(folded__contains=" ").only("pk", "folded"))
        for row in changed:
            row.folded = row.folded.replace(" ", "")
        rows.bulk_update(changed, ["folded"], batch_size=BATCH)


def fold_again(apps, schema_editor):
    from coi.text.folding import fold

    for model in ("Place", "PlaceName"):
        rows = apps.get_model("coi", model).objects
        changed = list(rows.only("pk", "name", "folded"))
        for row in changed:
            row.folded = fold(row.name)
        rows.bulk_update(changed, ["folded"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("coi", "0011_sources_named_in_the_text")]

    operations = [migrations.RunPython(drop_spaces, fold_again)]
