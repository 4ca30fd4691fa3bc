"""Templates, the variant and the rejected twin leave the stage results for columns of their own."""

from django.db import migrations

KEYS = ("templates", "variant_of", "rejected")


def to_columns(apps, schema_editor):
    runs = apps.get_model("ai", "AIProcessingLog").objects.using(schema_editor.connection.alias)
    for run in runs.filter(stage_results__has_any_keys=KEYS).only("stage_results").iterator(chunk_size=500):
        results = dict(run.stage_results)
        templates, variant, rejected = (results.pop(key, None) for key in KEYS)
        runs.filter(pk=run.pk).update(
            stage_results=results,
            template_ids=templates or [],
            taken_from=variant or {},
            rejected_run_id=rejected,
        )


def to_stage_results(apps, schema_editor):
    runs = apps.get_model("ai", "AIProcessingLog").objects.using(schema_editor.connection.alias)
    moved = runs.exclude(template_ids=[], taken_from={}, rejected_run_id=None)
    for run in moved.only("stage_results", "template_ids", "taken_from", "rejected_run_id").iterator():
        values = zip(KEYS, (run.template_ids, run.taken_from, run.rejected_run_id), strict=True)
        runs.filter(pk=run.pk).update(stage_results={**run.stage_results, **{k: v for k, v in values if v}})


class Migration(migrations.Migration):

    dependencies = [("ai", "0020_provider_faults")]

    operations = [migrations.RunPython(to_columns, to_stage_results)]
