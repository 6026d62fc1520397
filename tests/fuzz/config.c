/* SPDX-License-Identifier: MIT */
/*
 * porchlightd's file of settings, and that of its app: what is taken is within what the sample
 * says, and written down again it means the same; what is refused says where and what is allowed.
 */
#include "fuzz/file.h"

#include "base/bytes.h"
#include "server/config.h"

static void check_refusal(const char *why, const char *path) {
    HOLDS(strncmp(why, path, strlen(path)) == 0);
    HOLDS(strlen(why) > strlen(path) + 2 && strlen(why) < 500);
}

static void check_ranges(const struct config *config) {
    HOLDS(config->host != NULL && config->host[0] != '\0' && strchr(config->host, '/') == NULL);
    HOLDS(config->port >= 0 && config->port <= 65535);
    HOLDS(config->metrics_host == NULL || config->metrics_host[0] != '\0');
    HOLDS(config->metrics_port >= 0 && config->metrics_port <= 65535);
    HOLDS((config->tls_cert == NULL) == (config->tls_key == NULL));
    HOLDS(config->max_connections >= 0 && config->max_connections <= 1000000);
    HOLDS(config->max_connections_per_user >= 1 && config->max_connections_per_user <= 1000);
    HOLDS(
        config->max_connections_per_address >= 0 && config->max_connections_per_address <= 1000000);
    HOLDS(config->linger_ms >= 0 && config->linger_ms <= 600000);
    HOLDS(config->listen_channel >= 0 && config->listen_channel <= 100);
    HOLDS(config->listen_users >= 0 && config->listen_users <= 100);
    HOLDS(config->rate_calls >= 0 && config->rate_calls <= 1000000);
}

static void print_text(struct bytes *to, const char *name, const char *value) {
    if (value != NULL)
        bytes_printf(to, "%s=%s\n", name, value); /* " ;" would begin a comment */
}

static void print(struct bytes *to, const struct config *config) {
    static const char *const levels[] = {[LOG_ERROR] = "error",
        [LOG_WARNING] = "warning",
        [LOG_INFO] = "info",
        [LOG_DEBUG] = "debug"};
    const bool six = strchr(config->host, ':') != NULL;
    bytes_printf(to, six ? "listen=[%s]:%d\n" : "listen=%s:%d\n", config->host, config->port);
    if (config->metrics_host != NULL)
        bytes_printf(to,
            strchr(config->metrics_host, ':') != NULL ? "metrics_listen=[%s]:%d\n"
                                                      : "metrics_listen=%s:%d\n",
            config->metrics_host, config->metrics_port);
    print_text(to, "tls_cert", config->tls_cert);
    print_text(to, "tls_key", config->tls_key);
    print_text(to, "data", config->data);
    print_text(to, "allowed_origins", config->allowed_origins);
    bytes_printf(to,
        "max_connections = %d\nmax_connections_per_user = %d\nlinger_ms = %lld\n"
        "max_connections_per_address = %d\ndev_tokens = %s\n"
        "listen_channel = %d\nlisten_users = %d\nrate_calls = %d\nlog_level = %s\n",
        config->max_connections, config->max_connections_per_user, (long long)config->linger_ms,
        config->max_connections_per_address, config->dev_tokens_anywhere ? "anywhere" : "loopback",
        config->listen_channel, config->listen_users, config->rate_calls,
        levels[config->log_level]);
}

/* Written, read and written again. */
static void check_round(const struct config *config) {
    struct bytes first = BYTES_EMPTY, second = BYTES_EMPTY;
    struct config again;
    char why[512] = "";
    print(&first, config);
    struct file file = file_of(bytes_text(&first), first.len);
    HOLDS(config_init(&again) == 0);
    HOLDS(config_load(&again, file.path, why, sizeof why) == 0);
    print(&second, &again);
    HOLDS(strcmp(bytes_text(&first), bytes_text(&second)) == 0);
    file_end(&file);
    config_fini(&again);
    bytes_fini(&first);
    bytes_fini(&second);
}

static void check_config(const struct file *file) {
    struct config config;
    char why[512] = "";
    HOLDS(config_init(&config) == 0);
    const int rc = config_load(&config, file->path, why, sizeof why);
    HOLDS(rc >= 0);
    if (rc > 0) {
        check_refusal(why, file->path);
    } else {
        check_ranges(&config);
        check_round(&config);
    }
    config_fini(&config);
}

static void check_app(const struct file *file) {
    struct app app = {0};
    char why[512] = "";
    const int rc = config_load_app(&app, file->path, why, sizeof why);
    HOLDS(rc >= 0);
    if (rc > 0) {
        check_refusal(why, file->path);
        HOLDS(app.api_key[0] == '\0' && app.secret[0] == '\0');
    } else {
        HOLDS(strlen(app.api_key) >= 1 && strlen(app.api_key) <= 32);
        HOLDS(strlen(app.secret) >= 32 && strlen(app.secret) <= 256);
    }
    app_fini(&app);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    struct file file = file_of(bytes, len);
    check_config(&file);
    check_app(&file);
    file_end(&file);
    return 0;
}
