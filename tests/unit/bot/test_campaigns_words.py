"""What HR types to make and to see campaigns, and what only sounds like it."""

from __future__ import annotations

import pytest

from bot.handlers.campaigns.words import CampaignWords, Wish
from tests.unit.bot.builders import CATALOGUE

WORDS = CampaignWords(CATALOGUE)

NEW = [
    "Jeg skal sende en påmindelse ud til alle ledere om MUS",
    "opret en ny kampagne om APV",
    "send påmindelse til TR og AMR",
    "Vi skal have sendt noget ud til lederne om ferie",
    "lav en påmindelse til alle i Velfærd",
    "Kan du hjælpe med en kampagne om 6. ferieuge?",
    "jeg vil gerne lave en ny påmindelse",
    "Send besked til alle ledere",
    "send en besked til alle nye ledere om lederdagen",
    "Skriv til alle ledere, at MUS går i gang",
    "ny kampagne: MUS",
    "Ny kampagne til nye ledere",
    "påmind alle ledere om arbejdsmiljødrøftelsen",
    "mind lederne om fristen for MUS",
    "Husk lederne på at varsle ferie",
    "lav et udkast til en kampagne om trivsel",
    "Hej Kompas, jeg vil oprette en kampagne",
    "Jeg skal have lavet en kampagne til medarbejderne i Fællesforvaltningen",
    "start ny kampagne med skabelon C01",
    "vis skabeloner til kampagner",
    "planlæg en påmindelse til lederne 1. februar kl. 9",
    "Udsend påmindelse om 6. ferieuge",
    "rundsend en påmindelse til AMR",
    "massebesked til ledere",
    "Jeg har brug for at sende en påmindelse til alle medarbejdere i Velfærd",
    "Vi vil gerne have sendt en kampagne ud om trivselsmålingen",
    "opret APV-kampagne",
    "lav en hr-påmindelse om ferievarsling",
    "Send en påmindelse til samtlige ledere",
    "Kan du lave en kampagne til TR?",
    "kan du sende en påmindelse til lederne om MUS",
    "Skriv en påmindelse til AMR om APV",
    "ny påmindelse til nye ledere om velkomstmødet",
    "Hjælp mig med at skrive til alle ledere om 6. ferieuge",
    "Påmind TR og AMR om videndelingsdagen",
    "send info til alle ledere om dataportalen",
    "Jeg vil lave et udkast til en påmindelse",
    "planlæg kampagne til 1. april",
    "Hej, jeg skal have planlagt en påmindelse til lederne i næste uge",
    "Vi skal informere alle ledere om lederdagen",
    "send påmindelse til dem der er nye ledere",
    "jeg vil gerne sende noget ud til alle i Fællesforvaltningen",
    "kampagne om arbejdsmiljødag",
]

LIST = [
    "hvordan går det med kampagnen?",
    "hvor mange har kvitteret for MUS-kampagnen",
    "Vis mig mine kampagner",
    "vis kampagnen om MUS",
    "åbn kampagnelisten",
    "status på MUS-kampagnen",
    "Hvem mangler at kvittere?",
    "hvem er ikke nået i kampagnen om APV",
    "træk kampagnen tilbage",
    "sæt kampagnen på pause",
    "stop kampagnen om MUS",
    "aflys kampagnen",
    "jeg vil godkende en kampagne",
    "hvilke kampagner er planlagt?",
    "se alle HR's påmindelser",
    "vis status for kampagnen om ferie",
    "Hvor mange er nået med APV-kampagnen?",
    "Hvem har ikke kvitteret?",
    "kampagneoversigt",
    "jeg vil se mine kampagner",
    "Stop udsendelsen af kampagnen",
    "Jeg vil gerne trække en påmindelse tilbage",
    "ret kampagnen om MUS",
    "slet kladden til kampagnen",
    "Godkend påmindelsen fra Nora",
    "fortsæt kampagnen",
    "hvordan ligger det med MUS-kampagnen",
    "er kampagnen sendt?",
    "vis dem der ikke har kvitteret",
    "eksporter kampagnen til excel",
]

ELSEWHERE = [
    "Hvad er en kampagne?",
    "Hvornår sender HR næste kampagne?",
    "Hvorfor får jeg påmindelser fra HR?",
    "Hvordan kvitterer jeg for en påmindelse?",
    "Skal jeg kvittere for kampagnen om MUS?",
    "Hvad betyder obligatorisk i en påmindelse fra HR?",
    "Hvem kan sende påmindelser til ledere?",
    "Må HR sende kampagner til medarbejdere i ferien?",
    "Kan HR se, om jeg har læst påmindelsen?",
    "Findes der en kampagne om røgfri arbejdstid?",
    "Hvad handlede kampagnen om trivsel om?",
    "Hvor finder jeg materialet fra MUS-kampagnen?",
    "Jeg vil gerne slippe for kampagner",
    "stop kampagner til mig",
    "Jeg har ikke fået påmindelsen om APV",
    "mind mig om samtalen på fredag",
    "send mig en påmindelse på dag 3",
    "lav en påmindelse til mig selv i morgen",
    "sæt en påmindelse om Mettes samtale",
    "skriv til min leder at jeg er syg",
    "Send en besked til HR",
    "send et spørgsmål til HR om ferie",
    "Hvordan skriver jeg til alle mine medarbejdere om en omorganisering?",
    "Kan jeg sende en påmindelse til mine medarbejdere om MUS?",
    "Hvornår skal jeg minde mine medarbejdere om 6. ferieuge?",
    "Skal ledere have besked, når en medarbejder er syg?",
    "Hvem skal have besked om en arbejdsulykke?",
    "Hvad skal alle ledere vide om MUS?",
    "Hvor mange ledere har holdt MUS?",
    "Hvem mangler at holde MUS?",
    "påmindelse om ferie: hvornår er fristen?",
    "ny leder, hvad skal jeg huske?",
    "Vis mine påmindelser",
    "pause",
    "Sæt Mettes forløb på pause",
    "Slet påmindelsen om Mette",
    "Er der en skabelon til en MUS-samtale?",
    "Hvilken skabelon skal jeg bruge til varsling?",
    "Har du en skabelon til et brev om tjenstlig samtale?",
    "status på mine forløb",
    "Hvem har kvitteret for min anmodning til HR?",
    "valgkampagne på arbejdspladsen, må man det?",
    "Hvorfor har jeg ikke fået kampagnen om MUS?",
    "hvad gik kampagnen Styrket Fremmøde ud på",
    "Er der en kampagne om trivsel i år?",
    "hvornår er fristen i påmindelsen fra HR",
    "hvor kvitterer jeg",
    "jeg har kvitteret",
    "Påmind mig om dag 10",
    "mind mig om at skrive til alle mine medarbejdere",
    "husk mig på MUS i morgen",
    "Skal jeg skrive til alle medarbejdere, når en kollega er langtidssyg?",
    "Hvem skriver til medarbejderne om ferie?",
    "Skriv et brev til medarbejderen om samtale",
    "skriv til HR",
    "Giv min medarbejder besked om samtalen",
    "Send indkaldelse til sygefraværssamtale",
    "send påmindelsen igen på fredag",
    "Hvordan laver jeg en god MUS?",
    "start et forløb",
    "planlæg en samtale med medarbejderen",
    "Er alle ledere med i KKC?",
    "alle ledere skal på lederdag, hvornår er den",
    "Hvor mange ledere har vi i Velfærd?",
    "hvem har fået varslet ferie",
    "vis tal for sygefravær",
    "status på sygefravær",
    "Hvordan går det med Styrket Fremmøde?",
    "Hvem skal have besked ved en arbejdsulykke, og hvordan?",
    "slet påmindelsen",
    "sæt påmindelser på pause",
    "ret datoen i påmindelsen",
    "Hvilke kampagner har HR i løbet af året?",
    "Hvad siger kampagnen om APV?",
    "lav en påmindelse om at ringe til ME",
    "ny påmindelse på fredag",
    "send mig en besked når fristen er tæt på",
    "Hvordan informerer jeg medarbejderne om en ny arbejdsgang?",
    "hvor mange har kvitteret for min anmodning",
    "vis skabeloner",
    "find skabelon til MUS",
    "husk at sende blomster til medarbejderen",
]


@pytest.mark.parametrize("text", NEW)
def test_hr_says_in_its_own_words_that_many_shall_be_reminded(text: str) -> None:
    assert WORDS.wish(text) == (Wish.NEW, "da")


@pytest.mark.parametrize("text", LIST)
def test_hr_says_in_its_own_words_what_it_wants_to_see_of_a_campaign(text: str) -> None:
    assert WORDS.wish(text) == (Wish.LIST, "da")


@pytest.mark.parametrize("text", ELSEWHERE)
def test_a_question_about_a_campaign_and_a_reminder_to_oneself_are_left_alone(text: str) -> None:
    assert WORDS.wish(text) is None


@pytest.mark.parametrize(
    "text", ["lav " * 900, "send " + "en " * 900 + "x", "skriv til " + "tr og " * 800, "x-" * 2000]
)
def test_a_long_message_takes_no_longer_than_a_short_one(text: str) -> None:
    assert WORDS.wish(text) is None
