"""Secrets of webhooks lie encrypted, as those of import sources do: a dump of the database signs nothing."""

from django.db import migrations

import apps.ai.models.webhooks
import utils.secret_field
from utils.secret_field import opened_or_none, sealed


def _rewrite(schema_editor, made_of):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, secret FROM ai_aiwebhook")
        for pk, stored in cursor.fetchall():
            cursor.execute("UPDATE ai_aiwebhook SET secret = %s WHERE id = %s", [made_of(stored), pk])


def encrypt(apps, schema_editor):
    """A worker of this code may have written an encrypted one before."""
    _rewrite(schema_editor, lambda stored: stored if opened_or_none(stored) is not None else sealed(stored))


def decrypt(apps, schema_editor):
    _rewrite(schema_editor, lambda stored: opened_or_none(stored) or stored)


class Migration(migrations.Migration):
    dependencies = [("ai", "0080_signs_and_troubles")]

    operations = [
        migrations.AlterField(
            model_name="aiwebhook",
            name="secret",
            field=utils.secret_field.SecretField(
                default=apps.ai.models.webhooks.new_secret, editable=False, verbose_name="Секрет"
            ),
        ),
        migrations.RunPython(encrypt, decrypt),
    ]
