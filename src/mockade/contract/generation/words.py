"""Word lists that made-up values are drawn from."""

from __future__ import annotations

from typing import NamedTuple


def split(words: str) -> tuple[str, ...]:
    return tuple(words.split())


FIRST_NAMES = split(
    "Ada Amara Aiko Bruno Carla Chidi Dana Diego Elif Emma Farid Freya Grace Hana Hugo Ines Ivan Jonas "
    "Jun Kofi Lena Leo Linh Mara Mateo Mina Nadia Noah Nora Olu Omar Pia Priya Rafael Rosa Sami Sofia "
    "Tariq Tess Theo Uma Vera Viktor Wen Yara Yusuf Zoe"
)
LAST_NAMES = split(
    "Abara Andersen Bauer Brooks Castillo Chen Costa Dahl Demir Evans Fischer Fontaine Garcia Haddad "
    "Hughes Ito Jansen Kaya Keller Kim Kowalski Lind Lopez Marino Meyer Moreau Nakamura Novak Okafor "
    "Olsen Patel Petrov Quinn Rossi Sato Schmidt Silva Singh Suzuki Tanaka Torres Usman Vogel Walker "
    "Weber Young Ziegler"
)
ADJECTIVES = split(
    "amber ancient bold brave bright calm clever copper crimson crystal daring deep distant eager early "
    "emerald fair fierce gentle golden grand hidden hollow humble iron ivory keen lively lucky lunar "
    "mellow mighty misty noble northern polar proud quick quiet rapid royal rustic scarlet silent silver "
    "solar steady stormy swift tall velvet vivid warm wild wise"
)
NOUNS = split(
    "anchor arrow beacon bridge brook canyon castle cedar cliff cloud comet compass coral crown delta "
    "desert dragon eagle ember falcon field forest fountain garden glacier grove harbor hawk hill island "
    "lagoon lake lantern lion meadow mirror mountain oak ocean orchard otter owl palace peak pelican pine"
    " prairie raven reef ridge river rocket shield spring star summit thunder tiger tower valley willow "
    "wolf"
)
VERBS = split("brings carries follows guards joins keeps leads meets opens reaches shares supports")
COMPANIES = split("Labs Works Studios Systems Partners Trading Games Supply Foods Media Group Logistics")
STREETS = split("Oak Maple Mill Station Harbor Church Garden River Park High Bridge Cedar")
ROLES = split("admin editor member owner viewer")
JOBS = ("Engineer", "Designer", "Product Manager", "Analyst", "Support Specialist", "Accountant")
CATEGORIES = split("books games garden music outdoors sports tools travel")
TAGS = split("beta featured new popular sale seasonal stable urgent")
COLOURS = split("amber blue coral crimson gold green indigo ivory navy orange purple red silver teal white")
STATUSES = split("active pending active completed active")
KINDS = split("standard basic premium custom")
PETS = split("Biscuit Clover Juno Maple Milo Nala Otis Pepper Rex Willow")
ENVIRONMENTS = ("production", "staging", "development")
LEVELS = ("info", "warning", "info", "error")
PLATFORMS = split("android ios linux web windows")
BROWSERS = split("Chrome Firefox Safari Edge")
METHODS = ("GET", "POST", "GET", "PUT")
UNITS = split("piece kg m l")
GENDERS = ("female", "male", "other")
MEDIA_TYPES = ("image/png", "application/pdf", "text/plain", "application/json")
EXTENSIONS = ("png", "pdf", "txt", "csv", "json")
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


class PlaceOnEarth(NamedTuple):
    """A city and what belongs to it."""

    city: str
    region: str
    country: str
    code: str
    """ISO 3166-1, of two letters."""
    code3: str
    currency: str
    language: str
    locale: str
    timezone: str
    dialling: str
    postal_code: str
    latitude: float
    longitude: float


PLACES = tuple(
    PlaceOnEarth(*words.split(",")[:11], *map(float, words.split(",")[11:]))  # type: ignore[arg-type]  # the two numbers
    for words in (
        "Berlin,Berlin,Germany,DE,DEU,EUR,de,de-DE,Europe/Berlin,49,10115,52.52,13.405",
        "Lyon,Auvergne-Rhône-Alpes,France,FR,FRA,EUR,fr,fr-FR,Europe/Paris,33,69002,45.764,4.8357",
        "Madrid,Madrid,Spain,ES,ESP,EUR,es,es-ES,Europe/Madrid,34,28013,40.4168,-3.7038",
        "Turin,Piedmont,Italy,IT,ITA,EUR,it,it-IT,Europe/Rome,39,10121,45.0703,7.6869",
        "Leeds,England,United Kingdom,GB,GBR,GBP,en,en-GB,Europe/London,44,LS1 4AP,53.8008,-1.5491",
        "Oslo,Oslo,Norway,NO,NOR,NOK,no,nb-NO,Europe/Oslo,47,0150,59.9139,10.7522",
        "Gdansk,Pomerania,Poland,PL,POL,PLN,pl,pl-PL,Europe/Warsaw,48,80-831,54.352,18.6466",
        "Denver,Colorado,United States,US,USA,USD,en,en-US,America/Denver,1,80202,39.7392,-104.9903",
        "Portland,Oregon,United States,US,USA,USD,en,en-US,America/Los_Angeles,1,97204,45.5152,-122.6784",
        "Montreal,Quebec,Canada,CA,CAN,CAD,fr,fr-CA,America/Toronto,1,H2Y 1C6,45.5017,-73.5673",
        "Curitiba,Parana,Brazil,BR,BRA,BRL,pt,pt-BR,America/Sao_Paulo,55,80010-000,-25.4284,-49.2733",
        "Osaka,Osaka,Japan,JP,JPN,JPY,ja,ja-JP,Asia/Tokyo,81,530-0001,34.6937,135.5023",
        "Busan,Busan,South Korea,KR,KOR,KRW,ko,ko-KR,Asia/Seoul,82,48058,35.1796,129.0756",
        "Pune,Maharashtra,India,IN,IND,INR,hi,hi-IN,Asia/Kolkata,91,411001,18.5204,73.8567",
        "Nairobi,Nairobi,Kenya,KE,KEN,KES,sw,sw-KE,Africa/Nairobi,254,00100,-1.2921,36.8219",
        "Perth,Western Australia,Australia,AU,AUS,AUD,en,en-AU,Australia/Perth,61,6000,-31.9523,115.8613",
    )
)
