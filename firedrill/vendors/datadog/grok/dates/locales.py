"""Names of months and days by language, abbreviated and full.

The names are those of the Unicode CLDR, as Java uses them; an abbreviation is read with and without its final dot.
"""

from __future__ import annotations

from typing import NamedTuple


class Names(NamedTuple):
    """Names in order: months from January, days from Monday."""

    short_months: tuple[str, ...]
    months: tuple[str, ...]
    short_days: tuple[str, ...]
    days: tuple[str, ...]


def _names(short_months: str, months: str, short_days: str, days: str) -> Names:
    return Names(*(tuple(text.split()) for text in (short_months, months, short_days, days)))


LOCALES = {
    "en": _names(
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        "January February March April May June July August September October November December",
        "Mon Tue Wed Thu Fri Sat Sun",
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    ),
    "de": _names(
        "Jan Feb März Apr Mai Juni Juli Aug Sept Okt Nov Dez",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "Mo Di Mi Do Fr Sa So",
        "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    ),
    "es": _names(
        "ene feb mar abr may jun jul ago sept oct nov dic",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "lun mar mié jue vie sáb dom",
        "lunes martes miércoles jueves viernes sábado domingo",
    ),
    "fr": _names(
        "janv févr mars avr mai juin juil août sept oct nov déc",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "lun mar mer jeu ven sam dim",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
    ),
    "it": _names(
        "gen feb mar apr mag giu lug ago set ott nov dic",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "lun mar mer gio ven sab dom",
        "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    ),
    "nl": _names(
        "jan feb mrt apr mei jun jul aug sep okt nov dec",
        "januari februari maart april mei juni juli augustus september oktober november december",
        "ma di wo do vr za zo",
        "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    ),
    "pt": _names(
        "jan fev mar abr mai jun jul ago set out nov dez",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "seg ter qua qui sex sáb dom",
        "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
    ),
}
