"""RallyHere sessions: who may enter which session, what they see of it, and when it ends.

The session service's contract says what requests and answers look like; its client says more (a missing
session is 404 `session_not_found`, a join answers the session's ETag). The rest is guessed, switch by switch.
"""

from __future__ import annotations

from .audit import (
    create_session_audit,
    get_session_audit,
)
from .backfills import (
    acknowledge_backfill_request,
    backfill_config,
    backfill_ends,
    delete_backfill_request,
    update_backfill_request,
)
from .browser import (
    delete_browser_info,
    get_browser_sessions_by_type,
    post_browser_info,
    update_browser_info,
)
from .deserters import (
    clear_all_deserter,
    clear_specific_deserter,
    delete_all_player_deserter,
    delete_player_deserter,
    get_all_deserter_configs,
    get_all_player_deserters,
    get_player_deserter,
    get_player_deserter_self,
    get_specific_deserter_config,
    put_player_deserter,
)
from .health import (
    health_goes_unknown,
    instance_health_check,
    instance_health_config,
)
from .indexes import (
    collections,
)
from .instance_startup import (
    instance_advances,
)
from .instances import (
    create_instance_request,
    end_instance,
    update_instance_info,
)
from .join_operations import (
    create_or_join_session,
    join_session_by_id_self,
)
from .match_made import (
    create_matchmade_session,
)
from .platform_sessions import (
    add_platform_session_to_rally_here_session,
    delete_platform_session_from_rally_here_session,
    get_platform_session_info,
    join_session_by_platform_session_by_uuid,
    join_session_by_platform_session_id_self,
    leave_session_by_platform_session_by_uuid,
    leave_session_by_platform_session_self,
)
from .players import (
    get_player_sessions_by_uuid,
    get_player_sessions_by_uuid_v2,
    get_player_sessions_self,
    kick_player_from_session_by_uuid,
    kick_player_from_session_by_uuid_v2,
    leave_session_by_id_self,
    update_session_player_by_uuid,
    update_session_player_by_uuid_v2,
)
from .players_v2 import (
    invite_player_by_uuid_v2,
    move_player_by_uuid_v2,
    promote_player_by_uuid_v2,
    swap_players_in_session,
    update_player_by_uuid_v2,
)
from .queues import (
    get_all_queue_info_v2,
    join_queue,
    leave_queue,
    match_is_looked_for,
)
from .session_lifetime import (
    session_expires,
)
from .session_players import (
    get_player_in_session,
    get_player_permission_by_uuid,
    get_players_in_session,
    give_player_permission_by_uuid,
    remove_player_permission_by_uuid,
)
from .sessions import (
    delete_session,
    get_session_by_allocation_id,
    get_session_by_id,
    on_start,
    update_session_by_id,
    update_team_by_id,
    vet_caller,
)
from .sessions_of_players import (
    invite_session_to_session,
    kick_session_from_session,
)
from .short_codes import (
    generate_session_short_code,
)
from .switches import (
    behaviour,
)
from .templates import (
    get_all_regions,
    get_all_session_templates,
    get_connection_info_self,
    get_instance_request_template,
    get_match_making_profile_v2,
    get_match_making_templates_v2,
    get_session_template_by_type,
)
from .wording import (
    dialect,
)

pure = True
crud = False
ignores_undeclared = True
timeline = (session_expires, instance_advances, health_goes_unknown, match_is_looked_for, backfill_ends)

__all__ = [
    "acknowledge_backfill_request",
    "add_platform_session_to_rally_here_session",
    "backfill_config",
    "behaviour",
    "clear_all_deserter",
    "clear_specific_deserter",
    "collections",
    "create_instance_request",
    "create_matchmade_session",
    "create_or_join_session",
    "create_session_audit",
    "crud",
    "delete_all_player_deserter",
    "delete_backfill_request",
    "delete_browser_info",
    "delete_platform_session_from_rally_here_session",
    "delete_player_deserter",
    "delete_session",
    "dialect",
    "end_instance",
    "generate_session_short_code",
    "get_all_deserter_configs",
    "get_all_player_deserters",
    "get_all_queue_info_v2",
    "get_all_regions",
    "get_all_session_templates",
    "get_browser_sessions_by_type",
    "get_connection_info_self",
    "get_instance_request_template",
    "get_match_making_profile_v2",
    "get_match_making_templates_v2",
    "get_platform_session_info",
    "get_player_deserter",
    "get_player_deserter_self",
    "get_player_in_session",
    "get_player_permission_by_uuid",
    "get_player_sessions_by_uuid",
    "get_player_sessions_by_uuid_v2",
    "get_player_sessions_self",
    "get_players_in_session",
    "get_session_audit",
    "get_session_by_allocation_id",
    "get_session_by_id",
    "get_session_template_by_type",
    "get_specific_deserter_config",
    "give_player_permission_by_uuid",
    "ignores_undeclared",
    "instance_health_check",
    "instance_health_config",
    "invite_player_by_uuid_v2",
    "invite_session_to_session",
    "join_queue",
    "join_session_by_id_self",
    "join_session_by_platform_session_by_uuid",
    "join_session_by_platform_session_id_self",
    "kick_player_from_session_by_uuid",
    "kick_player_from_session_by_uuid_v2",
    "kick_session_from_session",
    "leave_queue",
    "leave_session_by_id_self",
    "leave_session_by_platform_session_by_uuid",
    "leave_session_by_platform_session_self",
    "move_player_by_uuid_v2",
    "on_start",
    "post_browser_info",
    "promote_player_by_uuid_v2",
    "pure",
    "put_player_deserter",
    "remove_player_permission_by_uuid",
    "swap_players_in_session",
    "timeline",
    "update_backfill_request",
    "update_browser_info",
    "update_instance_info",
    "update_player_by_uuid_v2",
    "update_session_by_id",
    "update_session_player_by_uuid",
    "update_session_player_by_uuid_v2",
    "update_team_by_id",
    "vet_caller",
]
