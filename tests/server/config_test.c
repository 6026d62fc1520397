/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "server/config.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/porchlight-config-XXXXXX";
static char path[64];

static void write_text(const char *text, mode_t mode) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static int load(const char *text, struct config *config, char why[512]) {
    write_text(text, 0600);
    why[0] = '\0';
    assert_int_equal(config_init(config), 0);
    return config_load(config, path, why, 512);
}

/* The rest of `why` after FILE:. */
static void expect_refusal(const char *text, const char *wanted) {
    struct config config;
    char why[512];
    int rc = load(text, &config, why);
    config_fini(&config);
    if (rc <= 0)
        fail_msg("taken: %s", text);
    size_t len = strlen(path);
    assert_memory_equal(why, path, len);
    if (strncmp(why + len, wanted, strlen(wanted)) != 0)
        SAME_TEXT(why + len, wanted);
}

static void the_sample_says_the_defaults(void **state) {
    (void)state;
    struct config config;
    char why[512];
    assert_int_equal(load(config_sample, &config, why), 0);
    SAME_TEXT(config.host, "127.0.0.1");
    assert_int_equal(config.port, 8750);
    config_fini(&config);
    /* … and with its marks taken away it is still a whole file that sets nothing but defaults. */
    char *bare = strdup(config_sample);
    for (char *at = bare; (at = strstr(at, "\n#")) != NULL; at++)
        if (at[2] != ' ')
            at[1] = '\n';
    assert_int_equal(load(bare, &config, why), 0);
    free(bare);
    SAME_TEXT(config.host, "127.0.0.1");
    assert_int_equal(config.port, 8750);
    assert_int_equal(config.linger_ms, 5000);
    assert_int_equal(config.max_connections, 0);
    assert_int_equal(config.max_connections_per_user, 50);
    assert_int_equal(config.max_connections_per_address, 1000);
    assert_false(config.dev_tokens_anywhere);
    assert_int_equal(config.rate_calls, 600);
    assert_int_equal(config.listen_channel, 10);
    assert_int_equal(config.listen_users, 30);
    assert_int_equal(config.log_level, LOG_INFO);
    assert_null(config.allowed_origins);
    assert_null(config.metrics_host);
    SAME_TEXT(config.tls_cert, "/etc/porchlight/cert.pem");
    config_fini(&config);
}

static void every_setting_is_taken(void **state) {
    (void)state;
    struct config config;
    char why[512], wanted[80];
    assert_int_equal(
        load("listen = [::1]:0\ntls_cert=c\ntls_key=k\ndata = pond\n[any]\n"
             "max_connections=7\nmax_connections_per_user=3\nmax_connections_per_address=0\n"
             "dev_tokens = anywhere\nallowed_origins = a b\n"
             "linger_ms=0\nlisten_channel=1\nlisten_users=2\nrate_calls=0\n"
             "metrics_listen = [::1]:9\nlog_level = debug ; and a remark\n",
            &config, why),
        0);
    SAME_TEXT(config.host, "::1");
    assert_int_equal(config.port, 0);
    SAME_TEXT(config.tls_key, "k");
    snprintf(wanted, sizeof wanted, "%s/pond", folder);
    SAME_TEXT(config.data, wanted);
    assert_int_equal(config.max_connections, 7);
    assert_int_equal(config.max_connections_per_user, 3);
    assert_int_equal(config.max_connections_per_address, 0);
    assert_true(config.dev_tokens_anywhere);
    SAME_TEXT(config.allowed_origins, "a b");
    assert_int_equal(config.linger_ms, 0);
    assert_int_equal(config.listen_channel, 1);
    assert_int_equal(config.listen_users, 2);
    assert_int_equal(config.rate_calls, 0);
    assert_int_equal(config.log_level, LOG_DEBUG);
    SAME_TEXT(config.metrics_host, "::1");
    assert_int_equal(config.metrics_port, 9);
    config_fini(&config);
}

static void what_is_wrong_is_named_with_its_line(void **state) {
    (void)state;
    expect_refusal("\nlinger = 5\n", ":2: linger: no such setting; there are listen");
    expect_refusal("linger_ms = -1\n", ":1: linger_ms: a whole number from 0 to 600000 is allowed");
    expect_refusal("linger_ms = 5s\n", ":1: linger_ms: a whole");
    expect_refusal("linger_ms =\n", ":1: linger_ms: a whole");
    expect_refusal("rate_calls = 99999999999999999999\n", ":1: rate_calls: a whole");
    expect_refusal("max_connections_per_user = 0\n", ":1: max_connections_per_user: a whole");
    expect_refusal(
        "max_connections_per_address = 1000001\n", ":1: max_connections_per_address: a whole");
    expect_refusal("dev_tokens = yes\n", ":1: dev_tokens: loopback or anywhere");
    expect_refusal("dev_tokens =\n", ":1: dev_tokens: loopback or anywhere");
    expect_refusal("log_level = loud\n", ":1: log_level: error, warning");
    expect_refusal("listen = 8750\n", ":1: listen: HOST:PORT");
    expect_refusal("metrics_listen = 9750\n", ":1: metrics_listen: HOST:PORT");
    expect_refusal("metrics_listen = :9750\n", ":1: metrics_listen: HOST:PORT");
    expect_refusal("#\nnonsense\n", ":2: neither a setting");
    expect_refusal("[half\n", ":1: neither a setting");
    expect_refusal("tls_cert = c\n", ": tls_cert and tls_key: both or neither");
    expect_refusal("rate_calls = x\nlinger_ms = y\n", ":1: rate_calls");
    /* An indented one is a setting like any other, and no value of the one above. */
    expect_refusal("data = a\n  linger = 5\n", ":2: linger: no such setting");
}

static void a_line_may_be_long_and_is_never_cut_in_two(void **state) {
    (void)state;
    struct config config;
    char why[512], text[10000], origins[9000];
    memset(origins, 'a', sizeof origins);
    for (size_t len = 180; len <= 8000; len += 17) {
        snprintf(text, sizeof text, "allowed_origins = %.*s rate_calls = 5\n", (int)len, origins);
        assert_int_equal(load(text, &config, why), 0);
        assert_int_equal(strlen(config.allowed_origins), len + strlen(" rate_calls = 5"));
        assert_int_equal(config.rate_calls, 600);
        config_fini(&config);
    }
    snprintf(text, sizeof text, "\ndata = %.*s rate_calls = 5\n", 8500, origins);
    expect_refusal(text, ":2: this line: it is too long");
    snprintf(text, sizeof text, "data = %.*s rate_calls = 5", 8500, origins);
    expect_refusal(text, ":1: this line: it is too long");
}

static void addresses_are_taken_apart(void **state) {
    (void)state;
    struct config config;
    assert_int_equal(config_init(&config), 0);
    assert_true(config_set_listen(&config, ":0"));
    SAME_TEXT(config.host, "127.0.0.1");
    assert_int_equal(config.port, 0);
    assert_true(config_set_listen(&config, "0.0.0.0:65535"));
    SAME_TEXT(config.host, "0.0.0.0");
    assert_true(config_set_listen(&config, "[fe80::1]:1"));
    SAME_TEXT(config.host, "fe80::1");
    static const char *const wrong[] = {"", "a", "a:", "a:x", "a:65536", "a:-1", "a:+1", "a: 1",
        "::1", "::1:80", "[]:80", "a b:1", "http://a:1", "a:1 "};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (config_set_listen(&config, wrong[i]))
            fail_msg("taken: %s", wrong[i]);
    SAME_TEXT(config.host, "fe80::1");
    assert_int_equal(config.port, 1);
    config_fini(&config);
}

static void what_is_no_file_is_refused(void **state) {
    (void)state;
    struct config config;
    char why[512];
    assert_int_equal(config_init(&config), 0);
    assert_int_equal(config_load(&config, "/nowhere/at/all", why, sizeof why), -ENOENT);
    assert_non_null(strstr(why, "/nowhere/at/all cannot be read"));
    assert_int_equal(config_load(&config, folder, why, sizeof why), -EINVAL);
    assert_int_equal(config_load(&config, "/dev/zero", why, sizeof why), -EINVAL);
    config_fini(&config);
}

#define SECRET "0123456789abcdef0123456789abcdef"

static int load_app(const char *text, mode_t mode, struct app *app) {
    char why[512];
    write_text(text, mode);
    int rc = config_load_app(app, path, why, sizeof why);
    assert_null(strstr(why, "sesame")); /* a secret is never told */
    return rc;
}

static void a_secret_that_is_not_one_is_refused(void **state) {
    (void)state;
    struct app app = {0};
    assert_int_equal(load_app("api_key=k\nsecret=" SECRET "\n", 0600, &app), 0);
    SAME_TEXT(app.api_key, "k");
    SAME_TEXT(app.secret, SECRET);
    app_fini(&app);
    assert_int_equal(app.secret[0], 0);
    assert_int_equal(load_app("api_key=k\nsecret=" SECRET "\n", 0640, &app), -EPERM);
    assert_int_equal(load_app("api_key=k\nsecret=" SECRET "\n", 0604, &app), -EPERM);
    assert_true(load_app("api_key=k\nsecret=open-sesame\n", 0600, &app) > 0);
    assert_true(load_app("api_key=k\n", 0600, &app) > 0);
    assert_true(load_app("secret=" SECRET "\n", 0600, &app) > 0);
    assert_true(load_app("api_key=\nsecret=" SECRET "\n", 0600, &app) > 0);
    assert_true(load_app("api_key=" SECRET "x\nsecret=" SECRET "\n", 0600, &app) > 0);
    assert_true(load_app("", 0600, &app) > 0);
    assert_int_equal(app.secret[0], 0);
}

static int begin(void **state) {
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/config.ini", folder);
    return 0;
}

static int end(void **state) {
    (void)state;
    unlink(path);
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(the_sample_says_the_defaults),
        CASE(every_setting_is_taken),
        CASE(what_is_wrong_is_named_with_its_line),
        CASE(a_line_may_be_long_and_is_never_cut_in_two),
        CASE(addresses_are_taken_apart),
        CASE(what_is_no_file_is_refused),
        CASE(a_secret_that_is_not_one_is_refused),
    };
    return cmocka_run_group_tests_name("server-config", cases, begin, end);
}
