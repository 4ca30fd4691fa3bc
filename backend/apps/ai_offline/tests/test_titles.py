"""A hundred and sixty source products of our own through the offline engine: titles word for word, facts kept."""

from __future__ import annotations

import re

import pytest

from apps.ai.schemas import DraftAnswer
from apps.ai.text import facts, language
from apps.ai.text.safety import html
from apps.ai.types import DraftFacts, FreeMeter, ImageFindings, ProductSnapshot, Prompt, Question, Stage
from apps.ai_offline import OfflineEngine

#: Source title, brand, kind of the category, the Russian title.
PRODUCTS = [
    ("Parol 500 mg 20 Tablet", "Atabay", "medicine", "Parol 500 мг, 20 таблеток"),
    (
        "Majezik 100 mg 15 Film Tablet",
        "Sanovel",
        "medicine",
        "Majezik 100 мг, 15 таблеток в плёночной оболочке",
    ),
    (
        "Aferin Forte 30 Film Kaplı Tablet",
        "Hüsnü Arsan",
        "medicine",
        "Aferin Forte 30 таблеток в плёночной оболочке",
    ),
    (
        "Calpol 6 Plus 250 mg/5 ml Süspansiyon 150 ml",
        "GSK",
        "medicine",
        "Calpol 6 Plus суспензия 250 мг/5 мл, 150 мл",
    ),
    ("Tylolhot 12 Poşet", "Nobel", "medicine", "Tylolhot 12 саше"),
    ("Voltaren Emulgel %1 Jel 100 gr", "Voltaren", "medicine", "Voltaren Emulgel гель 1 %, 100 г"),
    (
        "Bepanthen Pişik Önleyici Merhem 100 gr",
        "Bepanthen",
        "cosmetics",
        "Bepanthen мазь от опрелостей, 100 г",
    ),
    ("Otrivine %0,1 Burun Spreyi 10 ml", "Otrivine", "medicine", "Otrivine спрей назальный 0,1 %, 10 мл"),
    (
        "Augmentin BID 1000 mg 14 Film Tablet",
        "GSK",
        "medicine",
        "Augmentin BID 1000 мг, 14 таблеток в плёночной оболочке",
    ),
    ("Majezik %0,25 Boğaz Spreyi 30 ml", "Sanovel", "medicine", "Majezik спрей для горла 0,25 %, 30 мл"),
    ("Xanax 0.5 mg 30 Tablet", "Pfizer", "medicine", "Xanax 0,5 мг, 30 таблеток"),
    ("Euthyrox 100 mcg 50 Tablet", "Merck", "medicine", "Euthyrox 100 мкг, 50 таблеток"),
    (
        "Strepsils Bal ve Limon Boğaz Pastili 24 Adet",
        "Strepsils",
        "medicine",
        "Strepsils пастилки медовые лимонные для горла, 24 шт.",
    ),
    (
        "Arveles 25 mg 20 Film Tablet",
        "Menarini",
        "medicine",
        "Arveles 25 мг, 20 таблеток в плёночной оболочке",
    ),
    (
        "Refresh Suni Gözyaşı Göz Damlası 15 ml",
        "Allergan",
        "medicine",
        "Refresh капли глазные, искусственная слеза, 15 мл",
    ),
    (
        "Ocean Vitamin D3 1000 IU Damla 20 ml",
        "Ocean",
        "supplement",
        "Ocean капли с витамином D3, 1000 МЕ, 20 мл",
    ),
    ("Solgar Omega 3 1000 mg 60 Kapsül", "Solgar", "supplement", "Solgar омега-3, 1000 мг, 60 капсул"),
    (
        "Magnezyum Sitrat 200 mg 60 Tablet",
        "Nature's Supreme",
        "supplement",
        "Nature's Supreme цитрат магния 200 мг, 60 таблеток",
    ),
    ("Supradyn Energy 30 Efervesan Tablet", "Supradyn", "supplement", "Supradyn Energy 30 шипучих таблеток"),
    ("Çinko 15 mg 90 Tablet", "Solgar", "supplement", "Solgar цинк 15 мг, 90 таблеток"),
    (
        "Hidrolize Kolajen Tozu 300 gr Çilek Aromalı",
        "Voop",
        "supplement",
        "Voop порошок с гидролизованным коллагеном со вкусом клубники, 300 г",
    ),
    ("Kara Mürver Şurubu 150 ml", "Zade Vital", "supplement", "Zade Vital сироп с чёрной бузиной, 150 мл"),
    ("Probiyotik 20 Saşe", "NBL", "supplement", "NBL пробиотик, 20 саше"),
    (
        "Koenzim Q10 100 mg 30 Yumuşak Kapsül",
        "Orzax",
        "supplement",
        "Orzax коэнзим Q10, 100 мг, 30 мягких капсул",
    ),
    ("BCAA 4:1:1 120 Tablet", "Hardline", "supplement", "Hardline BCAA 4:1:1, 120 таблеток"),
    (
        "Whey Protein Çikolata Aromalı 2000 gr",
        "Bigjoy",
        "supplement",
        "Bigjoy сывороточный протеин со вкусом шоколада, 2000 г",
    ),
    ("Bioderma Sebium Foaming Gel 200 ml", "Bioderma", "cosmetics", "Bioderma Sebium гель пенящийся, 200 мл"),
    (
        "La Roche-Posay Effaclar Duo+ Akne Karşıtı Bakım Kremi 40 ml",
        "La Roche-Posay",
        "cosmetics",
        "La Roche-Posay Effaclar Duo+ крем для ухода против акне, 40 мл",
    ),
    ("Nemlendirici El Kremi 75 ml", "Neutrogena", "cosmetics", "Neutrogena крем увлажняющий для рук, 75 мл"),
    (
        "Karma ve Yağlı Ciltler için Yüz Yıkama Jeli 400 ml",
        "CeraVe",
        "cosmetics",
        "CeraVe гель для умывания, для комбинированной и жирной кожи, 400 мл",
    ),
    (
        "Anthelios SPF 50+ Güneş Kremi 50 ml",
        "La Roche-Posay",
        "cosmetics",
        "La Roche-Posay Anthelios крем солнцезащитный, SPF 50+, 50 мл",
    ),
    (
        "Argan Yağlı Onarıcı Saç Maskesi 300 ml",
        "Elidor",
        "cosmetics",
        "Elidor маска восстанавливающая для волос с аргановым маслом, 300 мл",
    ),
    ("Kepek Karşıtı Şampuan 400 ml", "Clear", "cosmetics", "Clear шампунь от перхоти, 400 мл"),
    ("Parabensiz Bebek Şampuanı 500 ml", "Dalin", "cosmetics", "Dalin шампунь детский без парабенов, 500 мл"),
    (
        "Misel Su Hassas Ciltler 400 ml",
        "Garnier",
        "cosmetics",
        "Garnier мицеллярная вода для чувствительной кожи, 400 мл",
    ),
    ("Gül Suyu 250 ml", "Rosense", "cosmetics", "Rosense розовая вода, 250 мл"),
    (
        "Niacinamide %10 Serum 30 ml",
        "The Purest Solutions",
        "cosmetics",
        "The Purest Solutions сыворотка с ниацинамидом 10 %, 30 мл",
    ),
    ("Mat Likit Ruj 05 Nude", "Flormar", "cosmetics", "Flormar помада жидкая матовая телесная 05"),
    (
        "Suya Dayanıklı Siyah Maskara 9 ml",
        "Maybelline",
        "cosmetics",
        "Maybelline тушь водостойкая чёрная для ресниц, 9 мл",
    ),
    ("Islak Mendil 3'lü 72 Yaprak", "Uni Baby", "cosmetics", "Uni Baby салфетки влажные, 3 шт., 72 листа"),
    ("Diş Beyazlatıcı Diş Macunu 75 ml", "Colgate", "cosmetics", "Colgate паста зубная отбеливающая, 75 мл"),
    ("Erkek Parfüm EDT 100 ml", "Bargello", "perfume", "Bargello туалетная вода мужская, 100 мл"),
    ("Eau de Parfum Femme 50 ml", "Avon", "perfume", "Avon парфюмерная вода Femme, 50 мл"),
    ("Limon Kolonyası 400 ml", "Eyüp Sabri Tuncer", "perfume", "Eyüp Sabri Tuncer одеколон лимонный, 400 мл"),
    (
        "Kadın Siyah Kapüşonlu Şişme Mont",
        "LC WAIKIKI",
        "clothes",
        "LC Waikiki куртка-пуховик женская чёрная с капюшоном",
    ),
    (
        "Siyah Saten Elbise TPRAW22EL1217",
        "Trendyolmilla",
        "clothes",
        "Trendyolmilla платье чёрное сатиновое TPRAW22EL1217",
    ),
    (
        "Erkek Lacivert Slim Fit Gömlek M Beden",
        "Kiğılı",
        "clothes",
        "Kiğılı рубашка мужская тёмно-синяя приталенная, размер M",
    ),
    (
        "%100 Pamuk Beyaz Bisiklet Yaka Tişört",
        "Mavi",
        "clothes",
        "Mavi футболка белая с круглым вырезом, 100 % хлопок",
    ),
    (
        "Kadın Yüksek Bel Mom Jeans Açık Mavi",
        "Koton",
        "clothes",
        "Koton джинсы-мом женские голубые с высокой посадкой",
    ),
    (
        "Kız Çocuk Çiçek Desenli Elbise 5-6 Yaş",
        "DeFacto",
        "clothes",
        "DeFacto платье для девочек с цветочным рисунком, 5–6 лет",
    ),
    (
        "Erkek Çocuk Kapüşonlu Sweatshirt Gri",
        "Koton",
        "clothes",
        "Koton свитшот серый для мальчиков с капюшоном",
    ),
    ("10'lu Erkek Boxer Siyah", "Penti", "clothes", "Penti трусы-боксеры мужские чёрные, 10 шт."),
    ("Dikişsiz Spor Sütyeni Pembe", "Penti", "clothes", "Penti топ спортивный бесшовный розовый"),
    (
        "Bebek Zıbın 3'lü Set %100 Organik Pamuk",
        "Civil",
        "clothes",
        "Civil набор детский: распашонка, 3 шт., 100 % органический хлопок",
    ),
    (
        "Kadın Uzun Yün Kaban Camel",
        "İpekyol",
        "clothes",
        "İpekyol пальто женское длинное шерстяное цвета кэмел",
    ),
    ("Yün Karışımlı Atkı Bordo", "Vakko", "clothes", "Vakko шарф бордовый из смесовой шерсти"),
    (
        "Kadın Siyah Topuklu Ayakkabı 38 Numara",
        "Derimod",
        "shoes",
        "Derimod туфли женские чёрные на каблуке, размер 38",
    ),
    (
        "Erkek Hakiki Deri Klasik Ayakkabı Kahverengi",
        "Kemal Tanca",
        "shoes",
        "Kemal Tanca туфли классические мужские коричневые из натуральной кожи",
    ),
    ("Kadın Beyaz Spor Ayakkabı 37", "Kinetix", "shoes", "Kinetix кроссовки женские белые 37"),
    (
        "Erkek Su Geçirmez Kar Botu 42 Numara",
        "Lumberjack",
        "shoes",
        "Lumberjack ботинки зимние мужские водонепроницаемые, размер 42",
    ),
    ("Kız Çocuk Işıklı Sandalet", "Vicco", "shoes", "Vicco сандалии для девочек с подсветкой"),
    ("Ortopedik Ev Terliği Gri", "Gezer", "shoes", "Gezer тапочки домашние ортопедические серые"),
    (
        "Serenad - Zülfü Livaneli, 484 Sayfa, Karton Kapak",
        "Doğan Kitap",
        "book",
        "Книга «Serenad», Zülfü Livaneli, в мягкой картонной обложке, 484 страницы",
    ),
    ("Çocuklar İçin Boyama Kitabı 64 Sayfa", "Pearson", "book", "Раскраска для детей, 64 страницы"),
    (
        "Saatleri Ayarlama Enstitüsü - Ahmet Hamdi Tanpınar",
        "Dergah",
        "book",
        "Книга «Saatleri Ayarlama Enstitüsü», Ahmet Hamdi Tanpınar",
    ),
    (
        "3 Kapılı 2 Çekmeceli Beyaz Gardırop",
        "Minar",
        "furniture",
        "Minar шкаф белый для одежды, 3 двери, 2 ящика",
    ),
    (
        "60x120 cm 2 Raflı Çalışma Masası",
        "Wood House",
        "furniture",
        "Wood House стол письменный, 60×120 см, 2 полки",
    ),
    (
        "Ahşap Ayaklı Gri Kadife Berjer",
        "Evdebiz",
        "furniture",
        "Evdebiz кресло серое на деревянных ножках из бархата",
    ),
    (
        "Metal Ayaklı Katlanır Sandalye Siyah",
        "Bürocci",
        "furniture",
        "Bürocci стул складной чёрный на металлических ножках",
    ),
    ("5 Raflı Kitaplık Ceviz", "Adore", "furniture", "Adore стеллаж ореховый, 5 полок"),
    (
        "Çift Kişilik Yaylı Yatak 160x200 cm",
        "Yataş",
        "furniture",
        "Yataş матрас двуспальный пружинный, 160×200 см",
    ),
    (
        "90x190 Tek Kişilik Baza Başlık Seti",
        "İstikbal",
        "furniture",
        "İstikbal набор односпальный: кровать-основание с изголовьем, 90×190",
    ),
    (
        "12 Kişilik 60 Parça Porselen Yemek Takımı",
        "Karaca",
        "tableware",
        "Karaca столовый сервиз фарфоровый, на 12 персон, 60 предметов",
    ),
    ("6'lı Cam Çay Bardağı", "Paşabahçe", "tableware", "Paşabahçe стакан стеклянный для чая, 6 шт."),
    ("Granit Tava 28 cm", "Hisar", "tableware", "Hisar сковорода гранитная, 28 см"),
    ("8 Parça Çelik Tencere Seti", "Korkmaz", "tableware", "Korkmaz набор кастрюль стальной, 8 предметов"),
    (
        "Çift Cidarlı Cam Kupa 300 ml",
        "Borcam",
        "tableware",
        "Borcam кружка стеклянная с двойными стенками, 300 мл",
    ),
    (
        "Türk Kahvesi Fincan Takımı 6 Kişilik",
        "Karaca",
        "tableware",
        "Karaca набор чашек для турецкого кофе, на 6 персон",
    ),
    ("Bambu Kesme Tahtası 30x40 cm", "Bambum", "tableware", "Bambum доска разделочная бамбуковая, 30×40 см"),
    (
        "Paslanmaz Çelik Termos 1 L Kırmızı",
        "Stanley",
        "tableware",
        "Stanley термос красный из нержавеющей стали, 1 л",
    ),
    ("Kablosuz Bluetooth Kulaklık Beyaz", "Xiaomi", "other", "Xiaomi наушники беспроводные белые Bluetooth"),
    (
        "10000 mAh Powerbank 22.5W Hızlı Şarj",
        "Anker",
        "other",
        "Anker внешний аккумулятор с быстрой зарядкой, 10000 мА·ч, 22,5 Вт",
    ),
    (
        "Şeffaf Silikon iPhone 14 Pro Uyumlu Kılıf",
        "Spigen",
        "other",
        "Spigen чехол прозрачный силиконовый для iPhone 14 Pro",
    ),
    ("1,5 m USB-C Şarj Kablosu", "Baseus", "other", "Baseus кабель зарядный USB-C, 1,5 м"),
    ("Akıllı Bileklik Siyah Mi Band 6", "Xiaomi", "other", "Xiaomi фитнес-браслет чёрный Mi Band 6"),
    ("Robot Süpürge 2500 Pa Beyaz", "Roborock", "other", "Roborock робот-пылесос белый, 2500 Па"),
    ("55 inç 4K Smart LED TV", "Samsung", "other", "Samsung смарт-телевизор LED 4K, 55 дюймов"),
    (
        "Türk Kahve Makinesi OK004 Krom",
        "Okka",
        "other",
        "Okka кофемашина хромированная для турецкого кофе OK004",
    ),
    ("Buharlı Ütü 2400 W", "Philips", "other", "Philips утюг паровой, 2400 Вт"),
    (
        "Çift Kişilik Nevresim Takımı %100 Pamuk Gri",
        "Taç",
        "other",
        "Taç комплект постельного белья двуспальный серый, 100 % хлопок",
    ),
    ("Bambu Banyo Havlusu 70x140 cm", "Özdilek", "other", "Özdilek полотенце банное бамбуковое, 70×140 см"),
    ("Mikrofiber Temizlik Bezi 5'li", "Vileda", "other", "Vileda салфетка для уборки из микрофибры, 5 шт."),
    ("Kokulu Mum Vanilya 200 gr", "Madame Coco", "other", "Madame Coco свеча ароматическая ванильная, 200 г"),
    (
        "Kuzu Etli Yetişkin Köpek Maması 15 kg",
        "Pro Plan",
        "other",
        "Pro Plan корм для взрослых собак с ягнёнком, 15 кг",
    ),
    (
        "Bentonit Kedi Kumu 10 L",
        "Ever Clean",
        "other",
        "Ever Clean наполнитель бентонитовый для кошачьего туалета, 10 л",
    ),
    ("100 Parça Ahşap Puzzle 4-6 Yaş", "Woody", "other", "Woody пазл деревянный, 100 предметов, 4–6 лет"),
    ("Peluş Ayı Oyuncak 40 cm", "Selay", "other", "Selay медведь плюшевый, 40 см"),
    ("Bebek Bezi 4 Numara 120 Adet", "Prima", "other", "Prima подгузники, номер 4, 120 шт."),
    (
        "Cam Biberon 240 ml",
        "Philips Avent",
        "other",
        "Philips Avent бутылочка стеклянная для кормления, 240 мл",
    ),
    ("Yeşil Çay 40 Demlik Poşet", "Doğadan", "other", "Doğadan чай зелёный, 40 пакетиков"),
    ("Antep Fıstıklı Lokum 500 gr", "Hacı Bekir", "other", "Hacı Bekir рахат-лукум с фисташками, 500 г"),
    (
        "Moisturizing Face Cream for Dry Skin 50 ml",
        "Cetaphil",
        "cosmetics",
        "Cetaphil крем увлажняющий для лица, для сухой кожи, 50 мл",
    ),
    ("Paracetamol Tablets 500 mg 24 pcs", "Teva", "medicine", "Парацетамол таблетки 500 мг, 24 шт."),
    (
        "Women's Running Shoes Black Size 38",
        "Nike",
        "shoes",
        "Nike кроссовки женские чёрные для бега, размер 38",
    ),
    (
        "Stainless Steel Water Bottle 750 ml",
        "Hydro",
        "tableware",
        "Hydro бутылка для воды из нержавеющей стали, 750 мл",
    ),
    ("Men's Cotton T-Shirt White XL", "Puma", "clothes", "Puma футболка мужская хлопковая белая, размер XL"),
    (
        "Vitamin C 1000 mg Effervescent Tablets 20 pcs",
        "Doppelherz",
        "supplement",
        "Doppelherz таблетки шипучие с витамином C 1000 мг, 20 шт.",
    ),
    (
        "Wireless Bluetooth Headphones Black WH-CH520",
        "Sony",
        "other",
        "Sony наушники беспроводные чёрные Bluetooth WH-CH520",
    ),
    ("Leather Wallet Brown", "Fossil", "other", "Fossil кошелёк кожаный коричневый"),
    ("СЕЛАНА табл. 1 мг №30", "Натива", "medicine", "Селана таблетки 1 мг №30"),
    ("ПРОБИОЛИН капс. 500мг №20", "Биоком", "medicine", "Пробиолин капсулы 500 мг №20"),
    (
        "НЕЙРОКСАН р-р д/инъекц. 10 мг/мл амп. 2 мл №10",
        "Гротекс",
        "medicine",
        "Нейроксан раствор для инъекций 10 мг/мл, ампулы 2 мл №10",
    ),
    (
        "АЛЛЕРВИТ табл. п/о плен. 5 мг №14",
        "Озон",
        "medicine",
        "Аллервит таблетки, покрытые плёночной оболочкой, 5 мг №14",
    ),
    (
        "НАТРИЯ ХЛОРИД р-р д/инф. 0,9% фл. 250 мл",
        "Гематек",
        "medicine",
        "Натрия хлорид раствор для инфузий 0,9 %, флакон 250 мл",
    ),
    (
        "ЦИТОЛАН лиоф. д/приг. р-ра в/в 1 г фл. №1",
        "Медак",
        "medicine",
        "Цитолан лиофилизат для приготовления раствора для внутривенного введения 1 г, флакон №1",
    ),
    ("Крем для рук увлажняющий 75мл", "ECOLINE", "cosmetics", "Крем для рук увлажняющий 75 мл"),
    ("ХИТ! Шампунь против перхоти 400 ml !!!", "Клиар", "cosmetics", "Шампунь против перхоти 400 мл"),
    ("ПЛАТЬЕ ЖЕНСКОЕ ЧЁРНОЕ С ПОЯСОМ", "ZARINA", "clothes", "Платье женское чёрное с поясом"),
    ("Чайник электрический 1.7 л, 2200W", "BOSCH", "other", "Чайник электрический 1,7 л, 2200 Вт"),
    ("Стол письменный 120х60 см, дуб", "Мебельград", "furniture", "Стол письменный 120×60 см, дуб"),
    ("Набор тарелок фарфоровых 6шт 19 см", "Lubiana", "tableware", "Набор тарелок фарфоровых 6 шт., 19 см"),
    (
        'Книга "Тихая гавань", И. Петров, 320 стр.',
        "Эксмо",
        "book",
        "Книга «Тихая гавань», И. Петров, 320 стр.",
    ),
    ("Кроссовки женские белые 38 р-р", "KEDDO", "shoes", "Кроссовки женские белые размер 38"),
    ("Витамин Д3 2000 МЕ 60 капсул", "Эвалар", "supplement", "Витамин Д3 2000 МЕ, 60 капсул"),
    ("Dolorex 50 mg 20 Draje", "Abdi İbrahim", "medicine", "Dolorex 50 мг, 20 драже"),
    (
        "Batticon %10 Antiseptik Solüsyon 1000 ml",
        "Adeka",
        "medicine",
        "Batticon раствор антисептический 10 %, 1000 мл",
    ),
    ("Ambroksol Şurup 15 mg/5 ml 100 ml", "Bilim", "medicine", "Амброксол сироп 15 мг/5 мл, 100 мл"),
    ("Diş Fırçası Yumuşak 2'li", "Oral-B", "cosmetics", "Oral-B щётка зубная мягкая, 2 шт."),
    ("Kirpik Serumu 8 ml", "Catherine Arley", "cosmetics", "Catherine Arley сыворотка для ресниц, 8 мл"),
    ("Aloe Vera Jel 250 ml", "Farmasi", "cosmetics", "Farmasi гель с алоэ вера, 250 мл"),
    ("Günlük Ped 60 Adet", "Molped", "cosmetics", "Molped прокладки ежедневные, 60 шт."),
    ("Erkek Deodorant Sprey 150 ml", "Rexona", "cosmetics", "Rexona дезодорант-спрей мужской, 150 мл"),
    (
        "Kadın Keten Pantolon Bej 40 Beden",
        "Network",
        "clothes",
        "Network брюки женские льняные бежевые, размер 40",
    ),
    (
        "Erkek Örme Kazak Dik Yaka Antrasit XL",
        "Avva",
        "clothes",
        "Avva свитер мужской трикотажный антрацитовый с воротником-стойкой, размер XL",
    ),
    (
        "Kadın Pamuklu Pijama Takımı Puantiyeli",
        "Suwen",
        "clothes",
        "Suwen пижама женская хлопковая в горошек",
    ),
    ("Kadın Bileklik 925 Ayar Gümüş", "Bella", "other", "Bella браслет женский серебряный, 925 Ayar"),
    ("Ahşap Yemek Masası 120x80 cm", "Vivense", "furniture", "Vivense стол обеденный деревянный, 120×80 см"),
    ("Köşe Koltuk Takımı Gri", "Bellona", "furniture", "Bellona диван угловой серый"),
    ("Emaye Çaydanlık 2 L Mavi", "Jumbo", "tableware", "Jumbo чайник двойной эмалированный синий, 2 л"),
    (
        "Porselen Servis Tabağı 30 cm 6 Parça",
        "Kütahya Porselen",
        "tableware",
        "Kütahya Porselen тарелка сервировочная фарфоровая, 30 см, 6 предметов",
    ),
    ("4K Ultra HD Aksiyon Kamera", "GoPro", "other", "GoPro экшн-камера 4K HD"),
    ("Oyuncu Mouse Pad 80x30 cm", "Rampage", "other", "Rampage коврик игровой для мыши, 80×30 см"),
    (
        "Spor Sırt Çantası Su Geçirmez 30 L",
        "Decathlon",
        "other",
        "Decathlon рюкзак спортивный водонепроницаемый, 30 л",
    ),
    ("Deri Erkek Cüzdan Siyah", "Pierre Cardin", "other", "Pierre Cardin кошелёк мужской чёрный (кожа)"),
    ("Şemsiye Tam Otomatik Siyah", "Zeus", "other", "Zeus зонт автоматический чёрный"),
    ("Çelik Su Matarası 500 ml", "Thermos", "tableware", "Thermos бутылка стальная для воды, 500 мл"),
    ("Filtre Kahve 250 gr", "Kahve Dünyası", "other", "Kahve Dünyası кофе молотый для фильтра, 250 г"),
    ("Bitter Çikolata %70 80 gr", "Ülker", "other", "Ülker шоколад тёмный 70 %, 80 г"),
    (
        "Organic Cotton Baby Blanket 80x100 cm",
        "Carter's",
        "other",
        "Carter's плед органический хлопковый детский, 80×100 см",
    ),
    (
        "Ceramic Coffee Mug White 350 ml",
        "Ikea",
        "tableware",
        "Ikea кружка керамическая белая для кофе, 350 мл",
    ),
    ("Women's Leather Handbag Brown", "Guess", "other", "Guess сумка женская кожаная коричневая"),
    ("Wooden Dining Table 140x80 cm", "Ikea", "furniture", "Ikea стол обеденный деревянный, 140×80 см"),
    (
        "Magnesium Citrate 200 mg 60 Capsules",
        "Now Foods",
        "supplement",
        "Now Foods цитрат магния 200 мг, 60 капсул",
    ),
    ("Shampoo for Dry Hair 250 ml", "Dove", "cosmetics", "Dove шампунь для сухих волос, 250 мл"),
    ("Капли глазные увлажняющие 10мл", "Окулист", "medicine", "Капли глазные увлажняющие 10 мл"),
    ("Пуховик мужской зимний, синий, р. 52", "Baon", "clothes", "Пуховик мужской зимний, синий, р. 52"),
    ("Сковорода-гриль чугунная 26см", "Биол", "tableware", "Сковорода-гриль чугунная 26 см"),
    (
        "Наушники беспроводные TWS-15, bluetooth 5.3",
        "Hoco",
        "other",
        "Наушники беспроводные TWS-15, bluetooth 5.3",
    ),
    ("Шкаф-купе 2-х дверный 160*60*220 см", "Лазурит", "furniture", "Шкаф-купе 2-х дверный 160×60×220 см"),
    ("Туалетная вода женская 50 ml", "Brocard", "perfume", "Туалетная вода женская 50 мл"),
]

#: What a pharmacist stumbled over: own names that look like words, adjectives that look like names, salts, packing.
MENDED = [
    ("Demirsu Demir Damla 30 ml", "Minikora", "supplement", "Minikora Demirsu капли с железом, 30 мл"),
    (
        "Boğazin Benzidamin %0,15 Boğaz Spreyi 30 ml",
        "Toroslab",
        "medicine",
        "Bogazin спрей для горла с бензидамином 0,15 %, 30 мл",
    ),
    (
        "Midasol 30 mg 28 Mikropellet Kapsül (Lansoprazol)",
        "Lokmanil",
        "medicine",
        "Midasol лансопразол 30 мг, 28 капсул с микропеллетами",
    ),
    (
        "Nefesel FFP2 Ventilsiz Maske Beyaz 20’li",
        "Nefesel",
        "other",
        "Nefesel FFP2 маска белая без клапана, 20 шт.",
    ),
    (
        "Nurlale Hyaluronik Asitli Nemlendirici Yüz Kremi 50 ml",
        "Nurlale",
        "cosmetics",
        "Nurlale крем увлажняющий для лица с гиалуроновой кислотой, 50 мл",
    ),
    (
        "Minikora Çinko Oksitli Pişik Kremi 100 ml",
        "Minikora",
        "cosmetics",
        "Minikora крем под подгузник с оксидом цинка, 100 мл",
    ),
    (
        "Arıkovan Propolisli Kara Mürver Şurubu 100 ml",
        "Arıkovan",
        "supplement",
        "Arıkovan сироп с прополисом и чёрной бузиной, 100 мл",
    ),
    (
        "Sonuç Gebelik Testi Kaset 2’li",
        "Sonuç",
        "other",
        "Sonuç тест-кассета на беременность, 2 шт.",
    ),
    (
        "Damlasel %0,15 Sodyum Hyaluronat Göz Damlası 10 ml",
        "Damlasel",
        "medicine",
        "Damlasel капли глазные с гиалуронатом натрия 0,15 %, 10 мл",
    ),
    (
        "Magvera Magnezyum Bisglisinat 200 mg 60 Tablet",
        "Egevitta",
        "supplement",
        "Egevitta Magvera бисглицинат магния 200 мг, 60 таблеток",
    ),
    (
        "Pamukora Kapüşonlu Erkek Bornoz L/XL Gri",
        "Pamukora",
        "other",
        "Pamukora халат банный мужской серый с капюшоном, L/XL",
    ),
    (
        "Erkek Polo Yaka Pike Tişört Lacivert",
        "Çınarbey",
        "clothes",
        "Çınarbey футболка мужская тёмно-синяя с воротником поло из ткани пике",
    ),
    (
        "Limonata Limon Kolonyası 80° Cam Şişe 400 ml",
        "Limonata",
        "perfume",
        "Limonata одеколон лимонный в стеклянной бутылке, 80°, 400 мл",
    ),
    (
        "Erkek Saat Cüzdan Kemer Kartlık Hediye Seti 20-001",
        "Polo",
        "other",
        "Polo набор подарочный: часы мужские, кошелёк, ремень, картхолдер, 20-001",
    ),
    ("Cam Şişe 500 ml", "Paşabahçe", "tableware", "Paşabahçe бутылка стеклянная, 500 мл"),
    (
        "Sırçalı İnce Belli Çay Bardağı 6’lı 120 ml",
        "Sırçalı",
        "tableware",
        "Sırçalı стакан армуду для чая, 6 шт., 120 мл",
    ),
    (
        "Çörekya Soğuk Sıkım Çörek Otu Yağı 100 ml",
        "Çörekya",
        "supplement",
        "Çörekya масло чёрного тмина холодного отжима, 100 мл",
    ),
    (
        "Sarmavit Duvar Sarmaşığı Öksürük Şurubu 150 ml",
        "Toroslab",
        "medicine",
        "Sarmavit сироп от кашля с плющом, 150 мл",
    ),
    (
        "Kadın Kaşe Uzun Kaban Kemerli Camel",
        "Marmoda",
        "clothes",
        "Marmoda пальто женское драповое длинное цвета кэмел с поясом",
    ),
]
PRODUCTS += MENDED

PATHS = {
    "medicine": ("Аптека", "Лекарства"),
    "supplement": ("Аптека", "Добавки и комплексы"),
    "cosmetics": ("Красота", "Уход"),
    "perfume": ("Красота", "Парфюмерия"),
    "clothes": ("Одежда", "Повседневная одежда"),
    "shoes": ("Обувь", "Вся обувь"),
    "book": ("Книги", "Издания"),
    "furniture": ("Дом", "Мебель"),
    "tableware": ("Дом", "Посуда"),
    "other": ("Прочие товары",),
}


def write(title: str, brand: str, kind: str) -> tuple[ProductSnapshot, DraftAnswer]:
    product = ProductSnapshot(1, title, "", brand=brand)
    asked = DraftFacts(product, PATHS[kind], kind, (), ImageFindings(), "ru", "PharmaTurk", "")
    question = Question(Stage.DRAFT, Prompt("draft", "1", "", ""), DraftAnswer, asked)
    return product, OfflineEngine(dimensions=64).ask(question, meter=FreeMeter()).content


def test_the_table_is_large_and_has_no_doubles() -> None:
    assert len(PRODUCTS) >= 150
    assert len({source for source, *_ in PRODUCTS}) == len(PRODUCTS)
    assert {kind for _, _, kind, _ in PRODUCTS} == set(PATHS)


@pytest.mark.parametrize(("source", "brand", "kind", "title"), PRODUCTS, ids=[row[0] for row in PRODUCTS])
def test_title_and_facts(source: str, brand: str, kind: str, title: str) -> None:
    product, card = write(source, brand, kind)
    body = html.to_text(card.description)
    known = "\n".join((product.source_text, *PATHS[kind]))
    names = [brand, *(re.findall(r"\w+", source) if kind == "book" else ())]  # a book's name stays
    assert card.title == title
    assert facts.lost(source, f"{card.title}\n{body}") == ()
    for text in (card.title, body, card.seo_title, card.seo_description, ", ".join(card.keywords)):
        assert facts.invented(known, text) == ()
        assert language.foreign_leftovers(text, allowed=names) == ()
    assert card.untranslated == []


@pytest.mark.parametrize(
    ("source", "brand", "kind", "title"), PRODUCTS[::4], ids=[row[0] for row in PRODUCTS[::4]]
)
def test_limits_and_form(source: str, brand: str, kind: str, title: str) -> None:
    _, card = write(source, brand, kind)
    assert len(card.title) <= 255
    assert len(card.seo_title) <= 70
    assert len(card.seo_description) <= 160
    assert 3 <= len(card.keywords) <= 7
    assert all(word == word.lower() for word in card.keywords)
    assert len(card.key_benefits) <= 5
    assert html.is_clean(card.description)
    assert "<script" not in card.description


@pytest.mark.parametrize(
    ("source", "kind", "name"),
    [
        ("Demirin 100 mg 20 Tablet", "medicine", "Demirin"),
        ("Balın Şurup 100 ml", "supplement", "Balin"),
        ("DEMİRSU Damla 30 ml", "supplement", "Demirsu"),
    ],
)
def test_the_products_own_name_survives(source: str, kind: str, name: str) -> None:
    _, card = write(source, "Lokmanil", kind)
    assert name in card.title.split()


@pytest.mark.parametrize(
    ("source", "kind", "kept"),
    [
        ("Vitaminler 30 Kapsül", "supplement", "витамин"),
        ("Krem 30 g", "cosmetics", "крем"),
        ("Nemlendirici Krem 30 g", "cosmetics", "крем увлажняющий"),
    ],
)
def test_a_literal_word_is_no_name(source: str, kind: str, kept: str) -> None:
    _, card = write(source, "Lokmanil", kind)
    assert kept in card.title.lower()
    assert source.split()[0] not in card.title


@pytest.mark.parametrize("word", ["Zımbırsız", "Propilik", "Karbisitrat", "Fosforlik", "Ventrolisiz"])
def test_an_unknown_adjective_is_reported_and_not_kept_as_a_name(word: str) -> None:
    _, card = write(f"Nurlale {word} Yüz Kremi 50 ml", "", "cosmetics")
    assert card.title == "Nurlale крем для лица, 50 мл"
    assert card.untranslated == [word]
