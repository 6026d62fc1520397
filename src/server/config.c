/* SPDX-License-Identifier: MIT */
/*
 * One table says which settings there are, where they go and what is allowed, and the sample's text
 * stands beside it. Sections are a reading aid: names are unique without them.
 *
 * inih tells the number of the first line that was refused, and goes on: what was wrong there is
 * remembered, later refusals are not. It takes its manners from globals, of which Debian's are that
 * a line of more than 200 bytes goes on as the next one, and that an indented setting is the value
 * of the one above: neither is left so, and a line that is too long is refused.
 */
#include "server/config.h"
#include "wire/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST_FILE = 64 * 1024, LONGEST_LINE = 8 * 1024, SAID = 448 };

const char config_sample[] =
    "# Settings of porchlightd. What is commented out shows the default.\n"
    "# It is read at start, and again on SIGHUP; options on the command line come before it. What\n"
    "# says (restart) is not changed by a SIGHUP, the rest is, for all who connect from then on.\n"
    "\n"
    "# HOST:PORT; port 0: the system picks one. [::1]:8750 for IPv6. (restart)\n"
    "#listen = 127.0.0.1:8750\n"
    "# Where /metrics and /healthz are served, in plain HTTP and to everybody who can connect, as\n"
    "# 127.0.0.1:9750. Empty: nowhere. (restart)\n"
    "#metrics_listen =\n"
    "\n"
    "# Certificate and key in PEM, both or neither. Without them: plain HTTP. The files are\n"
    "# read again on SIGHUP; from plain to TLS or back: (restart)\n"
    "#tls_cert = /etc/porchlight/cert.pem\n"
    "#tls_key = /etc/porchlight/key.pem\n"
    "\n"
    "# The data folder, where --data does not say it. A relative one starts at this file.\n"
    "# (restart)\n"
    "#data = .\n"
    "\n"
    "# Connections in all; 0: as many as the limit of descriptors allows. 0 to 1000000.\n"
    "#max_connections = 0\n"
    "# Connections a user. 1 to 1000.\n"
    "#max_connections_per_user = 50\n"
    "# Connections an address (64 bits of an IPv6 one); 0: no limit. This machine's own are not\n"
    "# counted; a proxy on another one is one address. 0 to 1000000.\n"
    "#max_connections_per_address = 1000\n"
    "\n"
    "# Where development tokens are taken, while the app says so: on the loopback, where nobody "
    "but\n"
    "# this machine is listened to; or anywhere, where all who reach it may be anybody.\n"
    "#dev_tokens = loopback\n"
    "\n"
    "# Pages that may connect, parted by blanks: https://a.example https://b.example. None: any.\n"
    "#allowed_origins =\n"
    "\n"
    "# How long a dropped connection counts as online, in milliseconds. 0 to 600000.\n"
    "#linger_ms = 5000\n"
    "\n"
    "# Users a channel that one watch or query of channels listens to. 0 to 100.\n"
    "#listen_channel = 10\n"
    "# Users that one query of users listens to. 0 to 100.\n"
    "#listen_users = 30\n"
    "\n"
    "# Calls a minute, a user and endpoint; 0: no limit. 0 to 1000000.\n"
    "#rate_calls = 600\n"
    "\n"
    "# error, warning, info or debug.\n"
    "#log_level = info\n";

/* What a line of a file is read into. */
struct reading {
    void *to;
    char said[SAID]; /* what is wrong with the first line that is refused */
    FILE *file;
    int line, bad_line; /* the last that was read; the one that cannot be, or 0 */
};

static int refuse(struct reading *reading, const char *name, const char *allowed) {
    if (reading->said[0] == '\0')
        snprintf(reading->said, sizeof reading->said, "%.60s: %s", name, allowed);
    return 0;
}

/* ---- the settings ---- */

enum kind { NUMBER, LONG_NUMBER, TEXT };

static const struct setting {
    const char *name;
    enum kind kind;
    size_t offset;
    int64_t low, high;
} settings[] = {
#define AT(field) offsetof(struct config, field)
    {"tls_cert", TEXT, AT(tls_cert), 0, 0},
    {"tls_key", TEXT, AT(tls_key), 0, 0},
    {"data", TEXT, AT(data), 0, 0},
    {"allowed_origins", TEXT, AT(allowed_origins), 0, 0},
    {"max_connections", NUMBER, AT(max_connections), 0, 1000000},
    {"max_connections_per_user", NUMBER, AT(max_connections_per_user), 1, 1000},
    {"max_connections_per_address", NUMBER, AT(max_connections_per_address), 0, 1000000},
    {"linger_ms", LONG_NUMBER, AT(linger_ms), 0, 600000},
    {"listen_channel", NUMBER, AT(listen_channel), 0, 100},
    {"listen_users", NUMBER, AT(listen_users), 0, 100},
    {"rate_calls", NUMBER, AT(rate_calls), 0, 1000000},
#undef AT
};

int config_init(struct config *config) {
    *config = (struct config){
        .host = strdup("127.0.0.1"),
        .port = 8750,
        .linger_ms = 5000,
        .max_connections_per_user = LIMIT_CONNECTIONS_PER_USER,
        .max_connections_per_address = 1000,
        .rate_calls = 600,
        .listen_channel = LIMIT_LISTEN_CHANNEL,
        .listen_users = LIMIT_LISTEN_USERS,
        .log_level = LOG_INFO,
    };
    return config->host != NULL ? 0 : -ENOMEM;
}

void config_fini(struct config *config) {
    if (config == NULL)
        return;
    free(config->host);
    free(config->metrics_host);
    free(config->tls_cert);
    free(config->tls_key);
    free(config->data);
    free(config->allowed_origins);
    *config = (struct config){0};
}

static bool read_number(const char *text, int64_t low, int64_t high, int64_t *number) {
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 9 || text[digits] != '\0')
        return false;
    *number = strtoll(text, NULL, 10);
    return *number >= low && *number <= high;
}

/* Replaces *host where one is named. False: not HOST:PORT, or no memory; nothing changed. */
static bool read_address(const char *text, char **host, int *port) {
    const char *colon = strrchr(text, ':'), *at = text;
    int64_t number;
    if (colon == NULL || !read_number(colon + 1, 0, 65535, &number))
        return false;
    size_t len = (size_t)(colon - text);
    bool bracketed = len >= 2 && at[0] == '[' && at[len - 1] == ']';
    if (bracketed) {
        at++;
        len -= 2;
    }
    if (len > 255 || memchr(at, ' ', len) != NULL || memchr(at, '/', len) != NULL ||
        (!bracketed && memchr(at, ':', len) != NULL) || (bracketed && len == 0))
        return false;
    if (len > 0) {
        char *copy = strndup(at, len);
        if (copy == NULL)
            return false;
        free(*host);
        *host = copy;
    }
    *port = (int)number;
    return true;
}

bool config_set_listen(struct config *config, const char *text) {
    return read_address(text, &config->host, &config->port);
}

/* It has no default host that a mere port could be of. */
static bool set_metrics(struct config *config, const char *text) {
    free(config->metrics_host);
    config->metrics_host = NULL;
    if (text[0] == '\0')
        return true;
    return read_address(text, &config->metrics_host, &config->metrics_port) &&
           config->metrics_host != NULL;
}

static bool set_dev_tokens(struct config *config, const char *value) {
    config->dev_tokens_anywhere = strcmp(value, "anywhere") == 0;
    return config->dev_tokens_anywhere || strcmp(value, "loopback") == 0;
}

static int set_text(struct reading *reading, const struct setting *setting, const char *value) {
    char **at = (char **)((char *)reading->to + setting->offset);
    char *copy = value[0] != '\0' ? strdup(value) : NULL;
    if (value[0] != '\0' && copy == NULL)
        return refuse(reading, setting->name, "out of memory");
    free(*at);
    *at = copy;
    return 1;
}

static int set_number(struct reading *reading, const struct setting *setting, const char *value) {
    int64_t number;
    char allowed[80];
    if (!read_number(value, setting->low, setting->high, &number)) {
        snprintf(allowed, sizeof allowed, "a whole number from %lld to %lld is allowed",
            (long long)setting->low, (long long)setting->high);
        return refuse(reading, setting->name, allowed);
    }
    void *at = (char *)reading->to + setting->offset;
    if (setting->kind == LONG_NUMBER)
        *(int64_t *)at = number;
    else
        *(int *)at = (int)number;
    return 1;
}

static int set(void *context, const char *section, const char *name, const char *value) {
    (void)section;
    struct reading *reading = context;
    struct config *config = reading->to;
    if (strcmp(name, "listen") == 0)
        return config_set_listen(config, value)
                   ? 1
                   : refuse(reading, name, "HOST:PORT is allowed, with a port from 0 to 65535");
    if (strcmp(name, "metrics_listen") == 0)
        return set_metrics(config, value)
                   ? 1
                   : refuse(reading, name, "HOST:PORT is allowed, with a port from 0 to 65535");
    if (strcmp(name, "log_level") == 0)
        return log_level_from_name(value, &config->log_level)
                   ? 1
                   : refuse(reading, name, "error, warning, info or debug is allowed");
    if (strcmp(name, "dev_tokens") == 0)
        return set_dev_tokens(config, value)
                   ? 1
                   : refuse(reading, name, "loopback or anywhere is allowed");
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        if (strcmp(name, settings[i].name) == 0)
            return settings[i].kind == TEXT ? set_text(reading, &settings[i], value)
                                            : set_number(reading, &settings[i], value);
    }
    return refuse(reading, name,
        "no such setting; there are listen, metrics_listen, tls_cert, tls_key, data, "
        "max_connections, "
        "max_connections_per_user, max_connections_per_address, dev_tokens, allowed_origins, "
        "linger_ms, listen_channel, listen_users, "
        "rate_calls, log_level");
}

/* ---- files ---- */

static int open_file(FILE **out, const char *path, bool is_secret, char *why, size_t why_size) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), rc = fd < 0 ? -errno : 0;
    struct stat stat;
    if (rc == 0 && fstat(fd, &stat) != 0)
        rc = -errno;
    if (rc == 0 && (!S_ISREG(stat.st_mode) || stat.st_size > LARGEST_FILE))
        rc = -EINVAL;
    if (rc == 0 && is_secret && (stat.st_mode & 077) != 0) {
        snprintf(why, why_size, "%s may be read by others than its owner; run: chmod 600 %s", path,
            path);
        close(fd);
        return -EPERM;
    }
    if (rc == 0 && (*out = fdopen(fd, "r")) == NULL)
        rc = -errno;
    if (rc != 0) {
        snprintf(why, why_size, "%s cannot be read: %s", path, strerror(-rc));
        if (fd >= 0)
            close(fd);
    }
    return rc;
}

/* The next line, for inih. One that it could not read whole is the last. */
static char *next_line(char *to, int size, void *context) {
    struct reading *reading = context;
    int len = 0, c = 0;
    while (len < size - 1 && c != '\n' && (c = getc(reading->file)) != EOF && c != '\0')
        to[len++] = (char)c;
    to[len] = '\0';
    if (len == 0 && c == EOF)
        return NULL;
    reading->line++;
    if (c == '\n' || c == EOF)
        return to;
    refuse(reading, "this line", c == '\0' ? "it is no text" : "it is too long");
    reading->bad_line = reading->line;
    return NULL;
}

/* The first line that is wrong; 0: none is. */
static int parse(struct reading *reading, ini_handler handler) {
    ini_max_line = LONGEST_LINE;
    ini_allow_multiline = false;
    ini_allow_inline_comments = true;
    const int line = ini_parse_stream(next_line, reading, handler, reading);
    return line != 0 ? line : reading->bad_line;
}

static int read_file(
    const char *path, bool is_secret, ini_handler handler, void *to, char *why, size_t why_size) {
    struct reading reading = {.to = to};
    int rc = open_file(&reading.file, path, is_secret, why, why_size);
    if (rc != 0)
        return rc;
    int line = parse(&reading, handler);
    bool failed = ferror(reading.file) != 0;
    fclose(reading.file);
    if (line == 0 && !failed)
        return 0;
    snprintf(why, why_size, "%s:%d: %s", path, line,
        reading.said[0] != '\0' ? reading.said : "neither a setting (NAME = VALUE) nor a comment");
    return failed || line < 0 ? -EIO : 1;
}

/* A relative data folder starts at the file that names it. */
static int place_data(struct config *config, const char *path) {
    const char *slash = strrchr(path, '/');
    if (config->data == NULL || config->data[0] == '/' || slash == NULL)
        return 0;
    char *whole;
    if (asprintf(&whole, "%.*s/%s", (int)(slash - path), path, config->data) < 0)
        return -ENOMEM;
    free(config->data);
    config->data = whole;
    return 0;
}

int config_load(struct config *config, const char *path, char *why, size_t why_size) {
    int rc = read_file(path, false, set, config, why, why_size);
    if (rc != 0)
        return rc;
    if ((config->tls_cert == NULL) != (config->tls_key == NULL)) {
        snprintf(why, why_size, "%s: tls_cert and tls_key: both or neither", path);
        return 1;
    }
    rc = place_data(config, path);
    if (rc != 0)
        snprintf(why, why_size, "out of memory");
    return rc;
}

/* ---- the app ---- */

static int set_app(void *context, const char *section, const char *name, const char *value) {
    (void)section;
    struct reading *reading = context;
    struct app *app = reading->to;
    bool is_key = strcmp(name, "api_key") == 0;
    if (!is_key && strcmp(name, "secret") != 0)
        return refuse(reading, name, "no such setting; there are api_key and secret");
    size_t len = strlen(value), most = is_key ? sizeof app->api_key : sizeof app->secret;
    if (len == 0 || len >= most || (!is_key && len < 32))
        return refuse(reading, name, is_key ? "1 to 32 characters" : "32 to 256 characters");
    memcpy(is_key ? app->api_key : app->secret, value, len + 1);
    return 1;
}

int config_load_app(struct app *app, const char *path, char *why, size_t why_size) {
    struct app read = {0};
    int rc = read_file(path, true, set_app, &read, why, why_size);
    if (rc == 0 && (read.api_key[0] == '\0' || read.secret[0] == '\0')) {
        snprintf(why, why_size, "%s: %s is missing", path,
            read.api_key[0] == '\0' ? "api_key" : "secret");
        rc = 1;
    }
    if (rc == 0)
        *app = read;
    app_fini(&read);
    return rc;
}

void app_fini(struct app *app) {
    explicit_bzero(app, sizeof *app);
}
