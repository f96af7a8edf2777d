"""RallyHere sessions: who may enter which session, what they see of it, and when it ends.

The session service's contract says what requests and answers look like; its client says more (a missing
session is 404 `session_not_found`, a join answers the session's ETag). The rest is guessed, switch by switch.
"""

from __future__ import annotations

from .browser import (
    delete_browser_info,
    get_browser_sessions_by_type,
    post_browser_info,
    update_browser_info,
)
from .health import (
    health_goes_unknown,
    instance_health_check,
    instance_health_config,
)
from .indexes import collections
from .instance_startup import instance_advances
from .instances import (
    create_instance_request,
    end_instance,
    update_instance_info,
)
from .join_operations import create_or_join_session, join_session_by_id_self
from .platform_sessions import (
    add_platform_session_to_rally_here_session,
    delete_platform_session_from_rally_here_session,
    get_platform_session_info,
    join_session_by_platform_session_id_self,
    leave_session_by_platform_session_self,
)
from .players import (
    get_player_sessions_by_uuid_v2,
    get_player_sessions_self,
    kick_player_from_session_by_uuid_v2,
    leave_session_by_id_self,
    update_session_player_by_uuid_v2,
)
from .queues import (
    get_all_queue_info_v2,
    join_queue,
    leave_queue,
    match_is_looked_for,
)
from .session_lifetime import session_expires
from .sessions import (
    get_session_by_allocation_id,
    get_session_by_id,
    on_start,
    update_session_by_id,
    update_team_by_id,
    vet_caller,
)
from .switches import behaviour
from .templates import (
    get_all_regions,
    get_all_session_templates,
    get_session_template_by_type,
)
from .wording import dialect

pure = True
timeline = (session_expires, instance_advances, health_goes_unknown, match_is_looked_for)

__all__ = [
    "add_platform_session_to_rally_here_session",
    "behaviour",
    "collections",
    "create_instance_request",
    "create_or_join_session",
    "delete_browser_info",
    "delete_platform_session_from_rally_here_session",
    "dialect",
    "end_instance",
    "get_all_queue_info_v2",
    "get_all_regions",
    "get_all_session_templates",
    "get_browser_sessions_by_type",
    "get_platform_session_info",
    "get_player_sessions_by_uuid_v2",
    "get_player_sessions_self",
    "get_session_by_allocation_id",
    "get_session_by_id",
    "get_session_template_by_type",
    "instance_health_check",
    "instance_health_config",
    "join_queue",
    "join_session_by_id_self",
    "join_session_by_platform_session_id_self",
    "kick_player_from_session_by_uuid_v2",
    "leave_queue",
    "leave_session_by_id_self",
    "leave_session_by_platform_session_self",
    "on_start",
    "post_browser_info",
    "pure",
    "timeline",
    "update_browser_info",
    "update_instance_info",
    "update_session_by_id",
    "update_session_player_by_uuid_v2",
    "update_team_by_id",
    "vet_caller",
]
