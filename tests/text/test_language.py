from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langdetect import DetectorFactory, detect
from langdetect import detector_factory as installed

from dsready.text import language
from dsready.text.expected import Expected, expect, fit, recognise
from dsready.text.language import LETTERS, UNKNOWN, grams, identify, letters, window
from dsready.text.profiles import BITS, CODE, LANGUAGES, NAMES, load, name

SENTENCES = {
    "en": "The bakery on the corner opens early, and by nine o'clock most of the bread has already been sold.",
    "de": "Die Bäckerei an der Ecke öffnet früh, und um neun Uhr ist das meiste Brot schon verkauft.",
    "fr": "La boulangerie du coin ouvre tôt, et à neuf heures presque tout le pain est déjà vendu.",
    "es": "La panadería de la esquina abre temprano, y a las nueve ya se ha vendido casi todo el pan.",
    "it": "Il panificio all'angolo apre presto, e alle nove quasi tutto il pane è già stato venduto.",
    "pt": "A padaria da esquina abre cedo, e às nove horas quase todo o pão já foi vendido aos vizinhos.",
    "nl": "De bakkerij op de hoek gaat vroeg open, en om negen uur is het meeste brood al verkocht.",
    "pl": "Piekarnia na rogu otwiera się wcześnie, a o dziewiątej prawie cały chleb jest już sprzedany.",
    "fi": "Kulman leipomo avataan aikaisin, ja kello yhdeksältä suurin osa leivästä on jo myyty.",
    "tr": "Köşedeki fırın erken açılıyor ve saat dokuzda ekmeğin çoğu çoktan satılmış oluyor.",
    "vi": "Tiệm bánh ở góc phố mở cửa sớm, và đến chín giờ thì hầu hết bánh mì đã được bán hết.",
    "ru": "Пекарня на углу открывается рано, и к девяти часам почти весь хлеб уже продан.",
    "uk": "Пекарня на розі відчиняється рано, і до дев'ятої години майже весь хліб уже продано.",
    "el": "Ο φούρνος στη γωνία ανοίγει νωρίς και στις εννέα το περισσότερο ψωμί έχει ήδη πουληθεί.",
    "he": "המאפייה בפינה נפתחת מוקדם, ועד השעה תשע רוב הלחם כבר נמכר לשכנים.",
    "ar": "يفتح المخبز في الزاوية مبكرا، وبحلول الساعة التاسعة يكون معظم الخبز قد بيع بالفعل.",
    "hi": "कोने की बेकरी सुबह जल्दी खुलती है और नौ बजे तक ज़्यादातर रोटी बिक चुकी होती है।",
    "th": "ร้านขนมปังตรงหัวมุมเปิดแต่เช้า และพอถึงเก้าโมงขนมปังส่วนใหญ่ก็ขายหมดแล้ว",
    "zh": "街角的面包店很早就开门，到九点钟的时候，大部分面包已经卖完了。",
    "ja": "角のパン屋は朝早く開き、九時にはほとんどのパンが売り切れてしまいます。",
    "ko": "모퉁이에 있는 빵집은 일찍 문을 열고, 아홉 시가 되면 빵이 거의 다 팔립니다.",
}
ENGLISH = (
    "The old harbour was quiet that morning, and only two boats had come back with fish.",
    "Put the flour in a large bowl, add the eggs one at a time, and stir until it is smooth.",
    "Please write a short letter that thanks our neighbours for watering the plants in August.",
    "A triangle whose three sides are equal has three equal angles, each of them sixty degrees.",
    "She had not expected the train to be so late, but the waiting room was warm enough.",
    "Which of these two sentences is longer, and how many words does the shorter one have?",
)


def codes(found: np.ndarray) -> list[str]:
    return [LANGUAGES[number] if number != UNKNOWN else "unknown" for number in found.tolist()]


def number(code: str) -> int:
    return LANGUAGES.index(code)


@pytest.fixture(scope="module")
def factory():
    """Langdetect itself, with its profiles."""
    DetectorFactory.seed = 0
    installed.init_factory()
    return installed._factory


def theirs(factory, text: str) -> Counter[str]:
    detector = factory.create()
    detector.text = text
    return Counter(detector._extract_ngrams())


def ours(text: str) -> Counter[str]:
    known = set(load().keys.tolist())
    return Counter(unpack(key) for key in grams([text]).values.tolist() if key in known)


def unpack(key: int) -> str:
    return "".join(chr(key >> shift & CODE) for shift in (2 * BITS, BITS, 0) if key >> shift & CODE)


def test_every_language_is_recognised():
    assert codes(identify(list(SENTENCES.values()))) == list(SENTENCES)


def test_langdetect_agrees(factory):  # noqa: ARG001  (it fixes the seed)
    assert {code: detect(text).partition("-")[0] for code, text in SENTENCES.items()} == {
        code: code for code in SENTENCES
    }


def test_the_profiles_are_those_of_langdetect(factory):
    profiles = load()
    place = {unpack(key): row for row, key in enumerate(profiles.keys.tolist())}

    assert place.keys() == factory.word_lang_prob_map.keys()
    for gram in (" th", "e", "ß", "ión", "あ"):
        chances = dict(zip(factory.langlist, factory.word_lang_prob_map[gram], strict=True))
        expected = [np.log(0.5 / 10_000 + chances[code]) for code in LANGUAGES if code != "zh"]
        assert profiles.logs[place[gram], :-1] / 1000 == pytest.approx(expected, abs=0.002)


def test_every_profile_has_a_name():
    assert len(set(NAMES)) == len(LANGUAGES) == load().logs.shape[1]
    assert name(number("es")) == "Spanish (es)"


@pytest.mark.parametrize(
    "text",
    [
        *SENTENCES.values(),
        "",
        " ",
        "a",
        "NASA and the USA: McDonald's iPhone, ÄÖÜ ÉCOLE École",
        "  two  spaces,\n\nlines\tand a trailing blank ",
        "“curly” – dashes… «guillemets» 10° ½ ×",
        "ş ș ţ ț ی ي ạ ế",
        "😀 你 好 ㄅㄆ ﬁ \u3000。",
    ],
)
def test_ngrams_are_those_of_langdetect(factory, text):
    assert ours(text) == theirs(factory, text)


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("aAbBzZ éÉßøØ.,'-1°«\n\tşșćĐ"), max_size=60))
def test_ngrams_of_any_latin_text_are_those_of_langdetect(factory, text):
    assert ours(text) == theirs(factory, text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40).filter(lambda text: not re.search("[A-z]|^{", text)))
def test_ngrams_of_any_text_are_those_of_langdetect(factory, text):
    assert ours(text) == theirs(factory, text)


def test_latin_letters_are_dropped_from_other_scripts(factory):
    text = "Пекарня OpenBread на углу открывается очень рано"
    detector = factory.create()
    detector.append(text)
    detector.cleaning_text()

    assert ours(text) == Counter(detector._extract_ngrams())


def test_texts_do_not_touch_each_other():
    texts = [*SENTENCES.values(), "", "Zz"]
    together = grams(texts)

    for row, text in enumerate(texts):
        alone = grams([text]).values
        assert np.array_equal(together.values[together.starts[row] : together.starts[row + 1]], alone)


def test_no_texts_have_no_languages():
    assert identify([]).tolist() == []
    assert grams([]).starts.tolist() == [0]
    assert letters([]).tolist() == []
    assert recognise([], Expected()).tolist() == []
    assert expect([]) == Expected()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n ",
        "Yes.",
        "42",
        "3.14159 2.71828 1.41421 1.61803 0.57721",
        "1. 2. 3. --- !!! ???",
        '{"name": "search", "arguments": {"query": "bread"}}',
        '[{"question": "what is the shortest way to the station"}]',
        "```python\nfor word in words:\n    print(word)\n```",
        "getUserName().then(user_name => setState({...state, user_name}));",
        "int main(void) { return x[0] < y[1] ? a->b : c->d; } // end",
        "THE WHOLE OF THIS SENTENCE IS WRITTEN IN CAPITAL LETTERS AND LANGDETECT SEES ONLY THE FIRST ONES",
        "https://example.com/a/very/long/path/that/has/english/words/in/it",
        "first.last@example.com, other.person@example.org, a.third.one@example.net",
        "xq zzkw vvbq jjxk wqqp zxzx kqkq vwvw xjxj qzqz kvkv jqjq wxwx zkzk",
        "你好",
        "\ud800",
    ],
)
def test_what_is_no_prose_has_no_language(text):
    assert codes(identify([text])) == ["unknown"]
    assert codes(recognise([text], Expected(number("en")))) == ["unknown"]


def test_code_and_addresses_are_cut_out_before_the_window_is():
    text = f"```\n{'x = 1' * 100}\n``` https://example.com/path me@example.com {SENTENCES['de']}"

    assert window(text).split() == SENTENCES["de"].split()
    assert codes(identify([text])) == ["de"]


def test_only_the_beginning_is_looked_at():
    text = SENTENCES["fr"] * 3 + SENTENCES["ru"] * 50

    assert codes(identify([text])) == ["fr"]
    assert len(window(text)) == language.WINDOW


def test_names_of_programs_do_not_change_chinese():
    text = "请用 Python 和 JavaScript 编写一个程序，读取 config.yaml 文件并打印结果。"

    assert codes(identify([text])) == ["zh"]
    assert codes(identify([text], number("zh"))) == ["zh"]


def test_traditional_chinese_is_chinese():
    assert codes(identify(["街角的麵包店很早就開門，到九點鐘的時候，大部分麵包已經賣完了。"])) == ["zh"]


def test_one_answer_does_not_depend_on_the_others():
    texts = [*SENTENCES.values(), *ENGLISH] * 5
    alone = [identify([text])[0] for text in texts]

    assert identify(texts).tolist() == alone
    assert identify(texts[::-1]).tolist() == alone[::-1]


@pytest.mark.parametrize("home", ["en", "de", "ru", "zh", "ja", "ko", "ar"])
def test_the_quick_look_sees_other_languages(home):
    strangeness, prose = fit(number(home)).measure(list(SENTENCES.values()))

    assert prose.all()
    limit = -2 if home in {"ru", "ar"} else 0
    assert [code for code, nats in zip(SENTENCES, strangeness, strict=True) if nats < limit] == [home]


def test_the_quick_look_gives_the_same_alone_and_in_a_batch():
    texts = [*SENTENCES.values(), *ENGLISH, "", "42"]
    strangeness, prose = fit(number("en")).measure(texts)

    for row, text in enumerate(texts):
        alone = fit(number("en")).measure([text])
        assert (alone[0][0], alone[1][0]) == (strangeness[row], prose[row])


@pytest.mark.parametrize("home", ["en", "ru", "zh"])
def test_few_texts_are_found_among_many(home):
    usual = list(ENGLISH) if home == "en" else [SENTENCES[home]]
    expected = expect([*usual * 20, SENTENCES["fr"]])

    assert expected.language == number(home)
    assert expected.limit <= 0
    # Close languages (Russian and Ukrainian) are told apart as well; each sentence is twice as long as it need be.
    others = [code for code in SENTENCES if code != home]
    found = recognise([*usual, *(SENTENCES[code] * 2 for code in others)], expected)
    assert codes(found) == [home] * len(usual) + others


def test_the_expected_language_needs_no_order():
    texts = [*ENGLISH, *SENTENCES.values()]

    assert expect(texts) == expect(texts[::-1]) == expect(sorted(texts))


def test_without_a_known_text_no_language_is_expected():
    assert expect(["42", "", "{}"]) == Expected()
    assert codes(recognise([SENTENCES["it"]], Expected())) == ["it"]


@pytest.mark.parametrize(
    "text",
    [
        "The players were Guillermo Pérez Roldán, Andrés Gómez, José Luis Clerc and Martín Jaite of Argentina.",
        "- Canada\n- Mexico\n- Brazil\n- Argentina\n- Chile\n- Colombia\n- Venezuela\n- Ecuador\n- Bolivia\n- Peru",
        "What does the Spanish proverb “más vale tarde que nunca” mean?",
        "Translate into Chinese: 街角的面包店",
        "Buenos días",
    ],
)
def test_names_and_quotations_are_no_other_language(text):
    assert codes(identify([text], number("en")))[0] in {"en", "unknown"}


def test_letters_count_more_in_dense_scripts():
    assert letters(["abc", "你好", "12 3", "NASA"]).tolist() == [3, 6, 0, 1]
    assert letters([SENTENCES["zh"]])[0] > LETTERS


def test_loading_does_not_import_langdetect():
    code = "import sys, dsready.text.profiles as p; p.load(); assert 'langdetect' not in sys.modules"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
