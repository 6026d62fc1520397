/* SPDX-License-Identifier: MIT */
/* What each command asks of the library, prints and ends with. */
#include "dashboard/cli/commands.h"
#include "dashboard/files.h"
#include "fake_library.h"
#include "folder.h"

#include <fcntl.h>

static struct bytes out, err;

static void redirect(int fd, const char *name, int *saved) {
    *saved = dup(fd);
    const int to = open(folder_path(name), O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_true(to >= 0);
    dup2(to, fd);
    close(to);
}

static void restore(int fd, int saved, const char *name, struct bytes *text) {
    dup2(saved, fd);
    close(saved);
    bytes_clear(text);
    assert_int_equal(file_read(folder_path(name), 1 << 20, text), 0);
}

static command_fn *const commands[COMMAND_COUNT] = {[COMMAND_CHANNEL] = command_channel,
    [COMMAND_WHO] = command_who,
    [COMMAND_WATCH] = command_watch,
    [COMMAND_INVISIBLE] = command_invisible,
    [COMMAND_STATUS] = command_status,
    [COMMAND_IS] = command_is,
    [COMMAND_WAIT] = command_wait,
    [COMMAND_STATUSLINE] = command_statusline};

static int talk_through(const struct options *options) {
    struct account account = {.url = (char[]){"http://h"},
        .api_key = (char[]){"k"},
        .user = (char[]){"ana"},
        .source = {TOKEN_TEXT, (char[]){"t"}}};
    struct talk talk;
    int code = talk_open(&talk, &fake->library, &account);
    if (code == EXIT_DONE)
        code = commands[options->command](&talk, options);
    talk_close(&talk);
    return code;
}

/* Run a command line, cut at its spaces; what it printed is in out and err. */
static int runs(const char *line) {
    char copy[256];
    char *argv[16] = {(char[]){"porchlight"}};
    int argc = 1;
    snprintf(copy, sizeof copy, "%s", line);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " "))
        argv[argc++] = word;
    struct options options;
    struct bytes why = BYTES_EMPTY;
    assert_int_equal(options_read(&options, argc, argv, &why), 0);
    int saved_out, saved_err;
    fflush(stdout);
    redirect(STDOUT_FILENO, "out", &saved_out);
    redirect(STDERR_FILENO, "err", &saved_err);
    bytes_clear(&fake->journal);
    const int code = options.command == COMMAND_LOGIN ? command_login(&fake->library, &options)
                                                      : talk_through(&options);
    fflush(stdout);
    fflush(stderr);
    restore(STDOUT_FILENO, saved_out, "out", &out);
    restore(STDERR_FILENO, saved_err, "err", &err);
    options_fini(&options);
    bytes_fini(&why);
    return code;
}

#define PRINTED(wanted) SAME_TEXT(bytes_text(&out), wanted)
#define SAID(wanted) SAME_TEXT(bytes_text(&err), wanted)
#define ASKED(wanted) SAME_TEXT(bytes_text(&fake->journal), wanted)

#define AT_TEN 1795600800000
#define TEN "2026-11-25T10:00:00.000Z"

static int set_up(void **state) {
    if (folder_make(state) != 0)
        return -1;
    fake_make();
    fake_user("ana", "Ana", true, AT_TEN, "at work");
    fake_user("bo", "Bo", false, AT_TEN, "");
    fake_user("cy", "Cy\tthe \x1b[31mred", false, 0, "");
    fake_user("dee", "dee", false, 0, "");
    return 0;
}

static int tidy(void **state) {
    fake_destroy();
    bytes_fini(&out);
    bytes_fini(&err);
    return folder_remove(state);
}

static void who_prints_a_line_a_member_those_at_home_first(void **state) {
    (void)state;
    fake_channel("messaging:hall", "Hall", "cy,bo,ana");
    assert_int_equal(runs("who messaging:hall"), EXIT_DONE);
    PRINTED("online\tana\tAna\t" TEN "\tat work\n"
            "offline\tbo\tBo\t" TEN "\t\n"
            "offline\tcy\tCy the \xef\xbf\xbd[31mred\t-\t\n");
    SAID("");
    ASKED("user ana token t\nchannels {\"cid\":\"messaging:hall\"}\n");
}

static void who_without_a_channel_is_all_of_mine_each_member_once(void **state) {
    (void)state;
    fake_channel("messaging:hall", "Hall", "ana,bo");
    fake_channel("team:core", "Core", "bo,ana,dee");
    fake_channel("team:other", "Other", "cy");
    assert_int_equal(runs("who --json"), EXIT_DONE);
    PRINTED("{\"id\":\"ana\"}\n{\"id\":\"bo\"}\n{\"id\":\"dee\"}\n");
    assert_int_equal(runs("who --online"), EXIT_DONE);
    PRINTED("online\tana\tAna\t" TEN "\tat work\n");
}

static void who_shows_every_member_of_a_large_channel(void **state) {
    (void)state;
    pl_channel *channel = fake_channel("messaging:hall", "Hall", "ana");
    for (int i = 0; i < 299; i++) {
        char id[16];
        snprintf(id, sizeof id, "u%d", i);
        fake_add(channel, fake_user(id, id, false, 0, ""));
    }
    assert_int_equal(runs("who hall"), EXIT_DONE);
    size_t lines = 0;
    for (const char *at = bytes_text(&out); (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    assert_int_equal(lines, 300);
    assert_non_null(strstr(bytes_text(&fake->journal), "members after \n"));
}

static void a_channel_may_be_said_by_id_or_name_if_only_one_has_it(void **state) {
    (void)state;
    fake_channel("messaging:hall", "Great_Hall", "ana");
    fake_channel("team:core", "Great_Hall", "ana");
    fake_channel("team:lab", "Lab", "ana");
    assert_int_equal(runs("who hall"), EXIT_DONE);
    assert_int_equal(runs("who Lab"), EXIT_DONE);
    assert_int_equal(runs("who Great_Hall"), EXIT_NO);
    PRINTED("");
    SAID("porchlight: Great_Hall is more than one of my channels; say which by its cid: "
         "messaging:hall or team:core\n");
}

static void an_unknown_channel_is_said_and_not_created(void **state) {
    (void)state;
    fake_channel("team:other", "Other", "bo");
    assert_int_equal(runs("who messaging:nowhere"), EXIT_NO);
    PRINTED("");
    SAID("porchlight: unknown channel: messaging:nowhere\n");
    assert_null(strstr(bytes_text(&fake->journal), "create"));
    assert_int_equal(runs("who other"), EXIT_NO);
    assert_int_equal(runs("watch nowhere"), EXIT_NO);
    assert_null(strstr(bytes_text(&fake->journal), "connect"));
}

static void is_answers_by_word_and_by_code(void **state) {
    (void)state;
    assert_int_equal(runs("is ana"), EXIT_DONE);
    PRINTED("online\n");
    assert_int_equal(runs("is bo"), EXIT_IS_OFFLINE);
    PRINTED("offline\n");
    ASKED("user ana token t\nusers bo\n");
    assert_int_equal(runs("is nobody"), EXIT_IS_UNKNOWN);
    PRINTED("unknown\n");
    assert_int_equal(runs("is no/body"), EXIT_IS_UNKNOWN);
    fake_refuse(PL_OFFLINE, 0, 0, "connection refused");
    assert_int_equal(runs("is bo"), EXIT_NO);
    PRINTED("");
}

static void each_refusal_has_its_words_and_its_code(void **state) {
    (void)state;
    fake_refuse(PL_OFFLINE, 0, 0, "connection refused");
    assert_int_equal(runs("who"), EXIT_NO);
    SAID("porchlight: cannot reach http://h: connection refused; is the server running there, and "
         "is the URL right?\n");
    fake_refuse(PL_REFUSED, 2, 401, "api_key not found");
    assert_int_equal(runs("who"), EXIT_NOT_AUTHORISED);
    SAID("porchlight: http://h: api_key not found; is --api-key the one that this server knows?\n");
    fake_refuse(PL_REFUSED, 40, 401, "token expired\x1b[2J");
    assert_int_equal(runs("who"), EXIT_NOT_AUTHORISED);
    SAID("porchlight: http://h: token expired\xef\xbf\xbd[2J; get a new token, then `porchlight "
         "login` again\n");
    fake_refuse(PL_REFUSED, 43, 401, "bad signature");
    assert_int_equal(runs("invisible on"), EXIT_NOT_AUTHORISED);
    fake_refuse(PL_REFUSED, 4, 400, "bad input");
    assert_int_equal(runs("status lunch"), EXIT_NO);
    fake_refuse(PL_REFUSED, 17, 403, "not allowed");
    assert_int_equal(runs("channel messaging:x"), EXIT_NOT_AUTHORISED);
    PRINTED("");
    fake_refuse(PL_UNREADABLE, 0, 200, "no JSON");
    assert_int_equal(runs("who"), EXIT_NO);
    fake_refuse(PL_TIMED_OUT, 0, 0, "3 s");
    assert_int_equal(runs("who"), EXIT_NO);
}

static void invisible_sets_silently_and_prints_the_servers_word(void **state) {
    (void)state;
    assert_int_equal(runs("invisible"), EXIT_DONE);
    PRINTED("off\n");
    fake->users[0].invisible = true;
    assert_int_equal(runs("invisible"), EXIT_DONE);
    PRINTED("on\n");
    assert_int_equal(runs("invisible on"), EXIT_DONE);
    PRINTED("");
    ASKED("user ana token t\ninvisible\n");
    assert_int_equal(runs("invisible off"), EXIT_DONE);
    ASKED("user ana token t\nvisible\n");
    assert_int_equal(runs("invisible maybe"), EXIT_USE);
    ASKED("user ana token t\n");
}

static void status_prints_sets_and_clears(void **state) {
    (void)state;
    assert_int_equal(runs("status"), EXIT_DONE);
    PRINTED("at work\n");
    assert_int_equal(runs("status lunch"), EXIT_DONE);
    ASKED("user ana token t\nstatus lunch\n");
    assert_int_equal(runs("status --clear"), EXIT_DONE);
    ASKED("user ana token t\nstatus -\n");
}

static void channel_creates_with_me_and_the_others_in_it(void **state) {
    (void)state;
    assert_int_equal(
        runs("channel messaging:hall --add bo,ana,,cy --add bo --name Hall"), EXIT_DONE);
    PRINTED("messaging:hall\n");
    assert_int_equal(fake->channels[0].member_total, 3);
    ASKED("user ana token t\nget or create messaging:hall\n");
}

static void channel_adds_whom_an_old_channel_lacks_and_says_that_its_name_stays(void **state) {
    (void)state;
    fake_channel("messaging:hall", "Hall", "ana,bo");
    assert_int_equal(runs("channel messaging:hall --add bo,cy --name Other"), EXIT_DONE);
    PRINTED("messaging:hall\n");
    SAID("porchlight: messaging:hall was there before and keeps its name, Hall\n");
    ASKED("user ana token t\nget or create messaging:hall\nadd cy\n");
    assert_int_equal(runs("channel hall"), EXIT_USE);
    assert_int_equal(runs("channel messaging:hall --add b/o"), EXIT_USE);
    ASKED("user ana token t\n");
}

static void bo_comes(void) {
    fake_presence("bo", true, AT_TEN);
}

static void bo_goes(void) {
    fake_presence("bo", false, AT_TEN + 60000);
}

static void watch_is_silent_at_first_then_prints_each_change(void **state) {
    (void)state;
    fake_channel("messaging:hall", "Hall", "ana,bo");
    fake_then(bo_comes);
    fake_then(bo_goes);
    assert_int_equal(runs("watch --invisible --status home hall"), EXIT_DONE);
    PRINTED(TEN "\tbo\tonline\t\n2026-11-25T10:01:00.000Z\tbo\toffline\t\n");
    SAID("");
    ASKED("user ana token t\n"
          "channels {\"members\":{\"$in\":[\"ana\"]},\"$or\":[{\"id\":\"hall\"},"
          "{\"name\":\"hall\"}]}\n"
          "connect invisible 1 status home\n"
          "channels watch {\"cid\":{\"$in\":[\"messaging:hall\"]}}\n"
          "listen messaging:hall\n");
}

static void watch_with_json_prints_the_wires_own_events_a_line_each(void **state) {
    (void)state;
    fake_channel("messaging:hall", "Hall", "ana,bo");
    fake_then(bo_comes);
    assert_int_equal(runs("watch --json"), EXIT_DONE);
    PRINTED("{\"type\":\"user.presence.changed\", \"id\":\"bo\"}\n");
}

static void link_is_lost(void) {
    fake_link(PL_LINK_WAITING, "connection reset");
}

static void bo_came_unseen(void) {
    fake->users[1].online = true;
    fake_link(PL_LINK_LIVE, "");
    fake_resynced();
}

static void watch_says_that_the_link_is_lost_and_tells_what_changed_meanwhile(void **state) {
    (void)state;
    fake_channel("messaging:hall", "Hall", "ana,bo");
    fake_then(link_is_lost);
    fake_then(link_is_lost);
    fake_then(bo_came_unseen);
    assert_int_equal(runs("watch"), EXIT_DONE);
    assert_non_null(strstr(bytes_text(&out), "Z\tbo\tonline\t\n"));
    SAID("porchlight: the link is lost: connection reset; trying again\n"
         "porchlight: the link is back\n");
    fake->users[1].online = false;
    fake->next_step = 0;
    assert_int_equal(runs("watch --json"), EXIT_DONE);
    PRINTED("");
}

static void link_is_refused(void) {
    fake_link(PL_LINK_REFUSED, "token expired");
}

static void watch_ends_when_the_server_refuses_for_good(void **state) {
    (void)state;
    fake_then(link_is_refused);
    assert_int_equal(runs("watch"), EXIT_NO);
    SAID("porchlight: http://h: token expired\n");
}

static void statusline_is_one_line_of_what_the_server_says(void **state) {
    (void)state;
    fake_channel("messaging:hall", "Hall", "cy,bo,ana");
    fake_channel("team:core", "Core", "bo,ana,dee");
    assert_int_equal(runs("statusline %o/%t,%u:%c:%v:%s"), EXIT_DONE);
    PRINTED("1/4,0:all channels:visible:at work\n");
    assert_int_equal(runs("statusline %o/%t,%f:%c messaging:hall team:core"), EXIT_DONE);
    PRINTED("1/4,3:Hall, Core\n");
    assert_null(strstr(bytes_text(&fake->journal), "connect"));
    assert_int_equal(runs("statusline %x"), EXIT_USE);
    PRINTED("");
    assert_int_equal(runs("statusline %o nowhere"), EXIT_NO);
    PRINTED("");
}

static void bo_is_back_home(void) {
    fake_presence("bo", true, AT_TEN);
}

static void the_same_again(void) {
    fake_presence("bo", true, AT_TEN);
}

static void the_link_goes(void) {
    fake_link(PL_LINK_WAITING, "gone");
}

static void statusline_follows_with_a_line_a_change_and_none_for_the_same(void **state) {
    (void)state;
    fake_channel("messaging:hall", "Hall", "cy,bo,ana");
    fake_then(bo_is_back_home);
    fake_then(the_same_again);
    fake_then(the_link_goes);
    assert_int_equal(runs("statusline --follow %o/%t,%l"), EXIT_DONE);
    PRINTED("1/3,live\n2/3,live\n?/3,lost\n");
}

static void wait_ends_at_once_and_unseen_when_it_is_true_already(void **state) {
    (void)state;
    assert_int_equal(runs("wait ana"), EXIT_DONE);
    ASKED("user ana token t\nusers ana\n");
    assert_int_equal(runs("wait bo --offline"), EXIT_DONE);
    assert_int_equal(runs("wait nobody"), EXIT_NO);
    SAID("porchlight: nobody: there is no such user, or not for me\n");
}

static void wait_ends_when_it_comes_true(void **state) {
    (void)state;
    fake_then(bo_goes);
    fake_then(bo_comes);
    assert_int_equal(runs("wait bo"), EXIT_DONE);
    PRINTED("");
    ASKED("user ana token t\nusers bo\nconnect invisible -1 status -\nusers listen bo\n");
}

static void wait_does_not_believe_what_it_knows_while_the_link_is_lost(void **state) {
    (void)state;
    fake_then(link_is_lost);
    fake_then(bo_comes); /* cannot be, but if it were */
    fake_then(bo_goes);
    fake_then(link_is_refused);
    assert_int_equal(runs("wait bo"), EXIT_NO);
}

static void wait_gives_up_after_its_time(void **state) {
    (void)state;
    assert_int_equal(runs("wait bo --timeout 0s"), EXIT_WAIT_TIMEOUT);
    PRINTED("");
}

static void login_keeps_what_the_server_let_in(void **state) {
    (void)state;
    folder_write("token", "t0ken  \nmore\n", 0600);
    char line[256];
    snprintf(line, sizeof line, "login http://h --api-key k --user ana --token-file %s",
        folder_path("token"));
    assert_int_equal(runs(line), EXIT_DONE);
    PRINTED("");
    ASKED("user ana token t0ken\nusers ana\n");
    struct bytes text = BYTES_EMPTY;
    assert_int_equal(file_read(folder_path("porchlight/config"), 4096, &text), 0);
    SAME_TEXT(bytes_text(&text), "[profile default]\nurl = http://h\napi_key = k\nuser = ana\n"
                                 "token_file = default.token\n");
    bytes_fini(&text);
    assert_null(strstr(bytes_text(&err), "t0ken"));
}

static void login_writes_nothing_where_it_is_refused(void **state) {
    (void)state;
    folder_write("token", "t0ken\n", 0600);
    char line[256];
    snprintf(line, sizeof line, "login http://h --api-key k --user ana --token-file %s",
        folder_path("token"));
    fake_refuse(PL_REFUSED, 43, 401, "bad signature");
    assert_int_equal(runs(line), EXIT_NOT_AUTHORISED);
    assert_int_equal(access(folder_path("porchlight"), F_OK), -1);
    fake_refuse(PL_DONE, 0, 0, "");
    assert_int_equal(runs("login http://h --api-key k --user ana --token-file /nowhere"), EXIT_USE);
    assert_int_equal(runs("login http://h --api-key k --user ana --token-command false"), EXIT_USE);
    assert_int_equal(runs("login h:80 --api-key k --user ana --token-command true"), EXIT_USE);
    assert_int_equal(
        runs("login http://h --api-key k --user ana --token-command true --profile a/b"), EXIT_USE);
    assert_int_equal(access(folder_path("porchlight"), F_OK), -1);
    ASKED("");
}

#define HOME_CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tidy)

int main(void) {
    const struct CMUnitTest cases[] = {
        HOME_CASE(who_prints_a_line_a_member_those_at_home_first),
        HOME_CASE(who_without_a_channel_is_all_of_mine_each_member_once),
        HOME_CASE(who_shows_every_member_of_a_large_channel),
        HOME_CASE(a_channel_may_be_said_by_id_or_name_if_only_one_has_it),
        HOME_CASE(an_unknown_channel_is_said_and_not_created),
        HOME_CASE(is_answers_by_word_and_by_code),
        HOME_CASE(each_refusal_has_its_words_and_its_code),
        HOME_CASE(invisible_sets_silently_and_prints_the_servers_word),
        HOME_CASE(status_prints_sets_and_clears),
        HOME_CASE(channel_creates_with_me_and_the_others_in_it),
        HOME_CASE(channel_adds_whom_an_old_channel_lacks_and_says_that_its_name_stays),
        HOME_CASE(watch_is_silent_at_first_then_prints_each_change),
        HOME_CASE(watch_with_json_prints_the_wires_own_events_a_line_each),
        HOME_CASE(watch_says_that_the_link_is_lost_and_tells_what_changed_meanwhile),
        HOME_CASE(watch_ends_when_the_server_refuses_for_good),
        HOME_CASE(statusline_is_one_line_of_what_the_server_says),
        HOME_CASE(statusline_follows_with_a_line_a_change_and_none_for_the_same),
        HOME_CASE(wait_ends_at_once_and_unseen_when_it_is_true_already),
        HOME_CASE(wait_ends_when_it_comes_true),
        HOME_CASE(wait_does_not_believe_what_it_knows_while_the_link_is_lost),
        HOME_CASE(wait_gives_up_after_its_time),
        HOME_CASE(login_keeps_what_the_server_let_in),
        HOME_CASE(login_writes_nothing_where_it_is_refused),
    };
    return RUN_CASES("dashboard-cli-commands", cases);
}
