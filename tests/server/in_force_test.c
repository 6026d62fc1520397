/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "server/in_force.h"

#include <errno.h>
#include <unistd.h>

static char folder[] = "/tmp/porchlight-in-force-XXXXXX";
static char path[64];

static void set(const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void begin(struct in_force *in_force, const char *listen, int64_t linger_ms) {
    char why[256] = "";
    if (in_force_init(in_force, path, listen, linger_ms, why, sizeof why) != 0)
        fail_msg("%s", why);
}

static void the_command_line_comes_before_the_file_each_time(void **state) {
    (void)state;
    struct in_force in_force;
    struct config read;
    char why[256];
    set("listen = 127.0.0.2:1000\nlinger_ms = 7\n");
    begin(&in_force, ":2000", 9);
    SAME_TEXT(in_force.now.host, "127.0.0.2");
    assert_int_equal(in_force.now.port, 2000);
    assert_int_equal(in_force.now.linger_ms, 9);
    set("listen = 127.0.0.2:3000\nlinger_ms = 8\n");
    assert_int_equal(in_force_read(&in_force, &read, why, sizeof why), 0);
    assert_int_equal(read.port, 2000);
    assert_int_equal(read.linger_ms, 9);
    unsigned number = 0;
    assert_null(in_force_next_fixed(&in_force, &read, &number));
    config_fini(&read);
    in_force_fini(&in_force);
}

static void without_a_file_the_defaults_are_in_force(void **state) {
    (void)state;
    struct in_force in_force;
    unlink(path);
    begin(&in_force, NULL, -1);
    assert_int_equal(in_force.now.port, 8750);
    assert_int_equal(in_force.now.linger_ms, 5000);
    in_force_fini(&in_force);
}

static void a_file_that_was_there_may_not_be_gone(void **state) {
    (void)state;
    struct in_force in_force;
    struct config read;
    char why[256];
    unlink(path);
    begin(&in_force, NULL, -1);
    assert_int_equal(in_force_read(&in_force, &read, why, sizeof why), 0);
    config_fini(&read);
    set("rate_calls = 5\n"); /* it may come later */
    assert_int_equal(in_force_read(&in_force, &read, why, sizeof why), 0);
    in_force_take(&in_force, &read);
    config_fini(&read);
    unlink(path);
    assert_int_equal(in_force_read(&in_force, &read, why, sizeof why), -ENOENT);
    assert_non_null(strstr(why, "cannot be read"));
    config_fini(&read);
    assert_int_equal(in_force.now.rate_calls, 5);
    in_force_fini(&in_force);
}

static void what_is_refused_is_not_in_force(void **state) {
    (void)state;
    struct in_force in_force;
    struct config read;
    char why[256];
    set("rate_calls = 5\n");
    begin(&in_force, NULL, -1);
    set("rate_calls = 6\nrate_calls = many\n");
    assert_int_equal(in_force_read(&in_force, &read, why, sizeof why), -EINVAL);
    assert_non_null(strstr(why, ":2: rate_calls"));
    config_fini(&read);
    assert_int_equal(in_force.now.rate_calls, 5);
    in_force_fini(&in_force);
    assert_int_equal(in_force_init(&in_force, path, NULL, -1, why, sizeof why), -EINVAL);
    in_force_fini(&in_force);
    set("");
    assert_int_equal(in_force_init(&in_force, path, "nowhere", -1, why, sizeof why), -EINVAL);
    assert_non_null(strstr(why, "nowhere"));
    in_force_fini(&in_force);
}

static void what_a_restart_alone_brings_is_named_and_not_taken(void **state) {
    (void)state;
    struct in_force in_force;
    struct config read;
    char why[256];
    set("");
    begin(&in_force, NULL, -1);
    set("listen = 127.0.0.1:1\ndata = /d\nmetrics_listen = 127.0.0.1:2\ntls_cert = /c\ntls_key = "
        "/k\n"
        "rate_calls = 1\nlinger_ms = 2\nlisten_channel = 3\nlisten_users = 4\nmax_connections = 5\n"
        "max_connections_per_user = 6\nmax_connections_per_address = 7\ndev_tokens = anywhere\n"
        "allowed_origins = https://a.example\nlog_level = error\n");
    assert_int_equal(in_force_read(&in_force, &read, why, sizeof why), 0);
    static const char *const names[] = {"listen", "metrics_listen", "data", "tls_cert", NULL};
    unsigned number = 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *name = in_force_next_fixed(&in_force, &read, &number);
        assert_true((name == NULL) == (names[i] == NULL));
        if (name != NULL)
            SAME_TEXT(name, names[i]);
    }
    in_force_take(&in_force, &read);
    config_fini(&read);
    const struct config *now = &in_force.now;
    assert_int_equal(now->port, 8750);
    assert_null(now->data);
    assert_null(now->metrics_host);
    assert_null(now->tls_cert);
    assert_int_equal(now->rate_calls, 1);
    assert_int_equal(now->linger_ms, 2);
    assert_int_equal(now->listen_channel, 3);
    assert_int_equal(now->listen_users, 4);
    assert_int_equal(now->max_connections, 5);
    assert_int_equal(now->max_connections_per_user, 6);
    assert_int_equal(now->max_connections_per_address, 7);
    assert_true(now->dev_tokens_anywhere);
    SAME_TEXT(now->allowed_origins, "https://a.example");
    assert_int_equal(now->log_level, LOG_ERROR);
    in_force_fini(&in_force);
}

static void a_certificate_is_taken_by_itself(void **state) {
    (void)state;
    struct in_force in_force;
    struct config read;
    char why[256];
    set("tls_cert = /old\ntls_key = /oldkey\n");
    begin(&in_force, NULL, -1);
    set("tls_cert = /new\ntls_key = /newkey\n");
    assert_int_equal(in_force_read(&in_force, &read, why, sizeof why), 0);
    unsigned number = 0;
    assert_null(in_force_next_fixed(&in_force, &read, &number));
    in_force_take(&in_force, &read);
    SAME_TEXT(in_force.now.tls_cert, "/old");
    in_force_take_certificate(&in_force, &read);
    config_fini(&read);
    SAME_TEXT(in_force.now.tls_cert, "/new");
    SAME_TEXT(in_force.now.tls_key, "/newkey");
    in_force_fini(&in_force);
}

int main(void) {
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(path, sizeof path, "%s/config.ini", folder);
    const struct CMUnitTest cases[] = {
        CASE(the_command_line_comes_before_the_file_each_time),
        CASE(without_a_file_the_defaults_are_in_force),
        CASE(a_file_that_was_there_may_not_be_gone),
        CASE(what_is_refused_is_not_in_force),
        CASE(what_a_restart_alone_brings_is_named_and_not_taken),
        CASE(a_certificate_is_taken_by_itself),
    };
    const int failed = RUN_CASES("server-in_force", cases);
    unlink(path);
    rmdir(folder);
    return failed;
}
