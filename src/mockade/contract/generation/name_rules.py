"""Which values suit a property's name, whichever way its words are put together."""

from __future__ import annotations

from functools import lru_cache

from mockade.contract.generation import words
from mockade.contract.generation.draws import Draws
from mockade.contract.generation.format_values import FORMAT_MAKERS, email, moment, semver, uri, uuid
from mockade.contract.generation.name_makers import (
    PEOPLE,
    NameMaker,
    bound,
    colour,
    count,
    day_of,
    decimal_between,
    digest,
    identifier,
    money,
    one_of,
    part_of_name,
    phone,
    proper_name,
    state,
    time_of,
    token,
    total,
    whole_between,
    words_or_sentence,
)
from mockade.contract.generation.words import split
from mockade.contract.name_words import split_words

_MAKERS: tuple[tuple[NameMaker, str], ...] = (
    (email, "email, mail, email address, e mail, reply to"),
    (uri, "url, uri, href, link, website, homepage, avatar, thumbnail, image, photo, logo, icon"),
    (lambda row, *_: row.person.first, "first name, firstname, given name, forename, fname"),
    (lambda row, *_: row.person.last, "last name, lastname, family name, surname, lname"),
    (lambda row, *_: row.person.full, "full name, fullname, real name, contact name, author, owner name"),
    (
        lambda row, draws, _name: f"{row.person.first.lower()}{draws.between(10, 99)}",
        "username, user name, login, nickname, nick, handle, gamertag, screen name",
    ),
    (lambda row, *_: row.person.full if set(row.kind) & PEOPLE else row.title, "display name"),
    (proper_name, "name, label"),
    (lambda row, *_: row.title, "title, subject, headline, caption"),
    (lambda row, *_: row.slug, "slug, alias, permalink"),
    (
        words_or_sentence,
        "description, summary, text, message, comment, note, notes, content, body, bio, about, details, "
        "reason, detail",
    ),
    (lambda row, *_: row.company, "company, organization, organisation, employer, vendor, merchant, brand"),
    (lambda row, *_: f"{row.street}, {row.place.city}", "address, location, formatted address"),
    (
        lambda row, *_: row.street,
        "street, address line, address line 1, address 1, line 1, line1, street address, address1",
    ),
    (
        lambda _row, draws, _name: f"Floor {draws.between(1, 9)}",
        "address line 2, address 2, line 2, line2, address2",
    ),
    (lambda row, *_: row.place.city, "city, town, locality"),
    (lambda row, *_: (row.place.region, row.place.code), "region, province, county"),
    (
        lambda row, *_: (row.place.country, row.place.code3, row.place.code),
        "country, country name, nationality",
    ),
    (lambda row, *_: (row.place.code, row.place.code3), "country code, countrycode"),
    (
        lambda row, *_: (row.place.postal_code, row.place.postal_code[:4]),
        "zip, zip code, zipcode, postal code, postcode, postalcode, plz",
    ),
    (lambda row, *_: row.place.latitude, "latitude, lat"),
    (lambda row, *_: row.place.longitude, "longitude, lng, lon, long"),
    (lambda row, *_: row.place.timezone, "timezone, time zone, tz"),
    (lambda row, *_: row.place.currency, "currency, currency code, currencycode"),
    (lambda row, *_: (row.place.language, row.place.locale), "language, lang, language code"),
    (lambda row, *_: (row.place.locale, row.place.language), "locale, culture"),
    (phone, "phone, phone number, mobile, telephone, tel, fax, mobile number, msisdn, cell"),
    (
        money,
        "price, amount, cost, fee, balance, subtotal, tax, discount, salary, revenue, total price, total "
        "amount, budget",
    ),
    (identifier, "id, uid, identifier, oid"),
    (lambda _row, draws, _name: uuid(draws), "uuid, guid"),
    (
        token,
        "token, secret, api key, apikey, access token, refresh token, key, signature, nonce, cursor, "
        "client secret",
    ),
    (digest, "hash, sha, sha1, checksum, etag, digest, fingerprint, commit"),
    (lambda _row, draws, _name: (semver(draws), draws.between(1, 9)), "version, revision, app version"),
    (FORMAT_MAKERS["ipv4"], "ip, ip address, ipaddress, ip addr, ipv4"),
    (FORMAT_MAKERS["ipv6"], "ipv6"),
    (FORMAT_MAKERS["mac"], "mac, mac address"),
    (FORMAT_MAKERS["hostname"], "host, hostname, domain, fqdn, domain name, server"),
    (colour, "colour, color, background color, text color"),
    (one_of(words.STATUSES), "status"),
    (state, "state"),
    (part_of_name, "first, last"),
    (one_of(words.KINDS), "type, kind, tier, plan"),
    (one_of(words.ROLES), "role, permission, access level"),
    (one_of(words.JOBS), "job, job title, position title, occupation, profession"),
    (one_of(words.CATEGORIES), "category, genre, topic, section, department"),
    (one_of(words.TAGS), "tag, tags, keyword, keywords"),
    (one_of(words.ENVIRONMENTS), "environment, env, stage"),
    (one_of(words.PLATFORMS), "platform, os, device, operating system"),
    (one_of(words.BROWSERS), "browser"),
    (lambda *_: words.USER_AGENT, "user agent, useragent"),
    (one_of(words.METHODS), "method, http method, verb"),
    (one_of(words.LEVELS), "severity, log level"),
    (one_of(words.UNITS), "unit, units"),
    (one_of(words.GENDERS), "gender, sex"),
    (one_of(words.MEDIA_TYPES), "mime type, content type, media type, mimetype"),
    (lambda row, draws, _name: f"{row.slug}.{draws.pick(words.EXTENSIONS)}", "file name, filename, file"),
    (lambda row, *_: f"/{row.slug}", "path, route"),
    (total, "total, total count, total items, total results, total elements, found, hits"),
    (
        count,
        "count, quantity, qty, number, stock, num, pages, likes, views, "
        "followers, retries, attempts, players",
    ),
    (whole_between(18, 79), "age"),
    (lambda row, _draws, name: moment(row, name).year, "year"),
    (whole_between(1, 12), "month"),
    (whole_between(1, 28), "day"),
    (whole_between(0, 23), "hour, hours"),
    (whole_between(0, 59), "minute, minutes, second, seconds"),
    (
        whole_between(1, 30),
        "days, duration, length, level, order, rank, position, index, priority, weight, points",
    ),
    (whole_between(10, 9000), "distance, xp, experience"),
    (whole_between(30, 3600), "ttl, expires in, timeout, interval"),
    (lambda *_: 1, "page, current page, page number, total pages, page count, last page"),
    (lambda *_: 0, "offset, skip"),
    (lambda *_: 20, "limit, per page, page size, perpage, pagesize"),
    (whole_between(1, 100), "percentage, percent, progress, score, battery"),
    (decimal_between(0, 1), "ratio, probability, confidence, rate, fraction"),
    (decimal_between(1, 5, 1), "rating, stars"),
    (decimal_between(-10, 35, 1), "temperature, temp"),
    (one_of(("640", "800", "1024")), "resolution"),
    (whole_between(200, 1920), "width, height"),
    (whole_between(1024, 65535), "port"),
    (whole_between(500, 500000), "bytes, size, file size"),
    (
        time_of,
        "timestamp, datetime, date time, created, updated, modified, last updated, last modified, last "
        "seen, last login",
    ),
    (time_of, "published, expires, expiry, expiration"),
    (day_of, "date, day of birth, birthday, dob, birth date, birthdate, birth"),
    (bound, "min, minimum, from, start, max, maximum, to, end"),
)

_SUITED = {name: maker for maker, names in _MAKERS for name in names.split(", ")}
"""By the words of the end of a name. The longest end counts."""

_TRUE = set(split("enabled active is valid verified success available ok public online visible allowed"))
_FALSE = set(
    split(
        "deleted archived blocked banned error hidden deprecated expired disabled cancelled canceled "
        "revoked truncated readonly locked suspended test draft failed private more next"
    )
)

_OF_NEXT = frozenset(split("page token cursor marker link url uri href key offset start continuation"))
_OTHER_NEXT = frozenset({("continuation", "token"), ("last", "evaluated", "key")})


@lru_cache(maxsize=8192)
def leads_on(name: str) -> bool:
    """Whether it names the way to a next page. What is made up is the last one: clients would never end."""
    found = split_words(name)
    found = found[1:] if found[:1] == ("odata",) else found
    return found in _OTHER_NEXT or (found[:1] == ("next",) and _OF_NEXT.issuperset(found[1:]))


@lru_cache(maxsize=8192)
def suited(name: str) -> NameMaker | None:
    """What makes values for a property of that name; None when the name tells nothing."""
    found = split_words(name)
    for start in range(max(0, len(found) - 3), len(found)):
        maker = _SUITED.get(" ".join(found[start:]))
        if maker is not None:
            return maker
    if len(found) > 1 and found[-1] in ("at", "on", "time", "since", "until"):
        return time_of
    if found and found[-1].endswith("s") and len(found) == 1:
        return _SUITED.get(found[0][:-1])
    return None


def suited_boolean(name: str, draws: Draws) -> bool:
    found = set(split_words(name))
    if found & _FALSE:
        return False
    return bool(found & _TRUE) or draws.below(2) == 0
