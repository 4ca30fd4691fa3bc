from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.ai.exceptions import AIError
from apps.ai.management.progress import progress_bar
from apps.ai.models import AICategoryFit
from apps.ai.services.fitting import train
from apps.ai.services.fitting.model import NEVER
from apps.ai.services.money.meter import UnattendedMeter
from apps.ai.services.people import refit


class Command(BaseCommand):
    help = (
        "Fit the category classifier, the calibration and the thresholds on what people confirmed; "
        "run sync_categories first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="also when little has changed")
        parser.add_argument(
            "--test",
            type=int,
            default=train.MOST_TESTED,
            metavar="N",
            help=f"so many confirmed products at most are categorised as if they were new ({train.MOST_TESTED})",
        )

    def handle(self, *args: Any, force: bool, test: int, **options: Any) -> None:
        try:
            with progress_bar("Confirmed products, as if they were new", test) as progress:
                outcome = refit.refit(
                    meter=UnattendedMeter("learning"), force=force, most_tested=test, progress=progress
                )
        except (AIError, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Confirmed products: {outcome.confirmed}, decisions of people: {outcome.decided}.")
        if outcome.row is not None:
            self._print(outcome.row)
        elif outcome.reason == "unchanged":
            self.stdout.write("Too little has changed since the last fit (--force fits anyway).")
        else:
            self.stdout.write(
                f"Nothing fitted: {train.FEWEST_CONFIRMED} confirmed products are needed. "
                "Until then every category goes to a person, unless AI_AUTO_APPLY_THRESHOLD is set."
            )

    def _print(self, row: AICategoryFit) -> None:
        self.stdout.write(f"Fit {row.pk} is in force, {len(bytes(row.classifier)) / 2**20:.1f} MiB.")
        for method, found in row.reliability.items():
            self.stdout.write(
                f"{method:12} {found['products']} products, right {found['accuracy']:.3f}, "
                f"calibration error {found['calibration_error']:.3f}, Brier {found['brier']:.3f}"
            )
            calibration = row.calibrations[method]
            self.stdout.write(f"{'':12} automatic from {_shown(calibration['threshold'])}")
            for branch, threshold in calibration["branches"].items():
                self.stdout.write(f"{'':12} branch {branch}: from {_shown(threshold)}")


def _shown(threshold: float) -> str:
    return "never: too few are right, or too few were seen" if threshold >= NEVER else f"{threshold:.3f}"
