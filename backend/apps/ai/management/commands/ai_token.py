"""Create, list and revoke tokens of the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.ai.models import AIApiToken
from apps.ai.services.outside import tokens


class Command(BaseCommand):
    help = "Tokens of the API: create one (it is printed once), list them, revoke one by its number."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        create = acts.add_parser("create")
        create.add_argument("user", help="whose rights the token has")
        create.add_argument("name", help="what it is for")
        create.add_argument("--days", type=int, help="valid for so many days; without: until it is revoked")
        acts.add_parser("list")
        acts.add_parser("revoke").add_argument("number", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['act']}")(options)

    def _create(self, options: dict[str, Any]) -> None:
        users = get_user_model()
        user = users._default_manager.filter(**{users.USERNAME_FIELD: options["user"]}).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']!r}.")
        days = options["days"]
        expires_at = timezone.now() + timedelta(days=days) if days else None
        row, token = tokens.issue(user=user, name=options["name"], by=None, expires_at=expires_at)
        self.stderr.write(f"Token {row.pk} of {user}; it is shown this once:")
        self.stdout.write(token)

    def _list(self, options: dict[str, Any]) -> None:
        for row in AIApiToken.objects.select_related("user"):
            used = f"{row.last_used_at:%Y-%m-%d %H:%M}" if row.last_used_at else "never"
            state = "revoked" if row.revoked_at else "valid"
            self.stdout.write(f"{row.pk}\t{row.start}…\t{row.user}\t{row.name}\t{state}\tused {used}")

    def _revoke(self, options: dict[str, Any]) -> None:
        row = AIApiToken.objects.filter(pk=options["number"]).first()
        if row is None or not tokens.revoke(row):
            raise CommandError(f"There is no valid token {options['number']}.")
        self.stdout.write(f"Token {row.pk} is revoked.")
