"""A shop with cards that wait, as moderators meet them: sure, doubtful, with findings, over a live text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from apps.ai import catalog
from apps.ai.issue_codes import issue
from apps.ai.models import AIProcessingLog
from apps.ai.services import quality_checker
from apps.ai.services.gallery import sightings
from apps.ai.services.quality import meaning_rules
from apps.ai.tests.support.cards import waiting_card
from apps.ai.types import CategoryChoice, Draft, ImageFindings, Mode
from apps.products.models import Category, Product, ProductImage

MakeProduct = Callable[..., Product]


@dataclass(frozen=True)
class Goods:
    """A supplier's words and the card that a model made of them. `category`: a slug; `live`: columns of the product."""

    title: str
    description: str
    card_title: str
    card: str
    category: str
    brand: str
    confidence: float = 0.93
    is_measured: bool = True
    attributes: dict[str, str] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    alternatives: Sequence[str] = ()
    live: dict[str, Any] = field(default_factory=dict)
    keywords: Sequence[str] = ()


SURE = Goods(
    title="Nemlendirici Yüz Kremi 50 ml",
    description="Kuru ciltler için nemlendirici yüz kremi. Hyaluronik asit içerir. Sabah ve akşam temiz "
    "cilde uygulayın. "
    "Göz ile temasından kaçının. 50 ml.",
    card_title="Увлажняющий крем для лица Deniz, 50 мл",
    card="<p>Увлажняющий крем для лица для сухой кожи. Содержит гиалуроновую кислоту.</p><h3>Применение</h3>"
    "<p>Наносите утром и вечером на чистую кожу. Избегайте контакта с глазами.</p><p>Объём 50 мл.</p>",
    category="creams",
    brand="Deniz",
    attributes={"Hacim": "50 ml", "Cilt tipi": "Kuru"},
    found={"Объём": "50 мл", "Тип кожи": "сухая"},
    alternatives=("serums", "vitamins"),
    keywords=("крем для лица", "увлажнение кожи", "гиалуроновая кислота"),
)
DOUBTFUL = Goods(
    title="Магний B6, 60 капсул",
    description="Комплекс магния и витамина B6. В упаковке 60 капсул по 400 мг. Принимать по 1 капсуле в "
    "день во время еды. "
    "Не является лекарством. Хранить при температуре не выше 25 °C.",
    card_title="Магний B6 Yildiz, 60 капсул по 400 мг",
    card="<p>Комплекс магния и витамина B6. В упаковке 60 капсул по 400 мг.</p><p>Принимайте по 1 "
    "капсуле в день во время "
    "еды.</p><p>Храните при температуре не выше 25 °C.</p><p>Не является лекарственным средством. Перед применением "
    "проконсультируйтесь с врачом.</p>",
    category="vitamins",
    brand="Yildiz",
    confidence=0.41,
    is_measured=False,
    attributes={"Форма": "капсулы", "Количество": "60"},
    found={"Количество в упаковке": "60", "Форма выпуска": "капсулы"},
    alternatives=("minerals", "pain", "creams"),
    keywords=("магний", "витамин B6", "капсулы"),
)
FLAWED = Goods(
    title="Парацетамол 500 мг, 20 таблеток",
    description="Таблетки парацетамола 500 мг, 20 штук. Снимает головную боль и жар. Не применять детям до "
    "12 лет. "
    "Противопоказан при тяжёлой печёночной недостаточности. Не принимать вместе с алкоголем. "
    "Принимать по 1 таблетке "
    "до 4 раз в сутки. Перерыв между приёмами не менее 4 часов.",
    card_title="Парацетамол Atabay 500 мг, 20 таблеток",
    card="<p>Таблетки парацетамола 500 мг, 20 штук. Снимают головную боль и жар.</p><p>Принимайте "
    "по 1 таблетке до 6 раз "
    "в сутки. Укрепляет иммунитет и дарит бодрость на целый день.</p><p>Лучшее средство на рынке.</p>",
    category="pain",
    brand="Atabay",
    confidence=0.88,
    attributes={"Дозировка": "500 мг", "Рецепт": "не нужен"},
    found={"Дозировка": "500 мг", "Количество в упаковке": "20"},
    alternatives=("vitamins", "minerals"),
    keywords=("парацетамол", "от головной боли"),
)
OVER_LIVE = Goods(
    title="Elbise yazlık kırmızı pamuk",
    description="Yazlık kırmızı elbise. %100 pamuk. Diz boyu, kısa kollu. 30 derecede yıkayın. Çamaşır "
    "suyu kullanmayın.",
    card_title="Платье летнее Lale из хлопка, красное",
    card="<p>Летнее красное платье из 100 % хлопка. Длина до колена, короткий рукав.</p><p>Стирать "
    "при 30 °C, не "
    "использовать отбеливатель.</p>",
    category="dresses",
    brand="Lale",
    confidence=0.9,
    attributes={"Renk": "Kırmızı", "Beden": "M"},
    found={"Цвет": "красный", "Материал": "хлопок"},
    keywords=("платье летнее", "хлопок"),
    live={
        "title_ru": "Платье красное летнее женское Lale",
        "description_ru": "<p>Летнее красное платье из хлопка. Длина до колена, рукав длинный.</p><p>Стирать при 40 "
        "°C.</p>",
        "seo_keywords": ["платье", "красное"],
        "edited_fields": ["title_ru"],
        "hand_edits": {"title_ru": {"name": "Ольга", "at": "2026-11-20T09:15:00+00:00"}},
    },
)
PLAIN = Goods(
    title="Сыворотка с витамином C, 30 мл",
    description="Сыворотка для лица с витамином C. Выравнивает тон кожи. Наносить утром на чистую кожу. "
    "Объём 30 мл.",
    card_title="Сыворотка для лица с витамином C Deniz, 30 мл",
    card="<p>Сыворотка для лица с витамином C. Выравнивает тон кожи.</p><p>Наносите утром на чистую "
    "кожу. Объём 30 мл.</p>",
    category="serums",
    brand="Deniz",
    found={"Объём": "30 мл"},
    alternatives=("creams",),
    keywords=("сыворотка", "витамин C"),
)
SPECS = {
    "creams": [
        {"name": "Объём", "type": "number", "units": ["мл", "г"]},
        {"name": "Тип кожи", "type": "choice", "values": ["сухая", "жирная", "нормальная", "любая"]},
        {"name": "Возраст", "type": "text"},
    ],
    "vitamins": [
        {"name": "Количество в упаковке", "type": "count"},
        {"name": "Форма выпуска", "type": "choice", "values": ["капсулы", "таблетки", "порошок"]},
    ],
}


def grow(tree: dict[str, Category]) -> dict[str, Category]:
    """More branches beside those of the test tree, two of them with attributes."""
    beauty = Category.objects.create(name="Красота", slug="beauty", kind="cosmetics")
    face = Category.objects.create(name="Уход за лицом", slug="face", parent=beauty)
    rows = {
        "creams": Category.objects.create(name="Кремы", slug="creams", parent=face, synonyms=["krem"]),
        "serums": Category.objects.create(name="Сыворотки", slug="serums", parent=face, synonyms=["serum"]),
        "minerals": Category.objects.create(
            name="Минералы", slug="minerals", parent=tree["pharmacy"], kind="supplement"
        ),
    }
    every = {**tree, **rows}
    for slug, specs in SPECS.items():
        Category.objects.filter(pk=every[slug].pk).update(attribute_schema=specs)
    return {slug: Category.objects.get(pk=row.pk) for slug, row in every.items()}


def put(
    goods: Goods, tree: dict[str, Category], make_product: MakeProduct, **changes: Any
) -> AIProcessingLog:
    """The product in the shop, and its card in the queue, with the findings that the rules really have of it.

    `findings`: what is known of its pictures.
    """
    pictures = changes.pop("pictures", ())
    findings = changes.pop("findings", ImageFindings())
    product = make_product(
        title=goods.title,
        description=goods.description,
        brand=goods.brand,
        attributes=goods.attributes,
        source_url="https://supplier.example/p/1",
        source_category=tree[goods.category].name,
    )
    if goods.live:
        Product.objects.filter(pk=product.pk).update(**goods.live)
    for place, url in enumerate(pictures):
        ProductImage.objects.create(product=product, url=url, position=place)
    findings = sightings.noted(product.pk, findings)
    return _card(goods, product, tree, findings, **changes)


def _card(
    goods: Goods, product: Product, tree: dict[str, Category], findings: ImageFindings, **changes: Any
) -> AIProcessingLog:
    read = catalog.get().snapshot(product.pk)
    node = next(node for node in catalog.get().categories() if node.id == tree[goods.category].pk)
    draft = Draft(
        goods.card_title, goods.card, goods.card_title[:70], goods.card_title[:160], tuple(goods.keywords)
    )
    choice = CategoryChoice(node.id, node.path, node.kind, goods.confidence, ())
    report = quality_checker.check(
        read, mode=Mode.FULL, choice=choice, draft=draft, findings=findings, threshold=0.0
    )
    why = (
        f"Уверенность в категории {goods.confidence:.2f}, порог 0.95."
        if goods.is_measured
        else "Как часто так выбранная категория верна, в этом магазине ещё не измерено."
    )
    unsure = issue("low_confidence", why, field="category")
    others = [
        {"category_id": tree[slug].pk, "path": [tree[slug].name], "score": round(0.3 / place, 2)}
        for place, slug in enumerate(goods.alternatives, start=1)
    ]
    values: dict[str, Any] = {
        "generated_title": draft.title,
        "generated_description": draft.description,
        "generated_seo_title": draft.seo_title,
        "generated_seo_description": draft.seo_description,
        "generated_keywords": list(draft.keywords),
        "category_confidence": goods.confidence,
        "confidence_measured": goods.is_measured,
        "category_alternatives": others,
        "extracted_attributes": goods.found,
        "reasons": [asdict(one) for one in (unsure, *report.issues)],
        "alignment": meaning_rules.alignment(read.source_text, draft.description),
        "options": {"language": "ru", "analyze_images": True},
        "image_analysis": asdict(findings),
        "input_images_urls": list(read.image_urls),
        "input_data": {
            "title": read.title,
            "original_description": read.description,
            "brand": read.brand,
            "price": str(read.price),
            "currency": read.currency,
            "source_url": read.source_url,
            "source_category": read.source_category,
            "parsed_attributes": dict(read.attributes),
        },
    }
    return waiting_card(product, tree[goods.category], **(values | changes))


def draw(folder: Path, name: str, colour: str) -> None:
    """A picture of a box: no picture of anybody else's goods."""
    picture = Image.new("RGB", (700, 700), "white")
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((190, 90, 510, 620), 36, fill=colour, outline="#334155", width=6)
    pen.rounded_rectangle((240, 230, 460, 430), 12, fill="white")
    for line in range(4):
        pen.rectangle((265, 260 + line * 40, 435 - line * 25, 276 + line * 40), fill="#64748b")
    folder.mkdir(parents=True, exist_ok=True)
    picture.save(folder / name)
