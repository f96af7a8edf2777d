"""What of a contract was tried: operations and all that they document, counted from traffic.

The form of a coverage document, which the control API gives, files keep and reports show:

    {"version": 1,
     "requests": 12,                      exchanges that were counted
     "unread": 0,                         bodies that were too large, and of which only the media type counts
     "totals": TOTALS,
     "apis": [
       {"api": "rallyhere",               its stem
        "title": "…",
        "totals": TOTALS,
        "operations": [
          {"operation": "createSession",  its id
           "method": "POST", "path": "/session/v1/session",
           "state": "seen", "count": 3,   exchanges with it
           "line": "specs/rallyhere.yaml:12:5",
           "deprecated": false,
           "answered_by": "handler",      the kind of its answerer, as the control API's component Api has it
           "ignored": false,              left out of all totals, with its items
           "totals": TOTALS,              the operation itself is in them
           "items": [ITEM, …]}]}]}

An ITEM is what an operation documents beside itself:

    {"kind": "properties",                one of ITEM_KINDS but operations
     "id": "/requestBody/content/application~1json/schema/properties/name",
                                          stable, unique in its operation: the way to it from the
                                          operation in the contract, $refs followed; an enum's value
                                          and a security alternative stand in it by themselves, and
                                          parameters by `in` and name
     "where": "request",                  request, response 200, path, query, header, cookie, or security
     "name": "players[].name",            for people
     "state": "never",                    seen, refused (in refused requests alone), or never
     "line": "specs/rallyhere.yaml:40:9", where the contract says so
     "count": 3,                          of statuses alone: exchanges with it
     "out_of_reach": true,                where nothing a client does brings it: never seen, it is in no total
     "ignored": true}                     where a pattern left it out: it is in no total

`count`, `out_of_reach` and `ignored` are left out where they are not so. TOTALS are by kind, in the
order of ITEM_KINDS; a kind of which the contract has nothing is left out:

    {"operations": {"seen": 8, "refused": 1, "never": 2}, "statuses": {…}, …}

ITEM_KINDS: operations, statuses, media_types, parameters, properties, enum_values, branches, security.

A document without items (`items=none`) has all but those. Merging is a union: of the states the
one that says more, counts added up.
"""
