"""Two admin sites at once: the app's pages lie on both, and whoever works on one stays there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client

from apps.ai import host
from apps.ai.admin import start
from apps.ai.models import AIModerationQueue, AIProcessingLog
from second_host.members.models import Member
from second_host.shelves.models import Shelf

pytestmark = pytest.mark.django_db(transaction=True)

SITES = ("/office/", "/counter/")
_ADDRESS = re.compile(r'(?:href|action|formaction|data-[\w-]*url)="(/[^"#]*)')
#: What asks no question or asks somebody else.
_PASSED_BY = re.compile(r"/(?:logout|password_change|jsi18n|autocomplete)/")
#: Pages that must be reached, or the walk has stopped early.
FEWEST = 40


def _walk(client: Client, root: str) -> Iterator[tuple[str, str]]:
    """Every page that links lead to from `root`, one of each kind: (page, address on it)."""
    waiting, seen = [root], {root}
    while waiting:
        page = waiting.pop()
        answer = client.get(page, follow=True)
        assert answer.status_code in {200, 403, 405}, (page, answer.status_code)
        for hop, _ in answer.redirect_chain:
            yield page, hop
        if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
            continue
        for address in _ADDRESS.findall(answer.content.decode().replace("&amp;", "&")):
            yield page, address
            path = address.partition("?")[0]
            kind = re.sub(r"\d+|[0-9a-f-]{36}", "#", path)
            if address.startswith(root) and kind not in seen and not _PASSED_BY.search(path):
                seen.add(kind)
                waiting.append(path)


@pytest.mark.parametrize("site", SITES)
def test_links_stay_on_the_site_where_one_is(
    cards: dict[str, AIProcessingLog], client: Client, admin_member: Member, site: str
) -> None:
    call_command("taxonomy_report", verbosity=0)
    client.force_login(admin_member)
    found = list(_walk(client, site))
    elsewhere = {
        (page, address) for page, address in found if address.startswith(SITES) and site not in address
    }
    assert {one for one in elsewhere if not one[1].startswith("/counter/shelves/")} == set()
    assert len({page for page, _ in found}) >= FEWEST
    on_our_pages = {address for page, address in found if page.startswith(f"{site}ai/")}
    assert any(address.startswith(f"{site}warehouse/item/") for address in on_our_pages)
    request = client.get(f"{site}ai/aimoderationqueue/").wsgi_request
    tiles = json.dumps(start.context(request, {})["desk"], default=str)
    assert site in tiles
    assert not any(other in tiles for other in SITES if other != site)


def test_a_card_is_decided_on_the_second_site(
    cards: dict[str, AIProcessingLog], office: Client, shelves: dict[str, Shelf]
) -> None:
    run = cards["medicine"]
    entry = AIModerationQueue.objects.get(log_entry=run)
    opened = office.get(f"/counter/ai/aimoderationqueue/{entry.pk}/change/")
    assert opened.headers["Location"].startswith("/counter/")
    page = office.get(opened.headers["Location"]).content.decode()
    [address] = set(re.findall(r'data-url="([^"]+)"', page))
    assert address.startswith("/counter/")
    answer = office.post(f"{address}approve/", json.dumps({"edits": {}}), content_type="application/json")
    assert answer.status_code == 200, answer.content.decode()
    run.refresh_from_db()
    assert run.status == "approved"


def test_each_site_keeps_its_own_door(cards: dict[str, AIProcessingLog], client: Client) -> None:
    """The counter is for the house's own people; what a person may do is the same on both."""
    agency = Member.objects.create_user("agency@elsewhere.example", "secret-word", is_staff=True)
    agency.user_permissions.set(Permission.objects.filter(codename="view_aiprocessinglog"))
    client.force_login(agency)
    pages = {site: client.get(f"{site}ai/aiprocessinglog/").status_code for site in SITES}
    assert pages == {"/office/": 200, "/counter/": 302}
    assert "/counter/login/" in client.get("/counter/ai/aiprocessinglog/").headers["Location"]
    colleague = Member.objects.create_user("new@shop.example", "secret-word", is_staff=True)
    client.force_login(colleague)
    for site in SITES:
        assert client.get(f"{site}ai/aiprocessinglog/").status_code == 403
        assert client.get(f"{site}ai/review/{cards['wear'].pk}/").status_code in {403, 404}


def test_a_page_that_only_one_site_has(shelves: dict[str, Shelf], office: Client) -> None:
    """Shelves are registered at the counter alone: the link leads there from anywhere."""
    address = f"/counter/shelves/shelf/{shelves['pain'].pk}/change/"
    assert host.admin_address("shelves_shelf_change", shelves["pain"].pk) == address
    assert host.admin_address("shelves_shelf_change", shelves["pain"].pk, on="admin") == address
    assert host.admin_address("no_such_page") == ""
