"""Banks of Iran, with the numbers by which Sheba and cards name them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank: stable ``code``, names, its three digits in a Sheba, and the first six digits of its cards."""

    code: str
    name_fa: str
    name_en: str
    sheba: str
    cards: tuple[str, ...] = ()


BANKS: tuple[Bank, ...] = (
    Bank("central", "بانک مرکزی", "Central Bank", "010", ("636795",)),
    Bank("sanat_o_madan", "صنعت و معدن", "Sanat o Madan", "011", ("627961",)),
    Bank("mellat", "ملت", "Mellat", "012", ("610433", "991975")),
    Bank("refah", "رفاه کارگران", "Refah", "013", ("589463",)),
    Bank("maskan", "مسکن", "Maskan", "014", ("628023",)),
    Bank("sepah", "سپه", "Sepah", "015", ("589210",)),
    Bank("keshavarzi", "کشاورزی", "Keshavarzi", "016", ("603770", "639217")),
    Bank("melli", "ملی ایران", "Melli", "017", ("603799",)),
    Bank("tejarat", "تجارت", "Tejarat", "018", ("627353", "585983")),
    Bank("saderat", "صادرات ایران", "Saderat", "019", ("603769",)),
    Bank("tosee_saderat", "توسعه صادرات", "Tosee Saderat", "020", ("627648", "207177")),
    Bank("post", "پست بانک", "Post Bank", "021", ("627760",)),
    Bank("tosee_taavon", "توسعه تعاون", "Tosee Taavon", "022", ("502908",)),
    Bank("tosee", "مؤسسه اعتباری توسعه", "Tosee", "051"),
    Bank("karafarin", "کارآفرین", "Karafarin", "053", ("627488", "502910")),
    Bank("parsian", "پارسیان", "Parsian", "054", ("622106", "639194", "627884")),
    Bank("eghtesad_novin", "اقتصاد نوین", "Eghtesad Novin", "055", ("627412",)),
    Bank("saman", "سامان", "Saman", "056", ("621986",)),
    Bank("pasargad", "پاسارگاد", "Pasargad", "057", ("502229", "639347")),
    Bank("sarmayeh", "سرمایه", "Sarmayeh", "058", ("639607",)),
    Bank("sina", "سینا", "Sina", "059", ("639346",)),
    Bank("mehr_iran", "قرض‌الحسنه مهر ایران", "Mehr Iran", "060", ("606373",)),
    Bank("shahr", "شهر", "Shahr", "061", ("502806", "504706")),
    Bank("ayandeh", "آینده", "Ayandeh", "062", ("636214",)),
    Bank("gardeshgari", "گردشگری", "Gardeshgari", "064", ("505416",)),
    Bank("dey", "دی", "Dey", "066", ("502938",)),
    Bank("iran_zamin", "ایران زمین", "Iran Zamin", "069", ("505785",)),
    Bank("resalat", "قرض‌الحسنه رسالت", "Resalat", "070", ("504172",)),
    Bank("melal", "مؤسسه اعتباری ملل", "Melal", "075", ("606256",)),
    Bank("middle_east", "خاورمیانه", "Middle East", "078", ("585947",)),
    Bank("noor", "مؤسسه اعتباری نور", "Noor", "080", ("507677",)),
    Bank("iran_venezuela", "ایران و ونزوئلا", "Iran Venezuela", "095"),
)

_BY_SHEBA = {bank.sheba: bank for bank in BANKS}
_BY_CARD = {prefix: bank for bank in BANKS for prefix in bank.cards}


def bank_of_sheba(sheba: str) -> Bank | None:
    """The bank that the digits 5 to 7 of a Sheba name, or None for one that isn't known here."""
    return _BY_SHEBA.get(sheba[4:7])


def bank_of_card(number: str) -> Bank | None:
    """The bank that the first six digits of a card name, or None for one that isn't known here."""
    return _BY_CARD.get(number[:6])
