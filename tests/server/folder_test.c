/* SPDX-License-Identifier: MIT */
/* A folder's life, and what `check` finds in it. */
#include "support/case.h"

#include "server/folder.h"
#include "server/store.h"

#include <errno.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

static char above[] = "/tmp/porchlight-folder-XXXXXX";
static char path[64];

static const char *in(const char *name) {
    static char whole[4][128];
    static unsigned turn;
    char *to = whole[turn++ % 4];
    snprintf(to, sizeof whole[0], "%s/%s", path, name);
    return to;
}

static void remove_folder(void) {
    static const char *const names[] = {"config.ini", "app.ini", "porchlight.db",
        "porchlight.db-wal", "porchlight.db-shm", "lock", "url", "stray"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unlink(in(names[i]));
    rmdir(path);
}

static int mode_of(const char *name) {
    struct stat stat_of;
    assert_int_equal(stat(name, &stat_of), 0);
    return (int)(stat_of.st_mode & 0777);
}

static void make(char api_key[33], char secret[65]) {
    char why[256] = "";
    remove_folder();
    if (folder_make(path, api_key, secret, why, sizeof why) != 0)
        fail_msg("%s", why);
}

static void a_new_folder_is_private_and_can_be_opened(void **state) {
    (void)state;
    char api_key[33], secret[65], why[256];
    make(api_key, secret);
    assert_int_equal(mode_of(path), 0700);
    assert_int_equal(mode_of(in("config.ini")), 0600);
    assert_int_equal(mode_of(in("app.ini")), 0600);
    assert_int_equal(mode_of(in("porchlight.db")), 0600);
    assert_int_equal(strlen(secret), 64);
    assert_int_equal(strspn(secret, "0123456789abcdef"), 64);
    struct folder folder;
    assert_int_equal(folder_open(&folder, path, FOLDER_SERVE, why, sizeof why), 0);
    SAME_TEXT(folder.app.api_key, api_key);
    SAME_TEXT(folder.app.secret, secret);
    folder_fini(&folder);
    folder_fini(NULL);
    char other_key[33], other_secret[65];
    make(other_key, other_secret);
    assert_string_not_equal(other_secret, secret);
    assert_string_not_equal(other_key, api_key);
}

static void only_an_empty_folder_is_made_one(void **state) {
    (void)state;
    char api_key[33], secret[65], why[256];
    remove_folder();
    assert_int_equal(mkdir(path, 0755), 0);
    assert_int_equal(folder_make(path, api_key, secret, why, sizeof why), 0);
    assert_int_equal(mode_of(path), 0700);
    assert_true(folder_make(path, api_key, secret, why, sizeof why) > 0);
    assert_non_null(strstr(why, "not empty"));
    remove_folder();
    FILE *file = fopen(path, "w"); /* a file in its place */
    assert_non_null(file);
    fclose(file);
    assert_true(folder_make(path, api_key, secret, why, sizeof why) > 0);
    unlink(path);
    assert_int_equal(folder_make("/nowhere/at/all", api_key, secret, why, sizeof why), -ENOENT);
}

static void one_daemon_serves_a_folder_and_others_may_look(void **state) {
    (void)state;
    char api_key[33], secret[65], why[256];
    struct folder first, second;
    make(api_key, secret);
    assert_int_equal(folder_open(&first, path, FOLDER_STILL, why, sizeof why), 0);
    assert_false(first.is_served);
    folder_fini(&first);
    assert_int_not_equal(access(in("lock"), F_OK), 0); /* a look leaves nothing */
    assert_int_equal(folder_open(&first, path, FOLDER_SERVE, why, sizeof why), 0);
    assert_int_equal(folder_open(&second, path, FOLDER_SERVE, why, sizeof why), -EBUSY);
    assert_non_null(strstr(why, "in use by another porchlightd"));
    assert_int_equal(folder_open(&second, path, FOLDER_LOOK, why, sizeof why), 0);
    folder_fini(&second);
    assert_int_equal(folder_open(&second, path, FOLDER_STILL, why, sizeof why), 0);
    assert_true(second.is_served);
    folder_fini(&second);
    folder_fini(&first);
    assert_int_equal(folder_open(&second, path, FOLDER_SERVE, why, sizeof why), 0);
    folder_fini(&second);
}

static void write_url(const char *text) {
    FILE *file = fopen(in("url"), "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void who_serves_notes_where_and_takes_it_away(void **state) {
    (void)state;
    char api_key[33], secret[65], why[256], url[64];
    struct folder folder;
    make(api_key, secret);
    assert_int_equal(folder_read_url(path, url, sizeof url), -ENOENT);
    write_url("http://127.0.0.1:1\n"); /* of one that was killed */
    assert_int_equal(folder_open(&folder, path, FOLDER_SERVE, why, sizeof why), 0);
    assert_int_equal(folder_read_url(path, url, sizeof url), -ENOENT);
    assert_int_equal(folder_note_url(&folder, "https://[::1]:8750"), 0);
    assert_int_equal(mode_of(in("url")), 0600);
    assert_int_equal(folder_read_url(path, url, sizeof url), 0);
    SAME_TEXT(url, "https://[::1]:8750");
    assert_int_equal(folder_note_url(&folder, "http://127.0.0.1:1"), 0);
    assert_int_equal(folder_read_url(path, url, sizeof url), 0);
    SAME_TEXT(url, "http://127.0.0.1:1");
    folder_fini(&folder);
    assert_int_equal(folder_read_url(path, url, sizeof url), -ENOENT);
    static const char *const wrong[] = {"", "http://a:1", "a\n", "ftp://a\n", "http://a\nb\n",
        "http://a b\n", "http://a?x=\n", "http://a@b\n", "http://\x01\n",
        "http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        write_url(wrong[i]);
        if (folder_read_url(path, url, sizeof url) != -EBADMSG)
            fail_msg("taken for a URL: %s", wrong[i]);
    }
}

static void what_is_no_data_folder_is_refused(void **state) {
    (void)state;
    char api_key[33], secret[65], why[256];
    struct folder folder;
    assert_int_equal(folder_open(&folder, "/nowhere", FOLDER_LOOK, why, sizeof why), -ENOENT);
    assert_non_null(strstr(why, "/nowhere is no folder"));
    assert_int_equal(folder_open(&folder, above, FOLDER_LOOK, why, sizeof why), -ENOENT);
    assert_non_null(strstr(why, "porchlight.db"));
    make(api_key, secret);
    chmod(in("app.ini"), 0644);
    assert_int_equal(folder_open(&folder, path, FOLDER_LOOK, why, sizeof why), -EPERM);
    assert_non_null(strstr(why, "chmod 600"));
    unlink(in("app.ini"));
    assert_int_equal(folder_open(&folder, path, FOLDER_LOOK, why, sizeof why), -ENOENT);
}

/* ---- check ---- */

static void hear_nothing(void *o, uint64_t n, const struct store_batch *b, int status) {
    (void)o;
    (void)n;
    (void)b;
    assert_int_equal(status, 0);
}

/* A folder with a user in a channel who said something. */
static void furnish(void) {
    char api_key[33], secret[65];
    const char *why;
    struct store *store;
    make(api_key, secret);
    assert_int_equal(
        store_sqlite_open(&store,
            &(struct store_options){.path = in("porchlight.db"), .settled = hear_nothing}, &why),
        0);
    struct store_batch *batch = store_batch_create();
    store_put_user(batch, &(struct user){.id = "ana"});
    store_put_channel(
        batch, &(struct channel){.cid = "messaging:hall", .type = "messaging", .id = "hall"});
    store_put_member(batch, "messaging:hall", &(struct member){.user_id = "ana"});
    store_put_message(batch,
        &(struct message){.id = "m", .cid = "messaging:hall", .user_id = "ana", .text = "hi"});
    store->calls->submit(store, batch);
    store->calls->close(store);
}

static void run_sql(const char *script) {
    sqlite3 *db;
    char *error = NULL;
    assert_int_equal(sqlite3_open(in("porchlight.db"), &db), SQLITE_OK);
    if (sqlite3_exec(db, script, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s: %s", script, error);
    sqlite3_close(db);
}

static void gather(void *context, const char *line) {
    char *all = context;
    size_t len = strlen(all);
    snprintf(all + len, 4096 - len, "%s\n", line);
}

static void check_after(const char *script, const char *wanted) {
    char all[4096] = "";
    furnish();
    run_sql(script);
    int wrong = store_sqlite_check(in("porchlight.db"), false, gather, all);
    SAME_TEXT(all, wanted);
    int lines = 0;
    for (const char *at = all; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    assert_int_equal(wrong, lines);
}

static void a_sound_database_is_sound_and_untouched(void **state) {
    (void)state;
    furnish();
    struct stat before, after;
    assert_int_equal(stat(in("porchlight.db"), &before), 0);
    char all[4096] = "";
    assert_int_equal(store_sqlite_check(in("porchlight.db"), false, gather, all), 0);
    SAME_TEXT(all, "");
    assert_int_equal(stat(in("porchlight.db"), &after), 0);
    assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    assert_int_not_equal(access(in("porchlight.db-wal"), F_OK), 0);
    assert_int_not_equal(access(in("porchlight.db-shm"), F_OK), 0);
}

static void check_names_rows_that_are_wrong(void **state) {
    (void)state;
    check_after("DELETE FROM channels",
        "members: messaging:hall ana: there is no channel messaging:hall\n"
        "messages: m: there is no channel messaging:hall\n");
    check_after("DELETE FROM users", "members: messaging:hall ana: there is no user ana\n"
                                     "messages: m: there is no user ana\n");
    check_after(
        "UPDATE users SET custom='{\"a\":1'", "users: ana: custom is not what it should be\n");
    check_after("UPDATE channels SET created_us=-1",
        "channels: messaging:hall: created_us is not what it should be\n");
    check_after("UPDATE messages SET text=CAST(x'ff' AS TEXT)",
        "messages: m: text is not what it should be\n");
    check_after("PRAGMA user_version=7", "database: not made by this version of porchlightd\n");
}

static void check_reads_what_the_log_still_holds(void **state) {
    (void)state;
    furnish();
    const char *why;
    struct store *store;
    assert_int_equal(
        store_sqlite_open(&store,
            &(struct store_options){.path = in("porchlight.db"), .settled = hear_nothing}, &why),
        0);
    char all[4096] = "";
    run_sql("DELETE FROM users"); /* in the log, for the store has the database open */
    assert_true(store_sqlite_check(in("porchlight.db"), true, gather, all) > 0);
    assert_non_null(strstr(all, "there is no user ana"));
    store->calls->close(store);
}

static void check_survives_a_file_cut_short(void **state) {
    (void)state;
    for (off_t size = 50; size < 60000; size += 5000) {
        char all[4096] = "";
        furnish();
        assert_int_equal(truncate(in("porchlight.db"), size), 0);
        int wrong = store_sqlite_check(in("porchlight.db"), false, gather, all);
        if (wrong == 0)
            fail_msg("cut to %ld bytes, and sound", (long)size);
        assert_true(wrong < 0 || strstr(all, "damaged") != NULL || strstr(all, "pages") != NULL);
    }
    char all[4096] = "";
    assert_true(store_sqlite_check("/nowhere/at/all", false, gather, all) < 0);
}

static int begin(void **state) {
    (void)state;
    if (mkdtemp(above) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/data", above);
    return 0;
}

static int end(void **state) {
    (void)state;
    remove_folder();
    return rmdir(above);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_new_folder_is_private_and_can_be_opened),
        CASE(only_an_empty_folder_is_made_one),
        CASE(one_daemon_serves_a_folder_and_others_may_look),
        CASE(who_serves_notes_where_and_takes_it_away),
        CASE(what_is_no_data_folder_is_refused),
        CASE(a_sound_database_is_sound_and_untouched),
        CASE(check_names_rows_that_are_wrong),
        CASE(check_reads_what_the_log_still_holds),
        CASE(check_survives_a_file_cut_short),
    };
    return cmocka_run_group_tests_name("server-folder", cases, begin, end);
}
