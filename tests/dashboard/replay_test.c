/* SPDX-License-Identifier: MIT */
/* A record and its replay: what was told is told again, a secret is in no record, and a file that
 * is wrong is refused with its line. */
#include "cli/folder.h"
#include "dashboard/files.h"
#include "dashboard/record.h"
#include "dashboard/replay.h"
#include "support/case.h"

#define AT 1764000000000
#define HEAD "{\"porchlight_record\":1,\"at\":1764000000000,\"label\":\"demo\",\"me\":\"ana\"}\n"

static struct bytes why;

static int tidy(void **state) {
    bytes_fini(&why);
    return folder_remove(state);
}

static struct model fresh(void) {
    struct model model;
    assert_int_equal(model_init(&model, "x", "ana", AT), 0);
    return model;
}

/* Tell all of a record to a model at once. The result of the last replay_take(). */
static int replays(const char *path, struct model *model) {
    struct replay *replay = NULL;
    bytes_clear(&why);
    if (replay_open(&replay, path, 1e6, 0, &why) < 0)
        return -1;
    int told, mono_ms = 0;
    do {
        mono_ms += 100000;
        told = replay_take(replay, model, mono_ms, &why);
    } while (told >= 0 && replay_wait_ms(replay, mono_ms, INT64_MAX) >= 0);
    replay_close(replay);
    return told;
}

static void tells_much(struct record *record, struct model *model) {
    const char *ids[] = {"ana", "bo"};
    struct line_told lines[] = {
        {.id = "m1", .author = "bo", .text = "a\nb \"c\"", .at_ms = AT}, {.id = "m2",
                                                                             .author = "ana",
                                                                             .text = "d",
                                                                             .reactions = "like 2",
                                                                             .at_ms = AT + 1,
                                                                             .replies = 3,
                                                                             .edited = true}};
    const struct told all[] = {
        {.kind = TOLD_LINK, .link = {.state = LINK_LIVE, .latency_ms = 4}, .text = ""},
        {.kind = TOLD_PERSON,
            .person = {.id = "ana",
                .name = "Ana",
                .status = "",
                .role = "user",
                .online = true,
                .live = true}},
        {.kind = TOLD_ME, .text = "Ana", .flag = true},
        {.kind = TOLD_PERSON,
            .person = {.id = "bo",
                .name = "Bo \x1b[31m",
                .status = "s",
                .role = "user",
                .live = true,
                .last_active_ms = AT - 1000}},
        {.kind = TOLD_CLOCK, .id = "bo", .zone = "", .there = {.is_fixed = true, .fixed_s = -3600}},
        {.kind = TOLD_CHANNEL, .cid = "messaging:hall", .text = "Hall", .total = 9},
        {.kind = TOLD_MEMBERS, .cid = "messaging:hall", .ids = ids, .id_count = 2},
        {.kind = TOLD_LINES, .cid = "messaging:hall", .lines = lines, .line_count = 2},
        {.kind = TOLD_LINE,
            .cid = "messaging:hall",
            .line = {.id = "m3", .author = "bo", .text = "e", .at_ms = AT + 2, .is_news = true}},
        {.kind = TOLD_UNREAD, .cid = "messaging:hall", .unread = 2, .until_ms = AT + 1},
        {.kind = TOLD_TYPING, .cid = "messaging:hall", .ids = ids + 1, .id_count = 1},
        {.kind = TOLD_KNOWN},
        {.kind = TOLD_PERSON,
            .person = {.id = "bo",
                .name = "Bo",
                .status = "s",
                .role = "user",
                .online = true,
                .live = true,
                .last_active_ms = AT}},
        {.kind = TOLD_LINE_GONE, .cid = "messaging:hall", .id = "m2"},
        {.kind = TOLD_NOTE, .text = "a note"},
        {.kind = TOLD_TOAST, .text = "a toast", .until_ms = AT + 100000},
        {.kind = TOLD_LINK,
            .link = {.state = LINK_WAITING, .stale_since_ms = AT, .latency_ms = -1},
            .text = "gone"},
        {.kind = TOLD_MISSED, .ids = ids, .id_count = 2, .text = "2 joined"},
        {.kind = TOLD_RESYNCED, .came = 2, .left = 1},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct told told = all[i];
        told.at_ms = AT + 4102444800000 + (int64_t)i * 1000; /* after any clock that records */
        record_put(record, &told);
        assert_int_equal(told_apply(model, &told), 0);
    }
}

static void is_so(const struct model *model) {
    const struct channel_shown *hall = model_find_channel(model, "messaging:hall");
    const struct person *bo = model_find_person(model, "bo");
    assert_non_null(hall);
    assert_non_null(bo);
    SAME_TEXT(hall->name, "Hall");
    assert_int_equal(hall->total, 9);
    assert_int_equal(hall->members.count, 2);
    assert_int_equal(hall->chat.count, 2);
    SAME_TEXT(hall->chat.lines[1]->text, "e");
    assert_int_equal(hall->unread, 2);
    assert_int_equal(hall->chat.typing_count, 1);
    SAME_TEXT(bo->name, "Bo");
    assert_true(bo->online);
    assert_false(bo->live); /* the link is lost */
    assert_true(bo->there.is_fixed);
    assert_int_equal(bo->there.fixed_s, -3600);
    SAME_TEXT(model->me_name, "Ana");
    assert_int_equal(model->light, LIGHT_OFF);
    assert_true(model->channels_known);
    assert_int_equal(model->link.state, LINK_WAITING);
    SAME_TEXT(model->link.reason, "gone");
    SAME_TEXT(model->toast, "a toast");
    assert_int_equal(model->came, 3);
    assert_int_equal(model->went, 1);
}

static void what_was_told_is_told_again(void **state) {
    (void)state;
    struct record *record = NULL;
    struct model told = fresh(), replayed = fresh();
    assert_int_equal(record_open(&record, folder_path("r"), "demo", "ana", &why), 0);
    tells_much(record, &told);
    assert_int_equal(record_close(record, AT), 0);
    is_so(&told);
    assert_true(replays(folder_path("r"), &replayed) >= 0);
    is_so(&replayed);
    model_fini(&told);
    model_fini(&replayed);
}

static void a_record_is_the_owners_alone_and_overwrites_nothing(void **state) {
    (void)state;
    struct record *record = NULL;
    struct stat st;
    assert_int_equal(record_open(&record, folder_path("r"), "demo", "ana", &why), 0);
    assert_int_equal(record_close(record, AT), 0);
    assert_int_equal(stat(folder_path("r"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(record_open(&record, folder_path("r"), "demo", "ana", &why), -EEXIST);
    assert_non_null(strstr(bytes_text(&why), "File exists"));
    assert_true(record_open(&record, folder_path("no/r"), "demo", "ana", &why) < 0);
}

static size_t lines_of(const char *path) {
    struct bytes text = BYTES_EMPTY;
    size_t lines = 0;
    assert_int_equal(file_read(path, 1 << 20, &text), 0);
    for (const char *at = bytes_text(&text); (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    bytes_fini(&text);
    return lines;
}

static void who_is_told_as_before_is_not_written_again_until_the_link_changes(void **state) {
    (void)state;
    struct record *record = NULL;
    const struct told link = {.kind = TOLD_LINK, .link = {.state = LINK_LIVE}, .text = ""};
    struct told bo = {.kind = TOLD_PERSON,
        .person = {.id = "bo", .name = "Bo", .status = "", .role = "", .live = true}};
    assert_int_equal(record_open(&record, folder_path("r"), "demo", "ana", &why), 0);
    for (int i = 0; i < 3; i++)
        record_put(record, &bo); /* 1 */
    bo.person.online = true;
    record_put(record, &bo);   /* 2 */
    record_put(record, &link); /* 3 */
    record_put(record, &bo);   /* 4: who was live before the link was lost is told to be so again */
    record_put(record, &(struct told){.kind = TOLD_NOTE, .text = "x"});
    record_put(record, &(struct told){.kind = TOLD_NOTE, .text = "x"}); /* 6: those are events */
    assert_int_equal(record_close(record, AT), 0);
    assert_int_equal(lines_of(folder_path("r")), 1 + 6 + 1);
}

static void a_secret_is_in_no_record_whoever_says_it(void **state) {
    (void)state;
    struct record *record = NULL;
    struct bytes text = BYTES_EMPTY;
    assert_int_equal(record_open(&record, folder_path("r"), "demo", "ana", &why), 0);
    assert_int_equal(record_hide(record, "eyJh.SECRET.x"), 0);
    assert_int_equal(record_hide(record, "e"), 0); /* too short to be one */
    record_put(
        record, &(struct told){.kind = TOLD_NOTE, .text = "token eyJh.SECRET.x, eyJh.SECRET.x!"});
    assert_int_equal(record_close(record, AT), 0);
    assert_int_equal(file_read(folder_path("r"), 1 << 20, &text), 0);
    assert_null(strstr(bytes_text(&text), "SECRET"));
    assert_non_null(strstr(bytes_text(&text), "token *************, *************!"));
    bytes_fini(&text);
}

/* A file with these lines is refused, with the number of one. */
static void refuses(const char *text, const char *wanted) {
    struct model model = fresh();
    folder_write("h", text, 0600);
    assert_true(replays(folder_path("h"), &model) < 0);
    if (strstr(bytes_text(&why), wanted) == NULL)
        fail_msg("%s\n  said: %s\n  not: %s", text, bytes_text(&why), wanted);
    model_fini(&model);
}

#define LATER "{\"at\":1764000000001,\"tell\":"

static void a_file_that_is_no_record_is_refused_with_its_line(void **state) {
    (void)state;
    refuses("", "h:1: the file is empty");
    refuses("hello\n", "h:1: this is no JSON object");
    refuses("{}\n", "h:1: this is no record of porchlight");
    refuses("{\"porchlight_record\":2,\"at\":1,\"label\":\"x\",\"me\":\"a\"}\n", "version 2");
    refuses("{\"porchlight_record\":1,\"at\":1,\"label\":\"x\"}\n", "first line is not whole");
    refuses(HEAD "[1]\n", "h:2: this is no JSON object");
    refuses(HEAD "{\"tell\":\"known\"}\n", "h:2: \"at\" is no time");
    refuses(HEAD "{\"at\":1e300,\"tell\":\"known\"}\n", "\"at\" is no time");
    refuses(HEAD "{\"at\":1763999999999,\"tell\":\"known\"}\n", "before that of the line above");
    refuses(HEAD LATER "\"rm\"}\n", "\"tell\" is nothing that this version knows");
    refuses(HEAD LATER "\"known\"}\n" LATER "\"note\",\"text\":7}\n", "h:3: \"text\" is missing");
    refuses(HEAD LATER "\"member\",\"cid\":\"../x\",\"id\":\"a\"}\n", "\"cid\"");
    refuses(HEAD LATER "\"member\",\"cid\":\"m:x\",\"id\":\"a b\"}\n", "\"id\"");
    refuses(HEAD LATER "\"unread\",\"cid\":\"m:x\",\"unread\":1.5,\"read_at\":0}\n", "\"unread\"");
    refuses(HEAD LATER "\"channel\",\"cid\":\"m:x\",\"name\":\"\",\"total\":-1}\n", "\"total\"");
    refuses(HEAD LATER "\"lines\",\"cid\":\"m:x\",\"lines\":[{\"id\":\"1\"}]}\n", "\"lines\"");
    refuses(HEAD LATER "\"members\",\"cid\":\"m:x\",\"ids\":[\"a\",1]}\n", "\"ids\"");
    refuses(HEAD LATER "\"link\",\"state\":\"dead\"}\n", "\"state\"");
}

static void what_is_no_ordinary_file_is_refused(void **state) {
    (void)state;
    struct replay *replay = NULL;
    assert_int_equal(mkfifo(folder_path("f"), 0600), 0);
    assert_true(replay_open(&replay, folder_path("f"), 1, 0, &why) < 0);
    assert_non_null(strstr(bytes_text(&why), "no ordinary file"));
    bytes_clear(&why);
    assert_true(replay_open(&replay, folder_path("none"), 1, 0, &why) < 0);
    assert_non_null(strstr(bytes_text(&why), "No such file"));
}

static void time_is_the_records_and_stands_still_at_its_end(void **state) {
    (void)state;
    struct replay *replay = NULL;
    struct model model = fresh();
    folder_write("t",
        HEAD "{\"at\":1764000001000,\"tell\":\"note\",\"text\":\"x\"}\n"
             "{\"at\":1764000060000,\"tell\":\"end\"}\n",
        0600);
    assert_int_equal(replay_open(&replay, folder_path("t"), 10, 5000, &why), 0);
    SAME_TEXT(replay_me(replay), "ana");
    assert_int_equal(replay_now_ms(replay, 5000), AT);
    assert_int_equal(replay_now_ms(replay, 5050), AT + 500);
    assert_in_range(replay_wait_ms(replay, 5050, INT64_MAX), 50, 51);
    assert_in_range(replay_wait_ms(replay, 5050, AT + 700), 20, 21);
    assert_int_equal(replay_take(replay, &model, 5050, &why), 0);
    assert_int_equal(replay_take(replay, &model, 5100, &why), 1);
    assert_int_equal(replay_take(replay, &model, 99999, &why), 1);
    assert_int_equal(replay_now_ms(replay, 99999), AT + 60000);
    assert_int_equal(replay_wait_ms(replay, 99999, AT + 60001), -1);
    replay_close(replay);
    model_fini(&model);
}

#define FOLDER_CASE(function) cmocka_unit_test_setup_teardown(function, folder_make, tidy)

int main(void) {
    const struct CMUnitTest cases[] = {
        FOLDER_CASE(what_was_told_is_told_again),
        FOLDER_CASE(a_record_is_the_owners_alone_and_overwrites_nothing),
        FOLDER_CASE(who_is_told_as_before_is_not_written_again_until_the_link_changes),
        FOLDER_CASE(a_secret_is_in_no_record_whoever_says_it),
        FOLDER_CASE(a_file_that_is_no_record_is_refused_with_its_line),
        FOLDER_CASE(what_is_no_ordinary_file_is_refused),
        FOLDER_CASE(time_is_the_records_and_stands_still_at_its_end),
    };
    return RUN_CASES("dashboard-replay", cases);
}
