"""An omission holds for one fact (rules 2.0): until now it held for every fact of its case. Versions keep open points.

Each row is given to the facts for which the finding counted when the case was last opened, as the rows of reliance
say. A case of which none says so gives it to each of its facts: the reason then waits at a fact on which the finding
does not bear, where it does nothing.
"""

from typing import Any

from django.db import migrations, models


def give_to_facts(apps: Any, schema_editor: Any) -> None:
    Omission, Reliance = apps.get_model("assessments", "Omission"), apps.get_model("assessments", "Reliance")
    CaseFact = apps.get_model("assessments", "CaseFact")
    for row in list(Omission.objects.order_by("pk")):
        code = row.finding.partition("/")[2]
        counted = Reliance.objects.filter(case_id=row.case_id, version=None, omitted=True)
        counted = counted.filter(finding__endswith=f"/{code}").exclude(fact_ident="")  # under any edition's key
        facts = sorted(set(counted.values_list("fact_ident", flat=True)))
        facts = facts or list(CaseFact.objects.filter(case_id=row.case_id).order_by("pk").values_list("ident", flat=True))
        Omission.objects.filter(pk=row.pk).update(fact_ident=facts[0] if facts else "")
        for fact in facts[1:]:
            values = {name: getattr(row, name) for name in ("case_id", "finding", "reason", "version", "saved_by_id")}
            made = Omission.objects.create(fact_ident=fact, **values)
            Omission.objects.filter(pk=made.pk).update(saved_at=row.saved_at)  # saving sets it to now


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_new_matches")]

    operations = [
        migrations.RemoveConstraint(model_name="omission", name="one_omission_a_finding"),
        migrations.AlterModelOptions(
            name="omission",
            options={
                "default_related_name": "omissions",
                "ordering": ["case", "fact_ident", "finding"],
                "verbose_name": "omission",
                "verbose_name_plural": "omissions",
            },
        ),
        migrations.AddField(
            model_name="omission",
            name="fact_ident",
            field=models.CharField(default="", max_length=20, verbose_name="fact"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="omission",
            constraint=models.UniqueConstraint(
                fields=("case", "fact_ident", "finding"), name="one_omission_a_fact_and_finding"
            ),
        ),
        migrations.AddField(
            model_name="memoversion",
            name="open_points",
            field=models.JSONField(
                blank=True,
                help_text="open_points.py; null of a version from before they were kept",
                null=True,
                verbose_name="open points",
            ),
        ),
        # last: PostgreSQL alters no table while rows that were just added wait for their checks
        migrations.RunPython(give_to_facts, migrations.RunPython.noop),
    ]
