"""What contracts call keys and moments; each use takes the words that are sure enough for it."""

from __future__ import annotations

OPAQUE_KEYS = ("id", "uuid", "guid", "gid", "sid", "uid")
"""A key that a machine makes, and that says nothing of what it is the key of."""

SURE_KEYS = (*OPAQUE_KEYS, "key", "slug")
"""What is a key wherever it stands last in a name: `petId`, `team_slug`."""

NAMES = ("login", "username", "handle", "name", "number", "ref", "token")
"""What may be a key, and may as well be said of a thing."""

KEYS = (*SURE_KEYS, "code", *NAMES)
"""By what things are told apart, the surest first."""

MOMENT_ENDS = ("at", "on", "date", "time", "datetime", "timestamp", "ts")
"""Words that say no more than that a name is a moment's: `created_at`, `dateCreated`."""

CREATED = ("created", "creation", "create")
"""Words for the moment of which a thing is there."""

UPDATED = ("updated", "update", "modified", "modification", "changed")
"""Words for the moment of a thing's last change."""
