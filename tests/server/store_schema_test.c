/* SPDX-License-Identifier: MIT */
/*
 * The way forward from the first schema. tests/golden/schema-1.sql is what a porchlightd of that
 * schema had written; it is never made anew.
 */
#include "support/case.h"

#include "base/bytes.h"
#include "server/store.h"
#include "server/store_rows.h"

#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/porchlight-schema-XXXXXX";
static char path[64];

/* ---- the file, by SQLite itself ---- */

static void remove_database(void) {
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    char name[80];
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        snprintf(name, sizeof name, "%s%s", path, endings[i]);
        unlink(name);
    }
}

static void run_sql(const char *script) {
    sqlite3 *db;
    char *error = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, script, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%.60s: %s", script, error);
    sqlite3_close(db);
}

/* The file as the first porchlightd left it. */
static void make_first(void) {
    size_t len;
    char *script = case_read_file("tests/golden/schema-1.sql", &len);
    remove_database();
    run_sql(script);
    run_sql("PRAGMA journal_mode=WAL");
    free(script);
}

/* All rows of a query, a line each. */
static void gather(sqlite3 *db, struct bytes *to, const char *query) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, query, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", query, sqlite3_errmsg(db));
    while (sqlite3_step(statement) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            const char *text = (const char *)sqlite3_column_text(statement, i);
            bytes_printf(to, "%s%c", text != NULL ? text : "NULL",
                i + 1 < sqlite3_column_count(statement) ? '|' : '\n');
        }
    sqlite3_finalize(statement);
}

static char *ask_sql(const char *query) {
    struct bytes found = BYTES_EMPTY;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    gather(db, &found, query);
    sqlite3_close(db);
    return bytes_take(&found);
}

/* Everything: versions, schema, rows. */
static char *dump(void) {
    struct bytes all = BYTES_EMPTY, tables = BYTES_EMPTY;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    gather(db, &all, "PRAGMA user_version");
    gather(db, &all, "PRAGMA application_id");
    gather(db, &all, "SELECT type, name, sql FROM sqlite_schema ORDER BY name");
    gather(db, &tables, "SELECT name FROM sqlite_schema WHERE type='table' ORDER BY name");
    char *rest = NULL;
    for (char *name = strtok_r(tables.at, "\n", &rest); name != NULL;
         name = strtok_r(NULL, "\n", &rest)) {
        char query[128];
        snprintf(query, sizeof query, "SELECT '%s', * FROM %s ORDER BY rowid", name, name);
        gather(db, &all, query);
    }
    sqlite3_close(db);
    bytes_fini(&tables);
    return bytes_take(&all);
}

static void answers(const char *query, const char *wanted) {
    char *got = ask_sql(query);
    SAME_TEXT(got, wanted);
    free(got);
}

/* ---- the store ---- */

static void hear_nothing(void *o, uint64_t n, const struct store_batch *b, int status) {
    (void)o;
    (void)n;
    (void)b;
    (void)status;
}

static int open_store(struct store **store, const char **why) {
    return store_sqlite_open(
        store, &(struct store_options){.path = path, .settled = hear_nothing}, why);
}

static void print_custom(struct bytes *to, const json *custom) {
    bytes_append_char(to, ' ');
    if (custom != NULL)
        json_print(custom, to);
    bytes_append_char(to, '\n');
}

static int see_type(void *context, const struct channel_type *type) {
    bytes_printf(context, "type %s %d %d %d", type->name, type->typing_events, type->connect_events,
        type->max_message_length);
    print_custom(context, type->grants);
    return 0;
}

static int see_user(void *context, const struct user *user) {
    bytes_printf(context, "user %s (%s) %s %s %lld %d", user->id, user->name ? user->name : "",
        user->image ? user->image : "-", user->role ? user->role : "-",
        (long long)user->last_active_us, user->invisible);
    print_custom(context, user->custom);
    return 0;
}

static int see_channel(void *context, const struct channel *channel) {
    bytes_printf(context, "channel %s %s %d %d", channel->cid, channel->created_by, channel->frozen,
        channel->deleted_us != 0);
    print_custom(context, channel->custom);
    return 0;
}

static int see_member(void *context, const char *cid, const struct member *member) {
    bytes_printf(context, "member %s %s %s\n", cid, member->user_id,
        member->role != NULL ? member->role : "-");
    return 0;
}

static int see_message(void *context, const struct message *message) {
    bytes_printf(context, "message %s %s %s (%s)", message->id, message->cid, message->user_id,
        message->text);
    print_custom(context, message->custom);
    return 0;
}

static const char everything[] =
    "type porch 0 1 200 {\"user\":[\"read-channel\"]}\n"
    "type livestream 0 0 5000 \n"
    "user ana (Ana Ångström) https://example.org/a.png - 1795526717723691 0 "
    "{\"status\":\"at the "
    "market\",\"color\":\"green\",\"nested\":{\"deep\":[1,2.5,null,true,\"ü\"]}}"
    "\n"
    "user bo (Bo) - - 0 1 \n"
    "user cy () - admin 0 0 \n"
    "user dee (it's \"quoted\"; -- 🏮) - - 0 0 \n"
    "channel messaging:hall ana 1 0 {\"name\":\"The hall\",\"color\":\"red\"}\n"
    "channel porch:steps cy 0 0 \n"
    "channel messaging:gone ana 0 1 \n"
    "member messaging:hall ana owner\n"
    "member messaging:hall bo moderator\n"
    "member messaging:hall dee -\n"
    "member porch:steps cy owner\n";

static void complain(void *context, const char *line) {
    (void)context;
    print_error("%s\n", line);
}

static void all_is_there(void) {
    static const struct store_reader reader = {
        .type = see_type, .user = see_user, .channel = see_channel, .member = see_member};
    static const struct store_reader talk = {.message = see_message};
    struct bytes seen = BYTES_EMPTY, said = BYTES_EMPTY;
    struct store *store;
    const char *why = "";
    if (open_store(&store, &why) != 0)
        fail_msg("%s", why);
    assert_int_equal(store->calls->read_all(store, &reader, &seen), 0);
    SAME_TEXT(bytes_text(&seen), everything);
    assert_int_equal(store->calls->read_all(store, &talk, &said), 0);
    assert_non_null(strstr(
        bytes_text(&said), "message m-1 messaging:hall ana (hello\nworld) {\"mood\":\"fine\"}\n"));
    assert_non_null(strstr(bytes_text(&said), "message m-2 messaging:hall bo ()"));
    store->calls->close(store);
    bytes_fini(&seen);
    bytes_fini(&said);
    answers("SELECT id, text, parent_id, silent, created_us FROM messages WHERE id='m-3'",
        "m-3|an answer|m-1|1|1795526717732173\n");
}

static void nothing_of_the_first_schema_is_lost(void **state) {
    (void)state;
    make_first();
    all_is_there();
    char wanted[16];
    snprintf(wanted, sizeof wanted, "%d\n", STORE_SCHEMA);
    answers("PRAGMA user_version", wanted);
    assert_int_equal(store_sqlite_check(path, false, complain, NULL), 0);
    all_is_there(); /* opened again, it goes nowhere */
}

static void what_is_new_begins_as_if_it_had_always_been_so(void **state) {
    (void)state;
    make_first();
    struct store *store;
    const char *why = "";
    assert_int_equal(open_store(&store, &why), 0);
    store->calls->close(store);
    answers("SELECT id, reply_count FROM messages ORDER BY id", "m-1|1\nm-2|0\nm-3|0\n");
    answers("SELECT count(*) FROM users WHERE deleted_us=0 AND revoke_before_us=0", "4\n");
    answers("SELECT count(*) FROM members WHERE removed_us=0 AND invited=0", "4\n");
}

/* A new file and one that came all the way are the same to SQL. */
static void the_way_leads_to_where_a_new_one_begins(void **state) {
    (void)state;
    static const char schema[] =
        "SELECT type, name, tbl_name FROM sqlite_schema ORDER BY type, name";
    static const char columns[] =
        "SELECT t.name, c.name, c.type, c.\"notnull\", c.pk FROM sqlite_schema t,"
        " pragma_table_info(t.name) c WHERE t.type='table' ORDER BY t.name, c.name";
    struct store *store;
    const char *why = "";
    remove_database();
    assert_int_equal(open_store(&store, &why), 0);
    store->calls->close(store);
    char *new_schema = ask_sql(schema), *new_columns = ask_sql(columns);
    make_first();
    assert_int_equal(open_store(&store, &why), 0);
    store->calls->close(store);
    answers(schema, new_schema);
    answers(columns, new_columns);
    free(new_schema);
    free(new_columns);
}

static void refused_and_untouched(const char *script, int wanted, const char *said) {
    struct store *store;
    const char *why = "";
    make_first();
    run_sql(script);
    char *before = dump();
    int rc = open_store(&store, &why);
    if (rc == 0)
        fail_msg("opened: %s", script);
    if (wanted != 0)
        assert_int_equal(rc, wanted);
    assert_non_null(strstr(why, said));
    char *after = dump();
    SAME_TEXT(after, before);
    free(before);
    free(after);
}

static void one_of_a_newer_server_or_of_another_program_is_refused(void **state) {
    (void)state;
    char newer[48];
    snprintf(newer, sizeof newer, "PRAGMA user_version=%d", STORE_SCHEMA + 1);
    refused_and_untouched(newer, -EINVAL, "of a newer porchlightd");
    refused_and_untouched("PRAGMA application_id=7", -EINVAL, "of another program");
    refused_and_untouched("PRAGMA user_version=0", -EINVAL, "of another program");
    refused_and_untouched("PRAGMA user_version=-1", -EINVAL, "of another program");
}

/* What stands in the way of the last thing that a step makes: all before it is taken back. */
static void a_step_that_fails_is_no_step(void **state) {
    (void)state;
    refused_and_untouched("CREATE TABLE mutes(in_the_way)", 0, "");
    run_sql("DROP TABLE mutes");
    all_is_there();
}

/* The disk is full, at every size at which it may be. */
static void a_disk_that_is_full_half_way_leaves_the_old_one(void **state) {
    (void)state;
    struct rlimit whole, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &whole), 0);
    signal(SIGXFSZ, SIG_IGN);
    make_first();
    char *before = dump();
    int failed = 0;
    for (rlim_t size = 0;; size += 2048) {
        struct store *store;
        const char *why = "";
        small = (struct rlimit){.rlim_cur = size, .rlim_max = whole.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        int rc = open_store(&store, &why);
        if (rc == 0)
            store->calls->close(store);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &whole), 0);
        char *after = dump();
        if (strcmp(after, before) != 0) { /* there was room: it must have gone all the way */
            free(after);
            break;
        }
        assert_int_not_equal(rc, 0);
        free(after);
        failed++;
        assert_true(failed < 1000);
    }
    assert_true(failed > 10);
    free(before);
    all_is_there();
}

static int begin(void **state) {
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/porchlight.db", folder);
    return 0;
}

static int end(void **state) {
    (void)state;
    remove_database();
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(nothing_of_the_first_schema_is_lost),
        CASE(what_is_new_begins_as_if_it_had_always_been_so),
        CASE(the_way_leads_to_where_a_new_one_begins),
        CASE(one_of_a_newer_server_or_of_another_program_is_refused),
        CASE(a_step_that_fails_is_no_step),
        CASE(a_disk_that_is_full_half_way_leaves_the_old_one),
    };
    return cmocka_run_group_tests_name("server-store_schema", cases, begin, end);
}
