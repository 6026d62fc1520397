/* SPDX-License-Identifier: MIT */
#include "server/store_contract.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/porchlight-store-XXXXXX";
static char path[64];

static void remove_all(void) {
    char name[80];
    const char *const endings[] = {"", "-wal", "-shm"};
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", path, endings[i]);
        unlink(name);
    }
}

static struct store *open_sqlite(
    bool fresh, store_settled *settled, store_ring *ring, void *owner) {
    struct store *store;
    const char *why = "";
    if (fresh)
        remove_all();
    int rc = store_sqlite_open(&store,
        &(struct store_options){.path = path, .settled = settled, .ring = ring, .owner = owner},
        &why);
    if (rc != 0)
        print_message("store_sqlite_open: %d %s\n", rc, why);
    return rc == 0 ? store : NULL;
}

/* As a stranger with the file in hands. */
static void run_sql(const char *script) {
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    char *error = NULL;
    if (sqlite3_exec(db, script, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s: %s", script, error);
    sqlite3_close(db);
}

static int open_rc(const char **why) {
    struct store *store;
    int rc = store_sqlite_open(&store, &(struct store_options){.path = path}, why);
    if (rc == 0)
        store->calls->close(store);
    return rc;
}

/* The size of the log grows by pages a transaction: 1,000 of them alone would be 1,000 times two
 * pages at least; in groups the same page is written once a group. */
static void a_thousand_puts_are_few_transactions(void **state) {
    (void)state;
    struct told told;
    told_open(&told, true);
    struct store_batch *batches[1000];
    for (int i = 0; i < 1000; i++)
        batches[i] = contract_user("ana", i);
    for (int i = 0; i < 1000; i++)
        told.store->calls->submit(told.store, batches[i]);
    told_wait(&told, 1000);
    char log[80], bytes[4096];
    snprintf(log, sizeof log, "%s-wal", path);
    struct stat stat_of;
    assert_int_equal(stat(log, &stat_of), 0);
    size_t rings = 0;
    ssize_t got;
    fcntl(told.rung, F_SETFL, O_NONBLOCK);
    while ((got = read(told.rung, bytes, sizeof bytes)) > 0)
        rings += (size_t)got;
    told_close(&told);
    assert_true(stat_of.st_size < 400 * 4096);
    assert_true(rings < 200);
}

/* The limit of file sizes is a full disk that a test can make and mend. */
static void a_full_disk_fails_and_its_end_mends_it(void **state) {
    (void)state;
    struct told told;
    struct rlimit before, tight;
    char big[3000];
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    told_open(&told, true);
    told.store->calls->submit(told.store, contract_user("ana", 1));
    told_wait(&told, 1);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    tight = before;
    tight.rlim_cur = 128 * 1024;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    struct store_batch *batch = contract_user("ana", 2);
    for (int i = 0; i < 200; i++) {
        snprintf(big, 12, "%07d", i);
        big[strlen(big)] = 'x';
        store_put_setting(batch, big, big);
    }
    told.store->calls->submit(told.store, batch);
    told.store->calls->submit(told.store, contract_user("ana", 3));
    told_wait(&told, 3);
    assert_true(told.statuses[1] < 0 && told.statuses[2] < 0);
    assert_int_equal(contract_last_active(&told, "ana"), 1); /* reading goes on, nothing is half */
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    told.store->calls->submit(told.store, contract_user("ana", 4));
    told_wait(&told, 4);
    assert_int_equal(told.statuses[3], 0);
    assert_int_equal(contract_last_active(&told, "ana"), 4);
    told_close(&told);
}

static void somebody_elses_database_is_refused(void **state) {
    (void)state;
    const char *why = "";
    remove_all();
    run_sql("CREATE TABLE theirs(x)");
    assert_int_equal(open_rc(&why), -EINVAL);
    assert_non_null(strstr(why, "another program"));
}

static void a_newer_schema_is_refused(void **state) {
    (void)state;
    const char *why = "";
    remove_all();
    assert_int_equal(open_rc(&why), 0);
    run_sql("PRAGMA user_version=999");
    assert_int_equal(open_rc(&why), -EINVAL);
    assert_non_null(strstr(why, "newer"));
}

static void a_damaged_database_is_refused_with_advice(void **state) {
    (void)state;
    const char *why = "";
    remove_all();
    assert_int_equal(open_rc(&why), 0);
    assert_int_equal(truncate(path, 9000), 0);
    assert_true(open_rc(&why) < 0);
    assert_non_null(strstr(why, "damaged"));
    remove_all();
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd,
                         "this is a letter, not a database, and long enough for a header....."
                         "......................................",
                         100),
        100);
    close(fd);
    assert_true(open_rc(&why) < 0);
}

static int count_user(void *context, const struct user *user) {
    (void)user;
    ++*(int *)context;
    return 0;
}

static void planted_rows_end_the_reading(void **state) {
    (void)state;
    static const char *const planted[] = {
        "UPDATE users SET custom='[1]'",
        "UPDATE users SET custom='{\"a\":'",
        "UPDATE users SET custom=CAST(x'7b2261223a22ff227d' AS TEXT)",
        "UPDATE users SET id='no such id'",
        "UPDATE users SET last_active_us=-5",
        "UPDATE users SET created_us=9223372036854775807",
        "UPDATE users SET name=CAST(x'410042' AS TEXT)",
        "UPDATE users SET banned=2",
    };
    const struct store_reader reader = {.user = count_user};
    for (size_t i = 0; i < sizeof planted / sizeof planted[0]; i++) {
        struct told told;
        int count = 0;
        told_open(&told, true);
        told.store->calls->submit(told.store, contract_user("ana", 1));
        told_close(&told);
        run_sql(planted[i]);
        told_open(&told, false);
        int rc = told.store->calls->read_all(told.store, &reader, &count);
        told_close(&told);
        if (rc != -EBADMSG || count != 0)
            fail_msg("%s: %d, %d read", planted[i], rc, count);
    }
}

static int begin(void **state) {
    (void)state;
    contract_begin(open_sqlite);
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/db", folder);
    return 0;
}

static int end(void **state) {
    (void)state;
    remove_all();
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CONTRACT_CASES,
        CASE(a_thousand_puts_are_few_transactions),
        CASE(a_full_disk_fails_and_its_end_mends_it),
        CASE(somebody_elses_database_is_refused),
        CASE(a_newer_schema_is_refused),
        CASE(a_damaged_database_is_refused_with_advice),
        CASE(planted_rows_end_the_reading),
    };
    return cmocka_run_group_tests_name("server-store_sqlite", cases, begin, end);
}
