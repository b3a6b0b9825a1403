"""CPR numbers of every date and in every way of writing are found and masked; numbers of other kinds stay."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.dk import cpr

from privacy.cpr import has_cpr, mask_cpr
from privacy.guard import GuardReason, reasons_against

SENTENCES = (
    "{}",
    "Medarbejderens cpr er {}.",
    "opret sag på {}, fra i dag",
    "cpr-nr.:{}",
    "Barnet ({}) er født i går",
    "my number is {} thanks",
)
SEPARATORS = ("", "-", "–", "—", "\u2011", "\u2212", " ", "\u00a0", " - ", ".", "/", "_")
FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")
ZERO_WIDTH = ("\u200b", "\u200c", "\u2060", "\u00ad", "\ufeff")

# The seventh digit tells the century: which of them a year may have is the CPR register's rule (0-3: 1900-1999; 4 and 9: 1937-1999 and
# 2000-2036; 5-8: 2000-2057).
OF_LAST_CENTURY, OF_LAST_CENTURY_LATE, OF_THIS = "0123", "012349", "456789"


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Ten digits of a date from 1900 to 2036, with whatever control digit; the day of a replacement number is 60 higher."""
    born = draw(st.dates(date(1900, 1, 1), date(2036, 12, 31)))
    centuries = OF_THIS if born.year >= 2000 else OF_LAST_CENTURY_LATE if born.year >= 1937 else OF_LAST_CENTURY
    serial = draw(st.sampled_from(centuries)) + f"{draw(st.integers(0, 999)):03d}"
    day = born.day + draw(st.sampled_from((0, 60)))
    return f"{day:02d}{born:%m%y}{serial}"


@st.composite
def written(draw: st.DrawFn) -> str:
    """A number as people write it."""
    digits = draw(numbers())
    day, month, year, serial = digits[:2], digits[2:4], digits[4:6], digits[6:]
    inner, outer = draw(st.sampled_from(("", ".", "-", "/", " "))), draw(st.sampled_from(SEPARATORS))
    text = f"{day}{inner}{month}{inner}{year}{outer}{serial}"
    dress = draw(st.sampled_from(("plain", "wide", "zero")))
    if dress == "wide":
        return text.translate(FULL_WIDTH)
    if dress == "zero":
        place = draw(st.integers(1, len(text) - 1))
        return text[:place] + draw(st.sampled_from(ZERO_WIDTH)) + text[place:]
    return text


@settings(deadline=None)
@given(number=written(), sentence=st.sampled_from(SENTENCES))
def test_a_number_is_found_masked_and_refused_however_it_is_written(number: str, sentence: str) -> None:
    text = sentence.format(number)
    assert has_cpr(text)
    assert mask_cpr(text) == sentence.format("[cpr]")
    assert GuardReason.CPR_NUMBER in reasons_against(text)


def test_the_control_digit_makes_no_difference() -> None:
    numbers = [f"070661428{digit}" for digit in range(10)]
    assert [cpr.checksum(number) == 0 for number in numbers].count(True) == 1
    assert all(has_cpr(number) for number in numbers)


others = st.one_of(
    st.integers(20_000_000, 99_999_999).map(str),
    st.integers(20_000_000, 99_999_999).map(lambda n: f"+45 {n}"),
    st.integers(20_000_000, 99_999_999).map(lambda n: " ".join(f"{n}"[at : at + 2] for at in (0, 2, 4, 6))),
    st.builds("{:02d}/{}".format, st.integers(10, 30), st.integers(1, 99_999)),
    st.builds("20{:02d}-{:06d}".format, st.integers(10, 36), st.integers(0, 999_999)),
    st.dates(date(1950, 1, 1), date(2036, 12, 31)).map(lambda day: f"{day:%d.%m.%Y}"),
    st.dates(date(1950, 1, 1), date(2036, 12, 31)).map(lambda day: f"{day:%d-%m-%Y} kl. 14.30"),
    st.integers(1, 10**9).map(lambda n: f"{n:,} kr.".replace(",", ".")),
    st.integers(10**9, 10**10 - 1).map(lambda n: f"P-nummer {n}"),
    st.integers(5_790_000_000_000, 5_799_999_999_999).map(lambda n: f"EAN {n}"),
    st.integers(10_000_000, 99_999_999).map(lambda n: f"CVR {n}"),
)


@given(number=others, sentence=st.sampled_from(SENTENCES[:3]))
def test_a_number_of_another_kind_is_left_alone(number: str, sentence: str) -> None:
    text = sentence.format(number)
    assert mask_cpr(text) == text
