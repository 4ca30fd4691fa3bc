"""HTML keeps what a description needs and nothing that a browser could run."""

import time

import pytest
from bs4 import BeautifulSoup, Comment, MarkupResemblesLocatorWarning

from apps.ai.tests.text.data import descriptions, naughty_strings, needs_data, product_texts, xss_lines
from apps.ai.text.safety.html import active_content, clean, is_clean, plain, to_text

pytestmark = pytest.mark.filterwarnings(
    f"ignore::{MarkupResemblesLocatorWarning.__module__}.MarkupResemblesLocatorWarning"
)


ALLOWED = {"p", "br", "ul", "ol", "li", "strong", "b", "em", "i", "h3", "h4"}
ALLOWED |= {"table", "thead", "tbody", "tr", "th", "td"}

EMPTIED = ALLOWED - {"br", "td", "th"}


def faults(html: str) -> list[str]:
    """What an independent parser finds beyond allowed tags without attributes."""
    soup = BeautifulSoup(html, "html.parser")
    tags = [tag.name for tag in soup.find_all(True) if tag.name not in ALLOWED or tag.attrs]
    return tags + [str(node) for node in soup.find_all(string=lambda text: isinstance(text, Comment))]


def shown(html: str) -> str:
    return BeautifulSoup(html, "html.parser").get_text()


@pytest.mark.parametrize(
    "html",
    [
        "<p>Крем <b>50 мл</b></p>",
        "<p>a<br>b</p>",
        "<h3>Состав</h3><p>Вода &amp; масло, &lt; 5 %</p>",
        "<ul><li>a</li><li><strong>b</strong></li></ul>",
        "<table><tbody><tr><th>Вес</th><td>50 г</td></tr></tbody></table>",
    ],
)
def test_what_is_allowed_stays(html: str) -> None:
    assert clean(html) == html
    assert is_clean(html)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<p style="color:red" onclick="x()" title="t" lang="ru">a</p>', "a"),
        ("<script>alert(1)</script><p>a</p>", "a"),
        ("<style>p{}</style>a", "a"),
        ('<a href="javascript:alert(1)">ссылка</a>', "ссылка"),
        ("<p></p><p> &nbsp; <br></p><p>a</p>", "a"),
        ("<ul><li></li><li><b></b></li></ul>", ""),
        ("<table><tr><td></td></tr></table>", ""),
        ("<ul><li>a<li>b</ul>", "ab"),
        ("a < b & c > d", "a < b & c > d"),
        ("<p>a<!-- c -->b</p>", "ab"),
        ("<p>незакрытый", "незакрытый"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
        ("<p>x\x00y</p>", "xy"),
        ("", ""),
    ],
)
def test_the_rest_goes_and_its_text_stays(html: str, text: str) -> None:
    cleaned = clean(html)
    assert shown(cleaned) == text
    assert faults(cleaned) == []
    assert is_clean(cleaned)
    assert (
        BeautifulSoup(cleaned, "html.parser").find(lambda tag: tag.name in EMPTIED and not tag.get_text())
        is None
    )


def test_is_clean_refuses_what_cleaning_would_change() -> None:
    assert not is_clean('<p class="a">a</p>')
    assert not is_clean("<p>a")
    assert not is_clean("<p></p>")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Один</p><p>Два &amp; три</p>", "Один\n\nДва & три"),
        ("<div>a</div><div>b<br>c</div>", "a\n\nb\nc"),
        ("<script>var a = '<p>x</p>'</script>текст", "текст"),
        ("5 &lt; 6 &#8212; &laquo;да&raquo;", "5 < 6 — «да»"),
        ("a < b & c", "a < b & c"),
        ("первая\nвторая  строка \n", "первая\nвторая строка"),
        ("<table><tr><td>Вес</td><td>50 г</td></tr></table>", "Вес | 50 г"),
        ("10&nbsp;мг", "10 мг"),
        ("", ""),
    ],
)
def test_to_text(html: str, expected: str) -> None:
    assert to_text(html) == expected


@pytest.mark.parametrize(
    "text", ["a < b & c", "Крем 50 мл\nСостав: вода", "100 % хлопок > 5", "«Wi-Fi» & 'x'"]
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert to_text(text) == text
    assert to_text(to_text(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Крем \n 50\u00a0мл ", "Крем 50 мл"),
        ("<b>Крем</b>", "Крем"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Крем", "Крем"),
        ("&amp;lt;script&amp;gt;x&amp;lt;/script&amp;gt;Крем", "Крем"),
        ("<<script>script>alert(1)", "<"),
        ("Кр\u200bем\u202e \ufeffдля лица\x07", "Крем для лица"),
        ("и\u0306", "й"),
        ("H&M и 5 < 6", "H&M и 5 < 6"),
        ("I <3 you", "I <3 you"),
        ("a\ud800b", "ab"),
        ("", ""),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected
    assert plain(expected) == expected


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 10_000 + "x" + "</div>" * 10_000,
        "<ul><li>" * 50_000,
        "<b>" * 300_000,
        "<table><tr><td>" * 60_000,
        "&" * 1_000_000,
        "<" * 1_000_000,
        "</p>" * 250_000,
        "<p><b><i>" * 100_000,
        "&lt;" * 250_000,
        "&amp;" * 200_000,
        "\ud800" * 1_000_000,
        "\u202e\u200b" * 500_000,
        "<!--" * 250_000,
        "<a href='" * 100_000,
        "а" * 1_000_000,
    ],
    ids=lambda text: text[:10].encode("unicode_escape").decode(),
)
def test_a_hostile_megabyte_is_cleaned_in_time(hostile: str) -> None:
    started = time.process_time()
    assert faults(clean(hostile)[:2_000]) == []
    assert "\ud800" not in to_text(hostile)
    assert faults(plain(hostile)[:2_000]) == []
    assert time.process_time() - started < 20


@needs_data
def test_no_attack_leaves_anything_executable() -> None:
    texts = xss_lines() + naughty_strings()
    assert len(texts) > 7_000
    for text in texts:
        assert faults(clean(text)) == []
        assert is_clean(clean(text))
        assert faults(plain(text)) == []
        assert plain(plain(text)) == plain(text)
        assert clean(f"<p>{text}</p>") == clean(clean(f"<p>{text}</p>"))


@needs_data
def test_real_texts_keep_their_words() -> None:
    for text in product_texts("fixprice", "trendyol"):
        assert to_text(text).split() == text.split()
    assert len(descriptions("fixprice")) > 2_000


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("a < b & c > d", "<p>a &lt; b &amp; c &gt; d</p>"),
        ("строка\nещё\n\nабзац", "<p>строка<br>ещё</p><p>абзац</p>"),
        ("<b>Крем</b> 50 мл", "<p><b>Крем</b> 50 мл</p>"),
        ("<div>один</div><div>два</div>", "<p>один</p><p>два</p>"),
        ("<h1>Имя</h1><h6>Состав</h6>", "<h3>Имя</h3><h4>Состав</h4>"),
        ("<li>a<li>b", "<ul><li>a</li><li>b</li></ul>"),
        ("<p>a<script>alert(1)</script><style>p{}</style></p>", "<p>a</p>"),
        ("<p> <b></b> &nbsp;<br></p>", ""),
        ('<img alt="a > b" onerror="x()">текст', "<p>текст</p>"),
        (
            "<table><tr><td>1</td><td></td></tr></table>",
            "<table><tbody><tr><td>1</td><td></td></tr></tbody></table>",
        ),
    ],
)
def test_clean_gives_exactly(html: str, expected: str) -> None:
    assert clean(html) == expected
    assert is_clean(expected)


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        '<img src="x" onerror="alert(1)">',
        '<a href="java script:alert(1)">x</a>',
        "<svg/onload=alert(1)>",
        "&lt;iframe src=//evil.example&gt;",
        '<p style="width: expression(alert(1))">x</p>',
    ],
)
def test_active_content_is_quoted(html: str) -> None:
    quotes = active_content(f"<p>Крем</p>{html}")
    assert quotes
    assert all(0 < len(quote) <= 80 for quote in quotes)


@pytest.mark.parametrize(
    "text", ["", "Крем 50 мл", "<p>Крем</p>", "Книга «JavaScript: полное руководство»", "Форма: круг, on = 5"]
)
def test_harmless_text_is_not_active(text: str) -> None:
    assert active_content(text) == ()
