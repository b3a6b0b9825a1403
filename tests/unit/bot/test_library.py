"""What HR's overview learns of the published documents."""

from __future__ import annotations

from datetime import date

from bot.library import DocumentLibrary
from hr.insight.model import Review
from knowledge.models import Document


class Published:
    def documents(self) -> dict[str, Document]:
        return {
            "ferie": Document(id="ferie", path="hr/ferie.md", title="Ferie", review_due=date(2027, 3, 31)),
            "barsel": Document(id="barsel", path="barsel.md", title="Barsel"),
        }


def test_titles_are_of_all_documents_and_reviews_of_those_with_a_day() -> None:
    library = DocumentLibrary(Published())
    assert library.titles() == {"ferie": "Ferie", "barsel": "Barsel"}
    assert list(library.reviews()) == [Review(title="Ferie", file="hr/ferie.md", due=date(2027, 3, 31))]
