# SPDX-License-Identifier: MIT
"""The table: every row of the page's sections 4 and 5, the cases of the walk that keep and refuse it,
and the faults that were planted in the server and seen to make a case fail. `./run faults` plants
them again.

A fault is an exact text that its file has once, and what stands there instead.
"""
from collections import namedtuple

Fault = namedtuple("Fault", "file text replacement case")
ROWS = {}


def row(name, keeps, refuses="", faults=()):
    made = [Fault("src/server/" + f if "/" not in f else "src/" + f, *rest) for f, *rest in faults]
    ROWS[name] = {"keeps": keeps.split(), "refuses": refuses.split(), "faults": made}


# ---- section 4: calls --------------------------------------------------------------------------

row("4 watch / get-or-create",
    "channels.a_channel_is_made_once_with_its_members_and_data channels.watchers_are_listed_and_paged "
    "channels.the_server_side_says_who_makes_sends_and_reads channels.two_at_once_make_one_channel",
    "channels.bad_channels_are_refused_by_name channels.only_members_read_and_write_a_messaging_channel "
    "channels.calls_without_a_body_are_refused",
    [("routes_channels.c", "if (room != NULL && (rc = routes_check_read(call, room)) != 0)",
      "if (false)", "channels.only_members_read_and_write_a_messaging_channel"),
     ("routes_channels.c", 'call, watchers, "offset", 0, LIMIT_OFFSET, &wish->watchers_from',
      'call, watchers, "offset", 0, LIMIT_OFFSET, &wish->members_from', "channels.watchers_are_listed_and_paged"),
     ("routes_channels.c", 'call_refuse(\n            call, CODE_INPUT, "server-side, data.created_by_id must',
      'call_refuse(\n            call, CODE_NOT_FOUND, "server-side, data.created_by_id must',
      "channels.the_server_side_says_who_makes_sends_and_reads")])

row("4 distinct",
    "channels.a_distinct_channel_is_the_same_for_the_same_people",
    "channels.a_distinct_channel_is_the_same_for_the_same_people channels.calls_without_a_body_are_refused",
    [("routes_channels.c", "if (rc == 0 && count < 2)", "if (rc == 0 && count < 1)",
      "channels.a_distinct_channel_is_the_same_for_the_same_people"),
     ("token.c", "qsort(", "if (false) qsort(", "channels.a_distinct_channel_is_the_same_for_the_same_people")])

row("4 query channels",
    "channels.query_channels_filters_sorts_and_watches channels.filters_know_every_operator "
    "channels.channels_are_found_by_what_they_are_to_the_asker",
    "channels.query_channels_filters_sorts_and_watches channels.only_members_read_and_write_a_messaging_channel "
    "channels.calls_without_a_body_are_refused",
    [("query_channels.c", "        rc = home_listen(call->world, wish->connection, room);", "        rc = 0;",
      "channels.query_channels_filters_sorts_and_watches"),
     ("query_channels.c", "if (room->absent || !access_read(room, query->call->view))", "if (room->absent)",
      "channels.only_members_read_and_write_a_messaging_channel")])

row("4 query users",
    "people.users_are_filtered_sorted_and_paged people.users_are_paged_by_id people.users_are_paged_by_id_both_ways "
    "people.sorts_put_the_missing_last_and_part_ties_by_id people.times_are_compared_to_the_microsecond "
    "presence.query_users_listens_and_its_snapshot_is_current",
    "people.users_are_filtered_sorted_and_paged people.wrong_users_are_refused_by_name",
    [("query_users.c", "case ONLINE: return filter_boolean(face.online);",
      "case ONLINE: return filter_boolean(person->presence.connections > 0);",
      "invisible.filters_and_sorts_see_a_hidden_user_as_absent"),
     ("query_users.c", "rc = listen_to(&connection->listener, &person->sighted, LISTEN_QUERY);", "rc = 0;",
      "presence.query_users_listens_and_its_snapshot_is_current")])

row("4 query members",
    "members.query_members_pages_through_a_channel members.members_are_filtered_sorted_and_refused_by_name "
    "members.members_are_found_by_name_and_invite",
    "members.query_members_pages_through_a_channel members.members_are_filtered_sorted_and_refused_by_name",
    [("query_members.c", "return routes_room(call, out);", "return routes_find_room(call, type, id, out);",
      "members.query_members_pages_through_a_channel"),
     ("query_members.c", "case USER_ID: return filter_text(member->user_id);",
      "case USER_ID: return filter_text(seat->person->user.name);",
      "members.members_are_filtered_sorted_and_refused_by_name")])

row("4 upsert users",
    "people.upsert_replaces_custom_data_and_keeps_invisible presence.a_status_by_upsert_is_told_like_one_by_update",
    "people.upsert_replaces_custom_data_and_keeps_invisible people.wrong_users_are_refused_by_name",
    [("details.c", "    json_free(draft->custom);\n    draft->custom = NULL;\n    free(draft->name);",
      "    free(draft->name);",
      "people.upsert_replaces_custom_data_and_keeps_invisible"),
     ("routes_users.c", "if (!call->caller.server && strcmp(id, call->asker->user.id) != 0)", "if (false)",
      "people.upsert_replaces_custom_data_and_keeps_invisible"),
     ("routes_users.c", "if (key != NULL && id != NULL && strcmp(key, id) != 0)", "if (false)",
      "people.wrong_users_are_refused_by_name")])

row("4 update users",
    "people.a_partial_update_sets_and_unsets_dotted_paths presence.a_status_change_is_told_once_with_the_updated_user "
    "invisible.the_server_side_hides_anybody_and_nobody_hides_another",
    "people.a_partial_update_sets_and_unsets_dotted_paths people.wrong_users_are_refused_by_name "
    "invisible.the_server_side_hides_anybody_and_nobody_hides_another",
    [("routes_users.c", "if (person == NULL && !may_be_new)", "if (false)",
      "people.wrong_users_are_refused_by_name"),
     ("routes_users.c", 'json_get(item, "unset")', 'json_get(item, "unsets")',
      "people.a_partial_update_sets_and_unsets_dotted_paths")])

row("4 message",
    "messages.a_message_is_told_and_read_back_with_its_author messages.a_message_is_changed_by_its_author_and_told "
    "messages.a_deleted_message_is_told messages.a_message_deleted_hard_is_nowhere "
    "messages.replies_are_counted_and_paged messages.messages_are_paged_around_an_id "
    "messages.a_quote_stands_in_the_message "
    "messages.messages_are_paged_by_their_times messages.a_full_update_replaces_and_a_partial_one_does_not "
    "messages.attachments_and_mentions_stay_with_a_message "
    "messages.a_deleted_message_keeps_nothing_and_a_hard_deleted_one_takes_its_replies "
    "messages.a_message_deleted_hard_does_not_come_back_while_others_ask_for_it",
    "messages.a_message_is_told_and_read_back_with_its_author "
    "messages.an_old_or_deleted_message_is_not_written_over_by_its_id messages.anothers_message_is_not_touched "
    "messages.wrong_messages_are_refused messages.a_reply_needs_a_parent_in_the_channel "
    "messages.replies_off_for_the_type_are_refused_with_19 "
    "messages.a_quote_and_a_reply_name_a_message_of_the_channel "
    "messages.in_a_frozen_channel_nobody_writes_but_the_server_side messages.an_id_is_taken_once_however_many_ask",
    [("notes.c", " || is_buried(world, from)", "",
      "messages.a_message_deleted_hard_does_not_come_back_while_others_ask_for_it"),
     ("routes_messages.c", "if (rc == 0 && !access_may_note(*out, call->view, grant))",
      "if (false)", "messages.anothers_message_is_not_touched"),
     ("routes_messages.c", 'return call_refuse(call, CODE_INPUT, "message.id %s is taken", text);',
      "return chance_uuid(id) == 0 ? 0 : -EIO;", "messages.a_message_is_told_and_read_back_with_its_author")])

row("4 reaction",
    "reactions.a_reaction_is_told_counted_and_shown_to_each_as_their_own "
    "reactions.reactions_of_several_people_and_types_are_counted_apart "
    "reactions.a_second_reaction_of_the_same_type_replaces_the_first reactions.a_reaction_taken_back_is_told_and_gone "
    "reactions.reactions_are_listed_and_paged reactions.reactions_last_through_a_restart "
    "reactions.a_unique_reaction_takes_the_place_of_the_others reactions.the_newest_ten_reactions_are_listed_first "
    "reactions.reactions_have_scores_types_and_fields",
    "reactions.reactions_that_may_not_be_are_refused reactions.reactions_off_for_the_type_are_refused_with_19",
    [("routes_reactions.c", "if (!room->kind->type.reactions)", "if (false)",
      "reactions.reactions_off_for_the_type_are_refused_with_19"),
     ("routes_reactions.c", "struct nod *nod = rc == 0 ? nod_find(note, person, call->args[1]) : NULL;",
      "struct nod *nod = rc == 0 ? LIST_ITEM(note->nods.next, struct nod, by_note) : NULL;\n"
      "    if (rc == 0 && list_is_empty(&note->nods)) nod = NULL;",
      "reactions.a_reaction_taken_back_is_told_and_gone"),
     ("routes_reactions.c", "    change_put_nod(call->change, note, nod);\n", "",
      "reactions.reactions_last_through_a_restart")])

row("4 event",
    "events.typing_is_told_to_watchers events.a_custom_event_goes_to_watchers_with_all_its_fields",
    "events.events_that_may_not_be_are_refused settings.what_is_off_for_a_type_is_refused",
    [("routes_events.c", "if (!room->kind->type.typing_events)", "if (false)",
      "events.events_that_may_not_be_are_refused"),
     ("routes_events.c", "else if (strchr(name, '.') != NULL || event_from_name(name) != EVENT_CUSTOM)",
      "else if (event_from_name(name) != EVENT_CUSTOM)", "events.events_that_may_not_be_are_refused")])

row("4 read / unread",
    "reads.reading_is_told_to_watchers_and_to_own_connections reads.a_read_needs_no_body "
    "reads.unread_messages_are_counted_per_channel_and_in_all reads.all_channels_are_marked_read_in_one_call "
    "reads.a_message_marked_unread_counts_from_there_on reads.unread_counts_can_be_asked_for "
    "reads.marks_last_through_a_restart "
    "reads.what_is_own_silent_deleted_or_a_reply_does_not_count reads.a_read_may_name_the_message_up_to_which "
    "reads.muted_channels_and_types_without_read_events_are_in_no_sum "
    "reads.unread_counts_are_told_by_channel_and_type",
    "reads.reads_that_may_not_be_are_refused reads.read_events_off_for_the_type_are_refused_with_18 "
    "reads.members_alone_have_marks",
    [("routes_reads.c", "if (rc == 0 && !(*room)->kind->type.read_events)", "if (false)",
      "reads.read_events_off_for_the_type_are_refused_with_18"),
     ("routes_reads.c", "if (rc > 0 || (rc == 0 && (*out)->room != room))", "if (rc > 0)",
      "reads.reads_that_may_not_be_are_refused"),
     ("routes_reads.c", "    regard_unread_from(seat, note->message.created_us);",
      "    regard_unread_from(seat, note->message.created_us + 1);",
      "reads.a_message_marked_unread_counts_from_there_on"),
     ("routes_reads.c", "        if (!is_marked(seat))\n            continue;",
      "        if (is_marked(seat))\n            continue;",
      "reads.all_channels_are_marked_read_in_one_call")])

row("4 stop watching",
    "presence.stop_watching_ends_the_listening_that_came_only_from_it "
    "channels.stopping_to_watch_is_told_and_needs_a_connection",
    "channels.stopping_to_watch_is_told_and_needs_a_connection",
    [("listeners.c", "        if (next == NULL)\n            return false;",
      "        if (next == NULL)\n            return true;",
      "presence.stop_watching_ends_the_listening_that_came_only_from_it"),
     ("home.c", "    if (watching != NULL)\n        watching_end(world, post, watching);\n    listen_end_reason",
      "    if (watching == NULL)\n        watching_end(world, post, watching);\n    listen_end_reason",
      "channels.stopping_to_watch_is_told_and_needs_a_connection")])

row("4 members",
    "members.members_come_and_go_and_are_told members.a_member_made_moderator_is_told_and_may_more "
    "members.a_members_call_may_bring_data_and_a_message members.one_may_leave_by_oneself",
    "members.members_come_and_go_and_are_told members.wrong_members_calls_are_refused",
    [("routes_members.c", "if (!access_read(room, (struct view){.asker = person}))", "if (false)",
      "members.one_may_leave_by_oneself"),
     ("routes_members.c", '{"add_moderators", promote, true, true},', '{"add_moderators", promote, true, false},',
      "members.a_member_made_moderator_is_told_and_may_more"),
     ("access.c", '(strcmp(member->role, "moderator") == 0 || strcmp(member->role, "owner") == 0)',
      'strcmp(member->role, "owner") == 0', 
      "members.a_member_made_moderator_is_told_and_may_more")])

row("4 channel",
    "channels.a_channel_is_changed_in_part_and_told channels.the_creator_owns_the_channel_and_is_no_member_by_that "
    "hiding.a_deleted_channel_is_told_to_watchers_and_to_members hiding.a_channel_deleted_hard_leaves_nothing "
    "hiding.a_truncated_channel_has_no_messages_and_says_when hiding.a_hidden_channel_leaves_ones_own_lists_alone "
    "hiding.a_shown_channel_is_back hiding.a_new_message_brings_a_hidden_channel_back "
    "hiding.a_hidden_channel_stays_hidden_through_a_restart "
    "hiding.a_history_cleared_is_cleared_for_the_hider_alone "
    "hiding.a_truncation_may_say_up_to_when_and_leave_a_message channels.a_cooldown_holds_for_members "
    "channels.a_cooldown_is_at_most_two_minutes_and_spares_moderators",
    "channels.a_channel_is_changed_in_part_and_told hiding.hiding_what_is_not_ones_own_is_refused "
    "hiding.moderators_truncate_and_members_do_not hiding.a_deleted_channel_is_told_to_watchers_and_to_members",
    [("routes_named.c", "if (rc == 0 && !access_may(*out, call->view, grant))", "if (false)",
      "hiding.a_deleted_channel_is_told_to_watchers_and_to_members"),
     ("routes_channels.c", "return details_unset_path(&channel->custom, path);", "return 0;",
      "channels.a_channel_is_changed_in_part_and_told")])

row("4 app",
    "settings.anybody_reads_the_app_and_only_the_server_side_changes_it "
    "settings.dev_tokens_count_only_while_the_app_says_so settings.an_app_revocation_ends_older_tokens",
    "settings.anybody_reads_the_app_and_only_the_server_side_changes_it settings.a_dev_token_is_never_the_servers "
    "settings.a_revoked_tokens_socket_is_cut",
    [("routes_app.c", "    change_put_settings(change);\n", "",
      "settings.dev_tokens_count_only_while_the_app_says_so"),
     ("caller.c", "caller_is_revoked(token.iat_unix_s, keys->settings->revoke_before_us))",
      "token.iat_unix_s != 0 && caller_is_revoked(token.iat_unix_s, keys->settings->revoke_before_us))",
      "settings.an_app_revocation_ends_older_tokens"),
     ("routes.c", '{HTTP_PATCH, "app", "UpdateApp", app_update, ROUTE_BODY | ROUTE_SERVER}',
      '{HTTP_PATCH, "app", "UpdateApp", app_update, ROUTE_BODY}',
      "settings.anybody_reads_the_app_and_only_the_server_side_changes_it")])

row("4 channel types (server)",
    "settings.a_channel_type_is_made_listed_changed_and_deleted presence.a_channel_type_switches_presence_off_at_once "
    "settings.a_grant_decides_for_the_type_that_has_it settings.a_role_has_the_grants_it_is_given_and_no_others "
    "settings.who_made_a_channel_joins_leaves_and_owns_by_grants",
    "settings.channel_types_that_may_not_be_are_refused settings.what_is_off_for_a_type_is_refused "
    "reactions.reactions_off_for_the_type_are_refused_with_19 reads.read_events_off_for_the_type_are_refused_with_18 "
    "mutes.mutes_off_for_the_type_are_refused_with_19",
    [("routes_types.c", "if (listening_ended)", "if (false)",
      "presence.a_channel_type_switches_presence_off_at_once"),
     ("routes_types.c", "if (kind_find(call->world, name) != NULL)", "if (false)",
      "settings.channel_types_that_may_not_be_are_refused"),
     ("routes.c", '{HTTP_GET, "channeltypes/*", "GetChannelType", type_get, ROUTE_SERVER}',
      '{HTTP_GET, "channeltypes/*", "GetChannelType", type_get, 0}',
      "settings.channel_types_that_may_not_be_are_refused")])

row("4 sync",
    "sync.what_happened_since_is_told_in_order sync.presence_typing_and_reads_are_never_synced "
    "sync.dates_come_with_any_fraction",
    "sync.syncs_that_may_not_be_are_refused",
    [("routes_named.c",
      "int rc = routes_find_room(call, type, id, out);\n    return rc != 0 ? rc : routes_check_read(call, *out);",
      "return routes_find_room(call, type, id, out);",
      "sync.syncs_that_may_not_be_are_refused"),
     ("routes_sync.c", "is_deleted = message->deleted_us != 0;", "is_deleted = false;",
      "sync.what_happened_since_is_told_in_order"),
     ("routes_sync.c", "        qsort(telling->told, telling->count, sizeof *telling->told, by_moment);", "        ;",
      "sync.what_happened_since_is_told_in_order")])

row("4 guest",
    "guests.a_guest_gets_a_token_that_works guests.guests_have_presence guests.guests_are_kept_out_of_members_channels",
    "guests.guests_that_may_not_be_are_refused "
    "guests.a_caller_with_neither_token_nor_word_of_anonymity_is_refused",
    [("routes_guest.c", 'rc = field_copy_text(NULL, &to->role, "guest");', 'rc = field_copy_text(NULL, &to->role, "user");',
      "guests.a_guest_gets_a_token_that_works"),
     ("routes_guest.c", 'snprintf(id, LIMIT_USER_ID + 1, "guest-%s-%s", uuid, own);',
      'snprintf(id, LIMIT_USER_ID + 1, "%s", own);', "guests.guests_that_may_not_be_are_refused")])

row("4 mute",
    "mutes.a_muted_user_stands_in_ones_own_mutes mutes.an_unmuted_user_is_not_in_them "
    "mutes.a_muted_channel_stands_in_ones_own_channel_mutes "
    "mutes.several_are_muted_at_once_and_for_a_while",
    "mutes.mutes_that_may_not_be_are_refused mutes.mutes_off_for_the_type_are_refused_with_19",
    [("routes_mutes.c", "if (rc == 0 && !(*out)->kind->type.mutes)", "if (false)",
      "mutes.mutes_off_for_the_type_are_refused_with_19"),
     ("routes_mutes.c", "        if (mute != NULL)\n            change_remove_mute",
      "        if (mute == NULL)\n            change_remove_mute",
      "mutes.an_unmuted_user_is_not_in_them"),
     ("routes_mutes.c", '? call_refuse_field(call, "target_id", " is missing")', "? 0",
      "mutes.mutes_that_may_not_be_are_refused"),
     ("routes_mutes.c", "    change_put_regard(call->change, regard);\n", "",
      "mutes.a_muted_channel_stands_in_ones_own_channel_mutes")])

row("4 invites",
    "invites.an_invite_is_told_and_accepted invites.an_invite_is_told_and_rejected "
    "invites.pending_and_rejected_invitees_watch_nothing invites.an_invite_outlives_a_restart "
    "invites.an_invitee_stands_among_the_members_as_invited invites.a_rejected_invite_is_told_in_order",
    "invites.invites_that_may_not_be_are_refused",
    [("access.c", "bool is_member = seat != NULL && !member_is_invitee(&seat->member);",
      "bool is_member = seat != NULL;",
      "invites.pending_and_rejected_invitees_watch_nothing"),
     ("routes_members.c", "if (rc == 0 && (seat == NULL || !member_is_invitee(&seat->member)))",
      "if (rc == 0 && seat == NULL)",
      "invites.invites_that_may_not_be_are_refused"),
     ("routes_members.c", "    tell_invite(call, EVENT_NOTIFICATION_INVITED, seat, call->asker);\n", "",
      "invites.an_invite_is_told_and_accepted")])

row("4 users (server)",
    "people.a_deactivated_user_is_cut_off_and_can_come_back people.a_deleted_user_is_gone_and_told "
    "people.an_event_of_ones_own_goes_to_every_own_connection "
    "people.who_is_shut_out_is_told_and_does_not_linger people.a_deleted_user_leaves_everything_but_what_they_wrote",
    "people.user_administration_is_for_the_server_side",
    [("routes_people.c", '    call_dismiss(call, person, CODE_NOT_ALLOWED, "this user is deactivated");\n', "",
      "people.a_deactivated_user_is_cut_off_and_can_come_back"),
     ("call.c", "if (user->deactivated_us != 0 || user->deleted_us != 0)", "if (false)",
      "people.a_deactivated_user_is_cut_off_and_can_come_back"),
     ("routes_people.c", "    if ((rc = show_event(call, name, more)) == 0)\n        news_to_own(call->world, &news, person);",
      "    rc = show_event(call, name, more);", "people.an_event_of_ones_own_goes_to_every_own_connection")])

# ---- section 4: limits -------------------------------------------------------------------------

row("4 channels a query",
    "limits.defaults_are_ten_channels_and_twentyfive_messages_and_thirty_users",
    "limits.pages_over_a_maximum_or_below_nothing_are_refused_by_name",
    [("wire/limits.h", "LIMIT_CHANNELS_DEFAULT = 10", "LIMIT_CHANNELS_DEFAULT = 11",
      "limits.defaults_are_ten_channels_and_twentyfive_messages_and_thirty_users")])

row("4 presence, watch or query channels",
    "presence.watching_listens_to_ten_members_and_query_users_to_thirty", "",
    [("home.c", "        if (person == connection->person)\n            continue;\n        if (left-- == 0)",
      "        if (left-- == 0)", "presence.watching_listens_to_ten_members_and_query_users_to_thirty")])

row("4 users a query",
    "limits.defaults_are_ten_channels_and_twentyfive_messages_and_thirty_users people.users_are_paged_by_id",
    "limits.pages_over_a_maximum_or_below_nothing_are_refused_by_name",
    [("wire/limits.h", "LIMIT_USERS = 100", "LIMIT_USERS = 101",
      "limits.pages_over_a_maximum_or_below_nothing_are_refused_by_name")])

row("4 presence, query users",
    "presence.watching_listens_to_ten_members_and_query_users_to_thirty", "",
    [("query_users.c", "            left--;\n", "",
      "presence.watching_listens_to_ten_members_and_query_users_to_thirty")])

row("4 members a query",
    "members.query_members_pages_through_a_channel",
    "limits.pages_over_a_maximum_or_below_nothing_are_refused_by_name",
    [("query_members.c", ".limit_most = LIMIT_MEMBERS}", ".limit_most = LIMIT_MESSAGES}",
      "limits.pages_over_a_maximum_or_below_nothing_are_refused_by_name")])

row("4 listening of one connection",
    "presence.a_connection_listens_to_the_union_of_its_calls presence.listening_ends_with_its_connection", "",
    [("query_users.c", "    if (rc == 0 && presence)\n        rc = call_connection(call, &connection);\n",
      "    if (rc == 0 && presence)\n        rc = call_connection(call, &connection);\n"
      "    if (rc == 0 && presence)\n        listen_end_reason(&connection->listener, LISTEN_QUERY);\n",
      "presence.a_connection_listens_to_the_union_of_its_calls")])

row("4 upsert, add, remove",
    "limits.a_hundred_are_upserted_added_and_removed_and_no_more",
    "limits.a_hundred_are_upserted_added_and_removed_and_no_more",
    [("wire/limits.h", "LIMIT_BATCH = 100", "LIMIT_BATCH = 101",
      "limits.a_hundred_are_upserted_added_and_removed_and_no_more")])

row("4 custom data",
    "limits.five_kilobytes_of_custom_data_an_object_and_no_more",
    "limits.five_kilobytes_of_custom_data_an_object_and_no_more",
    [("routes_messages.c", "return rc != 0 ? rc : check_custom(call, *custom);", "return rc;",
      "limits.five_kilobytes_of_custom_data_an_object_and_no_more")])

row("4 message text",
    "limits.five_thousand_characters_a_message", "limits.five_thousand_characters_a_message",
    [("routes_messages.c", "utf8_count(text, strlen(text)) > (size_t)", "strlen(text) > (size_t)",
      "limits.five_thousand_characters_a_message")])

row("4 connections of one user",
    "limits.fifty_connections_a_user", "limits.fifty_connections_a_user",
    [("welcome.c", "person->connection_count >= asking->max_connections",
      "person->connection_count > asking->max_connections", "limits.fifty_connections_a_user")])

row("4 calls",
    "limits.six_hundred_calls_a_minute_a_user_and_endpoint", "limits.six_hundred_calls_a_minute_a_user_and_endpoint",
    [("rate.c", "const bool may = window->used < rate->per_minute;", "const bool may = true;",
      "limits.six_hundred_calls_a_minute_a_user_and_endpoint"),
     ("call.c", "http_method_name(call->request->method), call->route->path);",
      'http_method_name(call->request->method), "");', "limits.six_hundred_calls_a_minute_a_user_and_endpoint")])

# ---- section 5: events -------------------------------------------------------------------------

row("5 `health.check`",
    "connecting.the_first_frame_is_a_health_check_with_the_own_user "
    "connecting.health_checks_are_answered_in_array_or_object connecting.a_ping_is_answered "
    "connecting.a_silent_server_sends_a_health_check_every_25_seconds",
    "connecting.a_refused_connect_is_upgraded_told_and_closed",
    [("guest.c", "for (const json *event = json_first(said); event != NULL && !asked;",
      "for (const json *event = json_first(said); event == NULL && !asked;",
      "connecting.health_checks_are_answered_in_array_or_object")])

row("5 `user.presence.changed`",
    "events.each_change_of_a_user_goes_to_exactly_whom_the_page_names "
    "presence.coming_and_a_clean_leaving_are_told_at_once presence.query_users_listens_and_its_snapshot_is_current "
    "presence.listening_ends_with_its_connection",
    "presence.without_presence_nobody_is_listened_to channels.only_members_read_and_write_a_messaging_channel",
    [("home.c", "    if (change == PRESENCE_CAME)\n        tell_presence", 
      "    if (change == PRESENCE_LEFT)\n        tell_presence",
      "presence.coming_and_a_clean_leaving_are_told_at_once"),
     ("routes_channels.c", "if (rc == 0 && wish->presence)\n        rc = home_listen",
      "if (rc == 0 && wish->watch)\n        rc = home_listen", "presence.without_presence_nobody_is_listened_to")])

row("5 `user.updated` / `user.deleted`",
    "events.each_change_of_a_user_goes_to_exactly_whom_the_page_names "
    "people.a_change_is_told_to_listeners_and_to_own_connections people.a_deleted_user_is_gone_and_told "
    "connecting.a_changed_profile_is_told_before_the_presence_that_has_it", "",
    [("users.c", "    news_to_own(change->world, &news, person);\n", "",
      "people.a_change_is_told_to_listeners_and_to_own_connections"),
     ("users.c", "    if (differences & DETAILS_SHOWN)\n        news_to_listeners",
      "    if (true)\n        news_to_listeners", "invisible.hiding_looks_like_leaving_and_showing_like_coming")])

row("5 `user.watching.start` / `.stop`",
    "events.each_change_of_a_user_goes_to_exactly_whom_the_page_names "
    "channels.watchers_are_told_of_watchers channels.stopping_to_watch_is_told_and_needs_a_connection "
    "presence.watching_lingers_like_presence",
    "presence.a_channel_type_switches_presence_off_at_once invisible.a_hidden_watcher_is_in_no_count",
    [("home.c", "if (--watcher->connections > 0)\n        return;",
      "if (--watcher->connections > 1)\n        return;",
      "channels.watchers_are_told_of_watchers"),
     ("home.c", "if (!watcher->room->kind->type.connect_events || watcher->room->absent)",
      "if (watcher->room->absent)",
      "presence.a_channel_type_switches_presence_off_at_once")])

row("5 `message.new` `.updated` `.deleted`",
    "events.each_event_goes_to_exactly_whom_the_page_names "
    "messages.a_message_is_told_and_read_back_with_its_author messages.a_message_is_changed_by_its_author_and_told "
    "messages.a_deleted_message_is_told reads.a_new_message_brings_each_viewer_their_own_count",
    "messages.a_member_who_does_not_watch_is_notified_and_a_stranger_is_not",
    [("routes_messages.c", "tell(call, EVENT_MESSAGE_DELETED, note, for_good ? more : NULL);",
      "tell(call, EVENT_MESSAGE_UPDATED, note, NULL);", "messages.a_deleted_message_is_told")])

row("5 `notification.message_new`",
    "messages.a_member_who_does_not_watch_is_notified_and_a_stranger_is_not",
    "messages.a_member_who_does_not_watch_is_notified_and_a_stranger_is_not "
    "settings.a_role_has_the_grants_it_is_given_and_no_others",
    [("routes_messages.c", "access_read(note->room, (struct view){.asker = seat->person})", "true",
      "settings.a_role_has_the_grants_it_is_given_and_no_others"),
     ("fanout.c", "if (!watches(connection, news->room))", "if (true)",
      "messages.a_member_who_does_not_watch_is_notified_and_a_stranger_is_not")])

row("5 `message.read`, `notification.mark_read`",
    "events.each_event_goes_to_exactly_whom_the_page_names "
    "reads.reading_is_told_to_watchers_and_to_own_connections reads.all_channels_are_marked_read_in_one_call "
    "reads.a_mark_put_back_is_told_to_own_connections",
    "reads.a_hidden_readers_mark_is_frozen_for_others "
    "reads.a_hidden_readers_mark_stays_frozen_until_they_read_in_sight",
    [("routes_reads.c", "if (seen && !person->presence.hidden)", "if (seen)",
      "reads.a_hidden_readers_mark_is_frozen_for_others"),
     ("routes_reads.c", "    tell_own(call, EVENT_NOTIFICATION_MARK_READ, seat->person, room, more);\n", "",
      "reads.reading_is_told_to_watchers_and_to_own_connections")])

row("5 `typing.start` / `.stop`",
    "events.each_event_goes_to_exactly_whom_the_page_names "
    "events.typing_is_told_to_watchers events.typing_ends_by_itself_after_ten_seconds "
    "events.typing_ends_when_the_typist_is_lost_and_before_the_linger",
    "events.a_hidden_typist_is_not_told_and_hiding_ends_typing",
    [("typing.c", "    if (connection->person->presence.hidden)\n        return 0;\n", "",
      "events.a_hidden_typist_is_not_told_and_hiding_ends_typing"),
     ("typing.c", "if (first->until_mono_us > world->now.mono_us)", "if (true)",
      "events.typing_ends_by_itself_after_ten_seconds")])

row("5 `member.added` `.removed` `.updated`, then `channel.updated`",
    "events.each_change_of_a_channel_goes_to_exactly_whom_the_page_names "
    "members.members_come_and_go_and_are_told members.a_member_made_moderator_is_told_and_may_more "
    "members.a_members_call_may_bring_data_and_a_message", "",
    [("routes_members.c",
      "    change_put_seat(call->change, seat);\n    tell_watchers(call, EVENT_MEMBER_UPDATED, seat);\n    return 0;",
      "    change_put_seat(call->change, seat);\n    return 0;",
      "members.a_member_made_moderator_is_told_and_may_more"),
     ("routes_members.c",
      "    if (rc == 0 && all > 0)\n        routes_tell_watchers(call, EVENT_CHANNEL_UPDATED, room);", "",
      "members.members_come_and_go_and_are_told")])

row("5 `notification.added_to_channel` / `.removed_from_channel`",
    "events.each_change_of_a_channel_goes_to_exactly_whom_the_page_names "
    "members.members_come_and_go_and_are_told members.one_may_leave_by_oneself", "",
    [("routes_members.c", "    routes_tell_added(call, seat);\n    return 0;", "    return 0;",
      "members.members_come_and_go_and_are_told"),
     ("routes_members.c", "EVENT_NOTIFICATION_REMOVED, seat, call->asker", "EVENT_MEMBER_REMOVED, seat, call->asker",
      "members.one_may_leave_by_oneself")])

row("5 `channel.updated` `.deleted` `.truncated` `.hidden` `.visible`, `notification.channel_deleted`",
    "events.each_change_of_a_channel_goes_to_exactly_whom_the_page_names "
    "channels.a_channel_is_changed_in_part_and_told hiding.a_deleted_channel_is_told_to_watchers_and_to_members "
    "hiding.a_truncated_channel_has_no_messages_and_says_when hiding.a_hidden_channel_leaves_ones_own_lists_alone "
    "hiding.a_shown_channel_is_back", "",
    [("routes_channels.c", "    routes_tell_members(call, EVENT_NOTIFICATION_CHANNEL_DELETED, room);\n", "",
      "hiding.a_deleted_channel_is_told_to_watchers_and_to_members")])

row("5 `reaction.new` `.updated` `.deleted`",
    "reactions.an_event_shows_each_their_own_reactions events.what_is_kept_by_events_alone_is_what_is_read "
    "events.each_event_goes_to_exactly_whom_the_page_names "
    "reactions.a_reaction_is_told_counted_and_shown_to_each_as_their_own "
    "reactions.a_second_reaction_of_the_same_type_replaces_the_first "
    "reactions.a_reaction_taken_back_is_told_and_gone", "",
    [("fanout.c", "has_reacted(news->note, viewer)", "false", "reactions.an_event_shows_each_their_own_reactions"),
     ("routes_reactions.c", "is_new ? EVENT_REACTION_NEW : EVENT_REACTION_UPDATED", "EVENT_REACTION_NEW",
      "reactions.a_second_reaction_of_the_same_type_replaces_the_first"),
     ("routes_reactions.c", "    list_remove(&nod->by_note);\n    tell(", "    tell(",
      "reactions.a_reaction_taken_back_is_told_and_gone")])

row("5 custom",
    "events.each_event_goes_to_exactly_whom_the_page_names "
    "events.a_custom_event_goes_to_watchers_with_all_its_fields "
    "people.an_event_of_ones_own_goes_to_every_own_connection",
    "events.events_that_may_not_be_are_refused settings.what_is_off_for_a_type_is_refused",
    [("routes_events.c", "    if (!room->kind->type.custom_events)", "    if (false)",
      "settings.what_is_off_for_a_type_is_refused"),
     ("routes_events.c", "        .more = more};", "};",
      "events.a_custom_event_goes_to_watchers_with_all_its_fields")])

# ---- section 5: presence, exactly --------------------------------------------------------------

row("5 presence, rule 1",
    "presence.coming_and_a_clean_leaving_are_told_at_once", "",
    [("wire/user.c", 'bad |= json_set(to, "teams", json_array()) != 0;', "",
      "presence.coming_and_a_clean_leaving_are_told_at_once")])

row("5 presence, rule 2",
    "presence.a_second_connection_is_not_told presence.coming_and_a_clean_leaving_are_told_at_once", "",
    [("presence.c", "if (presence->seen == is_to_be_seen(presence))\n        return PRESENCE_SAME;",
      "if (!presence->seen && !is_to_be_seen(presence))\n        return PRESENCE_SAME;",
      "presence.a_second_connection_is_not_told")])

row("5 presence, rule 3",
    "presence.a_status_change_is_told_once_with_the_updated_user "
    "presence.a_status_by_upsert_is_told_like_one_by_update", "",
    [("users.c", "if ((differences & DETAILS_STATUS) && was_shown", "if (was_shown",
      "presence.a_status_by_upsert_is_told_like_one_by_update")])

row("5 presence, rule 4",
    "presence.a_reset_connection_lingers_and_a_reconnect_shows_nothing presence.watching_lingers_like_presence "
    "events.typing_ends_when_the_typist_is_lost_and_before_the_linger "
    "connecting.a_silent_client_is_dropped_after_60_seconds_and_has_no_further_linger", "",
    [("presence.c", "if (hold->of == NULL || house->linger_us <= 0)", "if (true)",
      "presence.a_reset_connection_lingers_and_a_reconnect_shows_nothing")])

row("5 presence, rule 5",
    "presence.query_users_listens_and_its_snapshot_is_current "
    "presence.the_reply_that_starts_the_listening_and_the_events_after_it_agree "
    "messages.a_snapshot_and_the_events_after_it_have_neither_gap_nor_overlap", "",
    [("query_users.c", "rc = json_append(list, show_user(person, call->view));",
      "{ struct person q = *person; q.presence.connections = 0; rc = json_append(list, show_user(&q, call->view)); }",
      "presence.query_users_listens_and_its_snapshot_is_current")])

row("5 presence, rule 6",
    "connecting.an_anonymous_connection_has_no_presence guests.guests_have_presence "
    "guests.anonymous_users_are_told_to_nobody", "",
    [("welcome.c", '"!anon-%s"', '"anon-%s"', "connecting.an_anonymous_connection_has_no_presence")])

row("5 invisible",
    "invisible.hiding_looks_like_leaving_and_showing_like_coming "
    "invisible.invisible_at_connect_survives_everything_but_false "
    "invisible.filters_and_sorts_see_a_hidden_user_as_absent invisible.a_hidden_watcher_is_in_no_count "
    "invisible.a_message_of_a_hidden_user_moves_nothing_else "
    "invisible.the_server_side_hides_anybody_and_nobody_hides_another "
    "invisible.a_hidden_users_status_is_told_as_a_profile_only invisible.shown_again_while_away_moves_no_last_active "
    "invisible.a_hidden_user_is_in_no_list_of_watchers reads.a_hidden_readers_mark_is_frozen_for_others",
    "invisible.the_server_side_hides_anybody_and_nobody_hides_another",
    [("presence.c", "    if (!presence->hidden && presence->own_active_us > presence->shown_active_us)",
      "    if (presence->own_active_us > presence->shown_active_us)",
      "invisible.shown_again_while_away_moves_no_last_active"),
     ("show.c", "if (watcher->hidden && !view.server && watcher->person != view.asker)", "if (false)",
      "invisible.a_hidden_user_is_in_no_list_of_watchers"),
     ("show.c", "unsigned shown = room->watcher_count - room->hidden_watchers;",
      "unsigned shown = room->watcher_count;", "invisible.a_hidden_watcher_is_in_no_count")])
