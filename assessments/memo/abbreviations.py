"""The abbreviations that a memo explains, if it prints them."""

import re
from collections.abc import Iterable

# Names of organisations as they write them; they say nothing about a country.
ABBREVIATIONS = {
    "ACLED": "Armed Conflict Location & Event Data",
    "AFP": "Agence France-Presse",
    "AQIM": "Al-Qaeda in the Islamic Maghreb",
    "CMA": "Coordination des mouvements de l’Azawad",
    "CME": "Coordination des mouvements de l’entente",
    "GSIM": "Groupe de soutien à l’islam et aux musulmans (JNIM)",
    "ISGS": "Islamic State in the Greater Sahara",
    "ISPI": "Istituto per gli studi di politica internazionale",
    "JNIM": "Jama’at Nusrat al-Islam wal-Muslimin (GSIM)",
    "MNLA": "Mouvement national pour la libération de l’Azawad",
    "RFI": "Radio France internationale",
    "RTBF": "Radio-télévision belge de la Communauté française",
    "SEM": "State Secretariat for Migration (Switzerland)",
    "UNHCR": "United Nations High Commissioner for Refugees",
}


def abbreviations_in(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The abbreviations that these texts use, with their words, in order of the alphabet."""
    used = {word for text in texts for word in re.findall(r"\b[A-Z]{3,}\b", text)}
    return tuple((short, words) for short, words in ABBREVIATIONS.items() if short in used)
