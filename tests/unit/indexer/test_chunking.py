from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.chunking import MAX_WORDS, OVERRUN, chunk
from knowledge.models import Block, BlockKind
from knowledge.text import split_sentences, squeeze
from tests.unit.indexer.documents import PARAGRAPH, heading, item, parsed, prose, words

_WORDS = st.lists(
    st.sampled_from(["ord", "Ord", "ord.", "ord,", "ord;", "Ord:", "10.", "mv.", "\uf0b7"]), min_size=1, max_size=150
)
_BLOCKS = st.lists(
    st.builds(
        lambda kind, text, level: Block(
            kind=kind, raw="x " + " ".join(text), level=level if kind is BlockKind.HEADING else 0
        ),
        st.sampled_from(BlockKind),
        _WORDS,
        st.integers(1, 4),
    ),
    max_size=12,
)


@given(_BLOCKS)
@settings(max_examples=60, deadline=None)
def test_every_word_of_a_document_is_in_one_passage_in_order(blocks: list[Block]) -> None:
    chunks = chunk(parsed(*blocks))
    assert squeeze(" ".join(passage.raw for passage in chunks)) == " ".join(block.raw for block in blocks)
    assert [passage.ordinal for passage in chunks] == list(range(len(chunks)))


@given(_BLOCKS)
@settings(max_examples=60, deadline=None)
def test_no_passage_is_longer_than_120_words(blocks: list[Block]) -> None:
    assert all(1 <= len(passage.raw.split()) <= MAX_WORDS + OVERRUN for passage in chunk(parsed(*blocks)))


def test_a_heading_opens_a_passage_and_stands_in_its_path() -> None:
    first, second = chunk(parsed(heading("# Titel", 1), prose(PARAGRAPH), heading("## Hvad gælder?"), prose(PARAGRAPH)))
    assert first.title_path == ("Titel",)
    assert second.title_path == ("Titel", "Hvad gælder?")
    assert (second.sentences[0].kind, second.sentences[0].raw) == (BlockKind.HEADING, "## Hvad gælder?")
    assert second.id == "dok#1"


def test_a_title_that_would_stand_alone_is_left_out() -> None:
    (only,) = chunk(parsed(heading("# Titel", 1), heading("## Hvad gælder?"), prose(PARAGRAPH)))
    assert [sentence.text for sentence in only.sentences] == ["Hvad gælder?", *split_sentences(PARAGRAPH)]


def test_headings_that_follow_each_other_travel_with_the_text_below() -> None:
    (only,) = chunk(parsed(heading("Fravær"), heading("Dag 1", 3), prose(PARAGRAPH)))
    assert only.title_path == ("Titel", "Fravær", "Dag 1")
    assert [sentence.text for sentence in only.sentences[:2]] == ["Fravær", "Dag 1"]


def test_sentences_stay_whole() -> None:
    chunks = chunk(parsed(prose(" ".join([words(40)] * 5))))
    assert [[len(sentence.raw.split()) for sentence in passage.sentences] for passage in chunks] == [
        [40, 40],
        [40, 40],
        [40],
    ]


def test_a_sentence_beyond_the_limit_is_cut_at_a_comma() -> None:
    long = f"{words(100, ',')} {words(60)}"
    first, second = chunk(parsed(prose(long)))
    assert first.raw.endswith("ord,")
    assert f"{first.raw} {second.raw}" == long


def test_a_list_stays_with_the_sentence_that_leads_it_in() -> None:
    chunks = chunk(
        parsed(
            prose(f"{words(70)} Husk følgende:"),
            item("- ring til den syge"),
            item("- skriv et notat"),
            item(f"- {words(14)}"),
        )
    )
    assert [sentence.text for sentence in chunks[-1].sentences][:3] == [
        "Husk følgende:",
        "ring til den syge",
        "skriv et notat",
    ]
    assert len(chunks) == 2


def test_a_long_list_is_cut_between_items_only() -> None:
    items = [item(f"\uf0b7 {words(24)}") for _ in range(10)]
    chunks = chunk(parsed(prose("Punkterne er:"), *items))
    assert len(chunks) > 1
    assert [s.raw for passage in chunks for s in passage.sentences] == [
        "Punkterne er:",
        *(block.raw for block in items),
    ]


def test_an_item_of_a_whole_paragraph_is_read_sentence_by_sentence() -> None:
    (only,) = chunk(parsed(item(f"1. Data: {words(30)} {words(30)}")))
    assert [sentence.kind for sentence in only.sentences] == [BlockKind.PROSE, BlockKind.PROSE]


def test_a_stump_joins_the_passage_before_it() -> None:
    (only,) = chunk(parsed(prose(words(88)), prose(words(8))))
    assert len(only.raw.split()) == 96


def test_a_decision_stays_a_passage_of_its_own() -> None:
    *_, last = chunk(
        parsed(
            heading("Indstilling"),
            prose("Det indstilles at sige ja."),
            heading("Beslutning i Byrådet den 01-02-2024"),
            prose("Godkendt."),
        )
    )
    assert last.text == "Beslutning i Byrådet den 01-02-2024 Godkendt."


def test_a_document_without_blocks_has_no_passages() -> None:
    assert chunk(parsed()) == ()
