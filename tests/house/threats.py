#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What threatens us, what must happen, and the tests that show it. A row without a test fails, and so does a
test that is not there. Speaks TAP.

    threats.py check SOURCE_ROOT     each row
    threats.py table SOURCE_ROOT     all of it, to be read

A test is named as meson names its program, and the case in it: "server-http:a_refusal_is_final"; where the
whole program is the test, it stands alone. `owed` is what of a row no test shows yet, in words; rows of the
fleet are kept when there is one. Numbers do not change: a new threat comes last in its section.
"""
import os
import re
import sys

ROWS = []  # (number, threat, what must happen, tests, owed)
FLEET = "the fleet"


def section(number):
    count = [0]

    def row(threat, must, tests, owed=""):
        count[0] += 1
        ROWS.append(("%s.%d" % (number, count[0]), threat, must, tests.split(), owed))
    return row


# ---- requests -------------------------------------------------------------------------------------------------
row = section("1")
row("requests in one breath, of any methods", "answered in order; nobody else waits",
    "whole-strangers:requests_in_one_breath_are_answered_in_order server-front:pipelined_requests_are_answered_in_order "
    "server-front:thousands_of_requests_in_one_breath_are_all_served fuzz-http")
row("an upgrade to something else, on a connection that was used", "it is served as the request it is, or refused",
    "whole-strangers:an_upgrade_to_something_else_on_a_used_connection_is_only_a_request "
    "server-http:each_request_has_one_reading_however_it_is_cut")
row("HTTP/2, by upgrade, by preface or by TLS", "never entered; TLS agrees on http/1.1 alone",
    "whole-strangers:http_2_is_not_entered whole-strangers:with_tls_nothing_but_http_1_1_is_agreed "
    "server-front:what_is_malformed_is_told_and_closed")
row("CONNECT", "refused and closed: no tunnel", "whole-strangers:connect_makes_no_tunnel")
row("Transfer-Encoding, and both it and a length", "refused and closed: what is in the body is no request",
    "whole-strangers:a_body_in_chunks_smuggles_nothing fuzz-http server-http:each_request_has_one_reading_however_it_is_cut")
row("a Content-Length that is no number, or two", "400 and closed; too large: 413, before it is taken in",
    "whole-strangers:a_length_is_digits_said_once fuzz-http server-http:each_request_has_one_reading_however_it_is_cut")
row("a POST, PUT or PATCH without a length", "an empty body, at once",
    "whole-strangers:without_a_length_there_is_no_body_to_wait_for")
row("an escaped line end in a target", "no header comes of it; in a path 400, in a value data",
    "whole-strangers:an_escaped_line_end_is_no_line_end fuzz-decode")
row("escapes, dots, slashes and pluses in a path", "split first, decoded once, then held to the grammar of ids",
    "fuzz-decode server-http:each_request_has_one_reading_however_it_is_cut wire-id whole-walk-requests:hostile_http_is_refused_and_the_next_client_served")
row("a long head", "16 KiB are taken, more than 32 KiB are 431 with code 24",
    "whole-strangers:a_head_may_have_16_kib_and_not_33 server-http:a_head_of_32_kib_is_served_and_a_byte_more_is_not")
row("folded lines, blanks before a colon, bare line feeds, no Host", "400",
    "whole-strangers:a_line_that_could_be_read_in_two_ways_is_refused fuzz-http")
row("a head, a body or a silence that never ends", "10 s a head, 30 s a request however it drips, 60 s between requests",
    "whole-strangers:quick_a_head_has_ten_seconds whole-strangers:quick_a_request_has_thirty_seconds_however_it_drips "
    "whole-strangers:quick_between_requests_there_is_a_minute")
row("CORS that is wrong, or lacks where something fails", "on every reply, without credentials; a preflight asks nobody",
    "whole-strangers:every_reply_tells_browsers_that_they_may_and_what_not_to_pass_on server-http_reply "
    "server-front:a_preflight_is_answered_without_asking_anybody whole-operate:pages_of_other_origins_are_kept_out")
row("a foreign page that opens a WebSocket", "tokens are no cookies; an origin is allowed whole and exact",
    "server-http_reply:an_origin_is_allowed_whole_and_exact whole-operate:pages_of_other_origins_are_kept_out")
row("a token in a URL comes out in a log or a Referer", "queries are never logged; no-referrer on every reply",
    "whole-operate:the_log_has_a_line_for_what_happens_and_no_secret whole-secrets:the_server_says_them_nowhere "
    "whole-strangers:every_reply_tells_browsers_that_they_may_and_what_not_to_pass_on")

# ---- WebSocket ------------------------------------------------------------------------------------------------
row = section("2")
row("a client's frame without a mask", "1002, and nothing of it is delivered",
    "server-frame:a_frame_without_a_mask_is_never_delivered whole-rfc6455-server fuzz-frame")
row("another version, a POST, a missing or odd key", "426 with the version, or 400",
    "whole-rfc6455-server server-http:each_request_has_one_reading_however_it_is_cut")
row("reserved bits and opcodes, long or cut control frames, stray continuations", "1002", "whole-rfc6455-server fuzz-frame")
row("text that is no UTF-8, cut anywhere, in a close reason too", "1007", "whole-rfc6455-server fuzz-frame base-utf8")
row("a length of 64 bits, of 10^18", "1009 by the header alone: nothing is claimed for it",
    "server-frame:a_length_is_judged_before_anything_is_taken_in whole-rfc6455-server fuzz-frame")
row("fragments without number or end", "1,024 a message (1008), 30 s a message (1008)",
    "server-frame:a_message_has_at_most_1024_pieces whole-strangers:quick_a_message_has_thirty_seconds_however_it_drips")
row("a flood of pings", "the newest is answered; more than 20 a second: 1008",
    "server-front:a_ping_flood_is_cut whole-rfc6455-server")
row("a flood of small frames or calls", "429 with code 9 and its headers for calls; who talks too much is not listened to for a second, and after a minute: 1008",
    "server-rate whole-walk-limits:six_hundred_calls_a_minute_a_user_and_endpoint server-call:calls_are_counted_a_user_and_endpoint "
    "whole-rfc6455-server server-front:a_flood_of_messages_is_slowed_down whole-strangers:quick_who_floods_for_a_minute_is_sent_away")
row("a bomb in permessage-deflate", "no extension is ever agreed", "whole-rfc6455-server")
row("a reader who does not read", "bounded, presence coalesced; then 4008, and others notice nothing",
    "whole-overload:who_never_reads_is_cut_off_and_nobody_else_notices "
    "server-front:a_slow_reader_is_cut_while_another_is_served server-outbox:it_is_bounded_in_bytes_but_takes_one_frame_of_any_size "
    "server-outbox:it_is_bounded_in_frames server-outbox:a_newer_frame_drives_out_its_elder_and_comes_last")
row("a peer that is gone without a word", "asked every 25 s; 60 s of silence, and it is not home",
    "whole-strangers:quick_who_says_nothing_for_a_minute_is_dropped_and_left_without_a_linger server-guest:silence_is_broken_every_25_seconds")
row("close codes that make clients deaf", "1000 to nobody who is well; 1012 or 1001 behind what was to be said",
    "server-front:a_drain_tells_every_socket_and_comes_to_an_end server-front:a_close_of_ours_waits_for_what_is_queued "
    "whole-rfc6455-server")
row("connections without number, and no descriptors left", "a bound below the limit, and one an address; one line a while; little of a processor; who is there is served",
    "server-front:connections_are_bounded_and_the_next_is_served_when_one_goes whole-operate:who_looks_after_a_full_server_gets_in "
    "whole-operate:strangers_cannot_fill_the_log server-call:a_user_has_fifty_connections "
    "server-front:an_address_has_its_bound_and_this_machine_has_none server-address "
    "whole-operate:without_descriptors_it_rests_and_says_little_and_serves_who_is_there "
    "whole-operate:when_it_is_full_it_says_little_and_serves_who_is_there "
    "whole-overload:half_open_heads_and_junk_at_a_full_house_hold_up_nobody "
    "whole-soak:who_is_home_stays_home_and_costs_no_more_with_time")

# ---- JSON -----------------------------------------------------------------------------------------------------
row = section("3")
row("nesting without end", "400 at the 65th level", "wire-gate:depth_64_passes_and_65_does_not fuzz-json")
row("values without number", "413 before anything is parsed",
    "wire-gate:values_are_counted_containers_too wire-gate:bytes_are_counted_before_anything_is_read fuzz-json "
    "whole-walk-requests:no_junk_in_a_body_brings_the_server_down")
row("NULs, keys that differ in case, keys twice", "400: there are never two readings",
    "wire-gate:each_bad_text_is_refused_with_its_reason fuzz-json wire-json:look_ups_mind_the_case_and_the_kind "
    "wire-gate:many_keys_pass_too_many_are_too_big_and_the_last_double_is_seen")
row("numbers that are not finite, or not exact", "400; what is taken prints as it was, and is taken again",
    "fuzz-json wire-json:numbers_read_back_as_they_were wire-gate:each_bad_text_is_refused_with_its_reason")
row("what we print ourselves", "always UTF-8, controls always escaped", "fuzz-json wire-json:no_text_of_ours_prints_broken")
row("custom data that is too much", "413 or 400", "server-details:five_kilobytes_are_enough "
    "whole-walk-limits:five_kilobytes_of_custom_data_an_object_and_no_more")

# ---- who one is -----------------------------------------------------------------------------------------------
row = section("4")
row("another algorithm, or none; crit", "HS256 by its name alone", "server-token:each_token_is_judged_by_what_it_says fuzz-token")
row("an empty, short or public secret", "no start, and no token is good; its file is its owner's alone",
    "server-token:a_short_secret_checks_nothing server-config:a_secret_that_is_not_one_is_refused fuzz-config "
    "server-folder:a_new_folder_is_private_and_can_be_opened")
row("a signature that is nearly right, or spelled otherwise", "one spelling, compared in constant time, whole",
    "server-token:every_changed_character_is_noticed server-token:a_signature_has_one_spelling fuzz-token "
    "house-tree:a_signature_is_compared_in_constant_time")
row("exp, nbf and iat", "40, 41, 42 to the second; a live session ends when its token does",
    "fuzz-token server-guest:a_token_ends_a_live_guest_once server-guest:a_jump_of_the_wall_clock_is_noticed_within_5_seconds "
    "whole-tokens:a_short_token_is_renewed_in_good_time")
row("a token of one, a call for another; a server's token on a WebSocket", "refused with 5",
    "server-caller:the_key_comes_first_then_the_token_then_the_user server-call:a_connection_is_only_good_for_its_own_user "
    "whole-walk-requests:wrong_callers_get_the_documented_codes")
row("a token that was revoked", "its sockets are cut at once",
    "whole-walk-settings:a_revoked_tokens_socket_is_cut server-caller:a_revoked_token_asks_for_a_new_one "
    "whole-walk-settings:a_users_revocation_ends_that_users_older_tokens", "on every node: the fleet's")
row("development tokens", "only while the app says so, on the loopback alone unless forced, never a server's; said at each start",
    "server-caller:development_tokens_are_taken_only_while_the_app_says_so whole-walk-settings:a_dev_token_is_never_the_servers "
    "server-caller:development_tokens_are_refused_where_others_can_reach_us "
    "whole-operate:a_development_token_is_taken_where_nobody_else_can_come_and_loudly")
row("secrets in arguments, environments, logs, cores, errors", "nowhere; what was used is wiped; nobody may look inside",
    "whole-secrets house-binaries:nobody_looks_into_a_server_that_runs house-binaries:nobody_looks_into_a_dashboard_that_runs whole-cli:a_token_stands_in_no_command_line_and_no_message "
    "whole-manners:the_log_tells_what_happened_and_no_secret")
row("tokens tried by the thousand", "more than 600 a minute from one address: 429; a good one is never held up",
    "server-call:who_tries_tokens_is_told_no_more_and_a_good_one_is_never_held_up "
    "server-call:tokens_that_are_tried_at_sockets_are_counted_with_the_others "
    "server-token:each_token_is_judged_by_what_it_says server-token:every_changed_character_is_noticed")

# ---- who may what ---------------------------------------------------------------------------------------------
row = section("5")
row("who hides shows by any way at all", "to others they are absent, to the byte",
    "server-worlds whole-walk-invisible server-call:a_hidden_user_cannot_be_told_from_an_absent_one server-simulate",
    "two nodes: the fleet's")
row("presence of whom one may not see", "listening asks what reading asks; of nobody, nothing is told",
    "server-matrix:who_may_not_read_hears_nothing_whatever_they_try server-matrix:who_may_no_longer_read_hears_no_more")
row("ids tried one by one", "what is not yours answers like what is not there, where the page lets it",
    "server-matrix:a_message_of_a_closed_channel_is_one_that_is_not_there "
    "server-notes:what_may_not_be_read_is_looked_for_as_long_as_what_is_not_there")
row("changing another, or one's own role", "403 with 17, or passed over",
    "server-call:only_who_may_reads_and_writes server-details:what_is_not_ones_own_is_passed_over_and_the_reserved_refused "
    "whole-walk-settings:an_admin_may_all_and_a_user_makes_nobody_one")
row("words of strangers that become a query", "filters run over what is in memory; lists, conditions and depth are bounded",
    "fuzz-filter wire-filter:a_filter_has_at_most_64_conditions wire-filter:a_list_has_at_most_100_items "
    "wire-filter:logic_is_at_most_5_deep server-filters")
row("ids that are paths, or longer than they may be", "one grammar, after decoding; no file is named by one",
    "fuzz-decode wire-id whole-walk-people:ids_are_as_long_as_the_page_says_and_no_longer")

# ---- who is home ----------------------------------------------------------------------------------------------
row = section("6")
row("a client is killed, reset, or cut off", "a goodbye at once; a reset after its linger; silence within 60 s",
    "whole-walk-presence:coming_and_a_clean_leaving_are_told_at_once whole-walk-presence:a_reset_connection_lingers_and_a_reconnect_shows_nothing "
    "whole-network:a_silent_partition_is_known_in_time_on_both_shores "
    "whole-strangers:quick_who_says_nothing_for_a_minute_is_dropped_and_left_without_a_linger pty-dashboard:a_reset_connection_shows_when_its_linger_is_up")
row("the server is killed", "afterwards nobody is home who has not come again; last_active is kept",
    "whole-crash:kill_nine_loses_nothing whole-library:a_killed_server_makes_all_stale_and_a_restart_all_right "
    "whole-chaos whole-storm "
    "server-home:hiding_survives_a_restart server-change:everything_is_there_after_a_restart")
row("a node is lost, parted, healed", "its users are gone within 20 s; after healing all is true within 5 s", "", FLEET)
row("the bus is down", "each node goes on by itself; others' users are unknown, not gone", "", FLEET)
row("events lost, doubled or out of order", "the older gives way; a client that lost some reads again",
    "server-simulate client-state:a_late_reply_does_not_undo_an_event whole-flood:past_the_bound_all_is_read_again "
    "client-mailbox:past_the_bound_frames_are_lost_and_it_is_said_but_no_reply_is", "between nodes: the fleet's")
row("many connections of one, and flapping", "one event a change that others can see, and of who flaps ten a second",
    "server-presence:a_first_connection_is_seen_and_a_second_is_not server-presence:a_reconnect_within_the_linger_shows_nothing "
    "whole-walk-presence:a_second_connection_is_not_told server-presence:a_thousand_flaps_a_second_are_ten_changes "
    "server-home:who_comes_and_goes_without_end_is_told_of_now_and_then "
    "whole-overload:who_comes_and_goes_without_end_is_told_of_ten_times_a_second")
row("the clock jumps", "timers do not care; stamps never go back",
    "server-presence:stamps_never_go_back_with_the_wall_clock server-guest:a_jump_of_the_wall_clock_is_noticed_within_5_seconds "
    "server-rate:a_clock_that_is_set_back_locks_nobody_out base-clock:monotonic_time_only_goes_forward "
    "whole-clocks")
row("dots that were true once", "stale at the first doubt, all of them; true again 2 s after the link is",
    "pty-dashboard:a_killed_server_makes_it_stale_and_a_restart_right_again client-session:silence_is_the_end_of_a_link "
    "whole-network:a_silent_partition_is_known_in_time_on_both_shores "
    "whole-network:who_asks_knows_in_5_s_that_a_link_is_half_open "
    "whole-network:bad_weather_delays_the_truth_and_never_bends_it "
    "whole-library:a_killed_server_makes_all_stale_and_a_restart_all_right client-listening:after_a_loss_nobody_is_live_until_asked_for_again")

# ---- what lasts -----------------------------------------------------------------------------------------------
row = section("7")
row("kill -9 at any time", "what was acknowledged is there, and the file is sound", "whole-crash:kill_nine_loses_nothing")
row("a power cut", "the same, whatever was not synced", "whole-crash:a_power_cut_loses_nothing")
row("a disk that is full, broken or read-only", "500 with -1 for writes; all else goes on; well again by itself",
    "whole-crash:a_full_disk_refuses_writes_and_is_forgiven whole-crash:a_broken_disk_refuses_writes_and_is_forgiven "
    "server-store_sqlite:a_full_disk_fails_and_its_end_mends_it server-change:a_failed_batch_is_answered_with_500_and_never_was")
row("a damaged file", "said at the start with what to do; nothing is deleted",
    "server-store_sqlite:a_damaged_database_is_refused_with_advice server-folder:check_survives_a_file_cut_short")
row("a disk that takes half a second", "the loop never waits for it; what waits is bounded",
    "whole-crash:a_slow_disk_holds_up_nobody_who_reads server-change:a_full_queue_is_answered_with_500_and_never_was")
row("hostile rows in the file", "defensive, no extensions, no trusted schema, limits; a bad row ends the reading",
    "server-store_sqlite:planted_rows_end_the_reading server-store_sqlite:somebody_elses_database_is_refused "
    "server-folder:check_names_rows_that_are_wrong")

# ---- the library and the terminal -----------------------------------------------------------------------------
row = section("8")
row("a hostile or broken server", "every answer is bounded; what is not understood is passed over",
    "whole-mutant:a_server_that_lies_is_borne_and_forgotten whole-unreadable:too_large_an_answer_is_unreadable fuzz-event "
    "whole-rfc6455-client client-forget:names_without_end_are_borne_and_forgotten")
row("names that nobody resolves", "5 s, in plain words, and nobody else waits",
    "whole-names:a_dial_ends_after_five_seconds_and_is_made_again client-resolve:silence_ends_after_five_seconds_in_plain_words "
    "client-resolve:a_silent_name_holds_up_no_other")
row("a certificate that is not to be trusted", "said at once; never plain instead",
    "whole-outages:a_wrong_certificate_is_told_at_once whole-operators:a_server_with_tls_is_asked_and_an_impostor_is_not")
row("ten thousand who reconnect at once", "uniform waits that grow to 25 s; counted back only after 30 s of health",
    "whole-storm client-retry client-session:a_dropped_line_is_redialled_with_growing_patience whole-library:each_connect_and_each_disconnect_has_its_own_end")
row("a token that ends, a provider that fails", "renewed in good time, waited for without a loop",
    "whole-tokens client-session:a_token_is_asked_for_when_there_is_somebody_to_ask client-expiry")
row("threads that meet where they must not", "one wall, two rings, one bell; TSan is silent",
    "whole-soak client-mailbox:between_two_threads_no_reply_is_lost_or_late base-spsc:two_threads_lose_nothing_and_keep_the_order base-wake")
row("a redirect, a proxy", "nobody goes where a server sends them; no proxy but by our own setting",
    "whole-outages:nobody_goes_where_a_server_sends_them whole-rfc6455-client")
row("escapes in names, states, messages, errors, files, URLs", "made harmless once, before any sink",
    "fuzz-text pty-hostile:ten_thousand_texts_are_shown_and_only_shown dashboard-text:ten_thousand_hostile_texts_do_no_harm "
    "client-words:nothing_controls_the_terminal base-log:nothing_from_outside_forges_a_line_or_reaches_a_terminal "
    "whole-operators:what_strangers_wrote_reaches_no_terminal_as_it_is fuzz-url")
row("titles, clipboards, links, bells, JSON and logs as sinks", "clean, short, and only by the person's own key",
    "dashboard-sequences:a_title_is_one_sequence dashboard-sequences:a_text_is_copied_as_base64 pty-settings:y_copies_what_is_at_the_cursor "
    "whole-json-page")
row("rows that lose their places", "each cell is placed; borders are straight whatever a name is",
    "fuzz-text pty-hostile:borders_are_straight_at_every_width_of_a_dozen pty-manners:wide_and_joined_names_move_no_border "
    "dashboard-cells:what_is_written_over_a_half_leaves_no_other_half")
row("what is pasted, and keys that come in parts", "bracketed; no key of ours is pressed by it",
    "pty-dashboard:what_is_pasted_is_no_key pty-talk:fifty_pasted_lines_are_one_message pty-settings:broken_reports_do_nothing")
row("a terminal of any size, resized without end", "no crash, the last frame is right", "pty-dashboard:every_size_is_taken")
row("stops, signals, a closed terminal", "given back on every way out, drawn anew on return, gone within a second",
    "pty-dashboard:the_terminal_is_restored_on_every_way_out pty-dashboard:a_suspended_dashboard_gives_the_terminal_back_and_takes_it_again "
    "pty-dashboard:a_terminal_that_goes_away_ends_the_program pty-manners:without_its_terminal_it_is_gone_at_once")
row("a crash", "the terminal is given back, one line is said, the signal goes on",
    "pty-settings:a_crash_gives_everything_back pty-dashboard:the_terminal_is_restored_on_every_way_out")
row("a terminal that is dumb, unknown, without colour or UTF-8", "sentences, one line, or ASCII",
    "pty-plain:a_dumb_terminal_is_told_in_sentences pty-dashboard:a_terminal_it_cannot_draw_on_is_said_in_one_line "
    "pty-dashboard:without_colour_nothing_is_coloured_and_without_utf8_all_is_ascii pty-manners:in_ascii_the_borders_are_straight_too")
row("memory that runs out", "no crash, no leak; what is known is whole or read again",
    "whole-torture wire-scarce server-scarce whole-scarce pty-scarce")

COUNTS = {"1": 15, "2": 13, "3": 6, "4": 9, "5": 6, "6": 8, "7": 6, "8": 16}

# Programs that are no C of their own name: where their cases stand.
SCRIPTS = {
    "whole-strangers": "tests/whole/strangers.py", "whole-rfc6455-server": "tests/whole/rfc6455.py",
    "whole-rfc6455-client": "tests/whole/rfc6455.py", "whole-operate": "tests/whole/operate.py",
    "whole-operators": "tests/whole/operators.py", "whole-crash": "tests/whole/crash.py",
    "whole-secrets": "tests/whole/secrets.py", "whole-json-page": "tests/whole/json_page.py",
    "whole-overload": "tests/whole/overload.py",
    "house-binaries": "tests/house/binaries.py", "server-simulate": "tests/server/simulator/simulate.c",
    "house-tree": "tests/house/house.py", "whole-scarce": "tests/whole/scarce.py", "pty-scarce": "tests/pty/scarce.py",
}


def sources(root):
    """{program: [its files]}"""
    found = {name: [path] for name, path in SCRIPTS.items()}
    for folder, _, names in os.walk(os.path.join(root, "tests")):
        room = os.path.relpath(folder, os.path.join(root, "tests")).replace(os.sep, "-")
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), root)
            if name.endswith("_test.c"):
                found["%s-%s" % (room, name[:-7])] = [path]
            elif room == "fuzz" and name.endswith(".c") and name != "replay.c":
                found["fuzz-" + name[:-2]] = [path]
            elif room == "whole-walk" and name.endswith(".py"):
                found["whole-walk-" + name[:-3]] = [path]
    if "server-store_sqlite" in found:
        found["server-store_sqlite"].append("tests/server/store_contract.c")
    return found


def is_built(root, program):
    """Whether a meson file makes a test of it, by its name or in a loop over names."""
    room, _, name = program.partition("-")
    folder = os.path.join(root, "tests", room)
    for path in (os.path.join(folder, "meson.build"), os.path.join(folder, "cli", "meson.build"),
                 os.path.join(root, "tests", "meson.build")):
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                text = file.read()
            if "'%s'" % program in text or re.search(r"'%s'" % re.escape(name), text):
                return True
            if program.startswith("whole-walk-") and "'whole-walk-'" in text:
                return True
    return False


def is_a_case(text, case, is_python):
    """It is there, and it is run: named once where it is made, and once more in a list or by a mark."""
    if is_python:
        return re.search(r"(?m)^@case\w*(\(.*\))?\n(@.*\n)*def %s\(|^def %s\(" % (case, case), text) is not None
    return re.search(r"void %s\(void" % case, text) is not None and len(re.findall(r"\b%s\b" % case, text)) > 1


def wrong_with(root, known, test):
    program, _, case = test.partition(":")
    if program not in known or not is_built(root, program):
        return "there is no test program %s" % program
    if not case:
        return None
    for path in known[program]:
        with open(os.path.join(root, path), encoding="utf-8") as file:
            if is_a_case(file.read(), case, path.endswith(".py")):
                return None
    return "%s has no case %s" % (program, case)


def check(root):
    known, failed = sources(root), 0
    print("1..%d" % (len(ROWS) + 1))
    for number, (name, threat, _, tests, owed) in enumerate(ROWS, 1):
        wrong = [w for test in tests if (w := wrong_with(root, known, test))]
        if not tests and owed != FLEET:
            wrong.append("no test shows it")
        failed += bool(wrong)
        print("%sok %d - %s %s" % ("not " if wrong else "", number, name, threat))
        for line in wrong:
            print("# " + line)
        if owed:
            print("# owed: " + owed)
    counts = {}
    for name, *_ in ROWS:
        counts[name.split(".")[0]] = counts.get(name.split(".")[0], 0) + 1
    print("%sok %d - no row has gone" % ("" if counts == COUNTS else "not ", len(ROWS) + 1))
    return 1 if failed or counts != COUNTS else 0


def table():
    for name, threat, must, tests, owed in ROWS:
        print("%-5s %s\n      must: %s" % (name, threat, must))
        print("".join("      by:   %s\n" % test for test in tests) + ("      owed: %s\n" % owed if owed else ""))
    return 0


if __name__ == "__main__":
    sys.exit(check(sys.argv[2]) if sys.argv[1] == "check" else table())
