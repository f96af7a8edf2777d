"""The words of filters: operators before and after a property's name, searches, and what is no filter."""

from __future__ import annotations

import re

from mockade.crud.listing.spelling import meanings, vocabulary
from mockade.crud.roles.naming import Words

OPERATORS = meanings(
    gt="gt greater_than more_than above newer_than",
    gte="gte ge greater_than_or_equal greater_than_or_equal_to min minimum",
    lt="lt less_than below older_than",
    lte="lte le less_than_or_equal less_than_or_equal_to max maximum",
    ne="ne neq not not_eq not_equal not_equals not_equal_to nin not_in none_of",
    eq="eq equals equal equal_to exact is in any_of one_of",
    like="like ilike",
    contains="contains icontains includes match matches",
    startswith="startswith istartswith starts_with begins_with prefix",
    endswith="endswith iendswith ends_with suffix",
    exists="exists is_set present",
    missing="is_null null missing empty",
    between="between range",
)
"""By the words of a name's end, run together: `price_gte`, `price[gte]`, `price__gte`, `priceGreaterThan`."""

RANGE_ENDS = meanings(
    gte="from since start starting begin min newer_than on_or_after",
    lte="to until till through end ending max up_to on_or_before",
    gt="after",
    lt="before older_than",
)
"""By words before or after a property's name, or alone: of dates and numbers."""

HEADS = meanings(
    gte="min minimum gte",
    lte="max maximum lte",
    ne="exclude excluding except not without",
    between="between range",
    contains="search",
)
"""By the word before a property's name: `min_price`, `exclude_ids`, `search[name]`."""

RANGES = frozenset({"gt", "gte", "lt", "lte", "between"})

CONTAINERS = vocabulary("filter filters where filterby by")
"""Words before a property's name that only say that it is a filter."""

SEARCHES = vocabulary(
    """q query search searchterm searchtext searchquery searchstring searchfor keyword keywords term
    text fulltext freetext searchphrase searchkeyword s"""
)

_LANGUAGES = vocabulary(
    """filter filters where filterexpression filterquery jql cql rsql fiql criteria conditions
    predicate searchcriteria apply compute having querystring"""
)
_PROJECTIONS = vocabulary(
    """fields field select fieldmask columns attributes properties exclude excludefields projection
    omit view readmask partial sparse fieldset"""
)
_EXPANSIONS = vocabulary(
    """expand include includes embed embeds populate related resolve with join additionalfields
    extrafields sideload"""
)
_COUNTS = vocabulary("includetotal withcount includecount includetotalcount counttotal withtotal")

CREDENTIAL = "a credential"
TOTAL = "whether the total is told"

_CREDENTIALS = vocabulary("api_key access_token auth_token oauth_token app_key app_id client_secret")

_GRAMMAR = re.compile(
    r"lucene|query language|(search|query) syntax|\b(qualifiers?|expressions?|jql|cql|rsql|odata|sql)\b",
    re.IGNORECASE,
)


def is_grammar(description: str) -> bool:
    """Whether a search is described as a language of its own."""
    return _GRAMMAR.search(description) is not None


def ignored_as(name: Words, dollar: str) -> str:
    """What a parameter is that is no filter, for a reader; empty where its name does not say.

    `dollar` is the name as OData writes it.
    """
    said, head = "".join(name), name[0] if name else ""
    if said in _LANGUAGES or dollar in ("$filter", "$apply", "$search", "$compute"):
        return "a filter in a language of its own"
    if head in CONTAINERS:
        return "a filter by what the rows have no comparable property of"
    if said in _CREDENTIALS:
        return CREDENTIAL
    if said in _PROJECTIONS or head == "fields":
        return "a choice of the properties that are shown"
    if said in _EXPANSIONS or head in ("expand", "include"):
        return "what is to be shown of other resources"
    return TOTAL if said in _COUNTS or dollar == "$count" else ""
