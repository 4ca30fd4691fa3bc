from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action
from unfold.decorators import display as unfold_display

from apps.parsers.admin import pages
from apps.parsers.admin.forms import StartForm
from apps.parsers.models import ParserRun, ParserSource, RunState
from apps.parsers.services.records import FeedError
from apps.parsers.services.runs import columns, control, processing

COLORS = {
    RunState.QUEUED: "info",
    RunState.RUNNING: "info",
    RunState.PAUSED: "warning",
    RunState.NEEDS_LOOK: "warning",
    RunState.FINISHED: "success",
    RunState.FAILED: "danger",
    RunState.DEAD: "danger",
}


@admin.register(ParserRun)
class ParserRunAdmin(ModelAdmin):
    """Imports: started here, watched, steered. Nobody writes into their rows but the imports themselves."""

    list_display = [
        *("origin", "parser", "state", "progress", "created_count", "updated_count"),
        *("unchanged_count", "failed_count", "started_at", "started_by"),
    ]
    list_filter = [("status", ChoicesDropdownFilter), "parser", "dry_run"]
    list_select_related = ["started_by"]
    search_fields = ["origin", "source_name"]
    actions_list = ["start_link"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ParserRun | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ParserRun | None = None) -> bool:
        return False

    def has_start_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("parsers.add_parserrun")

    def has_steer_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("parsers.change_parserrun")

    @action(description=gettext_lazy("Новый импорт"), icon="upload", permissions=["start"])
    def start_link(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:parsers_parserrun_start"))

    @unfold_display(description=gettext_lazy("Состояние"), ordering="status", label=COLORS)
    def state(self, run: ParserRun) -> tuple[str, str]:
        trial = _("проба") + ": " if run.dry_run else ""
        return run.status, f"{trial}{run.get_status_display()}"

    @admin.display(description=gettext_lazy("Готово"))
    def progress(self, run: ParserRun) -> str:
        counts = _("{done} из {total}").format(done=run.position, total=run.total)
        bar = '<progress max="100" value="{}" style="width:90px"></progress> {}'
        return format_html(bar, run.percent, counts)

    def get_urls(self) -> list[Any]:
        def view(route: str, handler: Any, name: str) -> Any:
            return path(route, self.admin_site.admin_view(handler), name=f"parsers_parserrun_{name}")

        own = [
            view("start/", self.start_view, "start"),
            view("<int:run_id>/columns/", self.columns_view, "columns"),
            view("<int:run_id>/step/", require_POST(self.step_view), "step"),
            view("<int:run_id>/progress/", self.progress_view, "progress"),
            view("<int:run_id>/table.csv", self.table_view, "table"),
        ]
        return [*own, *super().get_urls()]

    def start_view(self, request: HttpRequest) -> HttpResponse:
        """Upload or address; then the columns, when there are any to decide on."""
        if not self.has_start_permission(request):
            raise PermissionDenied
        form = StartForm(
            request.POST or None, request.FILES or None, initial=request.GET.dict(), label_suffix=""
        )
        if request.method == "POST" and form.is_valid():
            try:
                run = _prepared(request, form.cleaned_data)
            except FeedError as error:
                form.add_error(None, str(error))
            else:
                if columns.of_run(run):
                    return HttpResponseRedirect(reverse("admin:parsers_parserrun_columns", args=[run.pk]))
                control.enqueue(run)
                return self._to(run)
        return self._page(request, "start", title=_("Новый импорт"), form=form)

    def columns_view(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Which heading is which field: the guess, to be changed. Saving starts the import."""
        if not self.has_start_permission(request):
            raise PermissionDenied
        run = self._run(request, run_id)
        found = columns.of_run(run)
        if request.method == "POST":
            chosen = {one.heading: request.POST.get(f"column-{n}", "") for n, one in enumerate(found)}
            columns.keep(run, chosen)
            ParserRun.objects.filter(pk=run.pk, status=RunState.PREPARED).update(
                dry_run=request.POST.get("go") != "import"
            )
            run.refresh_from_db()
            control.enqueue(run)
            return self._to(run)
        context = {"run": run, "columns": found, "fields": columns.FIELDS, "as_is": columns.AS_IS}
        return self._page(request, "columns", title=_("Столбцы поставщика"), **context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method != "GET":
            raise PermissionDenied
        run = self._run(request, object_id)
        page = request.GET.get("page", "1")
        context = pages.of_run(run, page=int(page) if page.isdecimal() and int(page) > 0 else 1)
        steer = self.has_steer_permission(request)
        return self._page(request, "run", title=run.origin, run=run, may_steer=steer, **context)

    def progress_view(self, request: HttpRequest, run_id: int) -> HttpResponse:
        run = self._run(request, run_id)
        return JsonResponse(pages.progress(run))

    def table_view(self, request: HttpRequest, run_id: int) -> FileResponse:
        run = self._run(request, run_id)
        if not run.table:
            raise Http404
        return FileResponse(run.table.open("rb"), as_attachment=True, filename=f"import-{run.pk}.csv")

    def step_view(self, request: HttpRequest, run_id: int) -> HttpResponse:
        if not self.has_steer_permission(request):
            raise PermissionDenied
        run = self._run(request, run_id)
        step = request.POST.get("step", "")
        if step == "process":
            return self._process(request, run)
        if step == "import" and run.dry_run and run.status == RunState.FINISHED:
            real = control.after_trial(run, by=request.user)  # type: ignore[arg-type]
            control.enqueue(real)
            return self._to(real)
        steps = {
            "pause": control.pause,
            "resume": control.resume,
            "cancel": control.cancel,
            "accept": control.accept,
            "start": control.enqueue,
        }
        if step not in steps:
            raise Http404
        if not steps[step](run):
            messages.warning(request, _("Состояние импорта уже другое: ничего не изменено."))
        return self._to(run)

    def _process(self, request: HttpRequest, run: ParserRun) -> HttpResponse:
        which = request.POST.get("which", "")
        if which not in list(processing.Which) or run.dry_run:
            raise Http404
        mass = processing.process(run, processing.Which(which), by=request.user)  # type: ignore[arg-type]
        if mass is None:
            messages.warning(request, _("Таких товаров нет."))
        else:
            text = ngettext("%d товар отдан на обработку.", "%d товаров отдано на обработку.", mass.total)
            messages.success(request, text % mass.total)
        return self._to(run)

    def _run(self, request: HttpRequest, run_id: Any) -> ParserRun:
        if not self.has_view_permission(request):
            raise PermissionDenied  # before it is told whether there is such an import
        run: ParserRun | None = self.get_object(request, str(run_id))
        if run is None:
            raise Http404
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        return run

    def _page(self, request: HttpRequest, name: str, **context: Any) -> TemplateResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, f"admin/parsers/{name}.html", {**shared, **context})

    def _to(self, run: ParserRun) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:parsers_parserrun_change", args=[run.pk]))


def _prepared(request: HttpRequest, given: dict[str, Any]) -> ParserRun:
    """Raises FeedError."""
    source: ParserSource | None = given["source"]
    address = given["address"]
    if source is not None and not address and not given["feed"]:
        address = source.address.reveal()
    return control.prepare(
        source.parser if source is not None else given["parser"],
        name=source.name if source is not None else given["name"],
        source=source,
        upload=given["feed"],
        address=address,
        currency=given["currency"] or (source.currency if source is not None else ""),
        limit=given["limit"],
        dry_run=given["dry_run"],
        by=request.user,  # type: ignore[arg-type]
    )
