/* SPDX-License-Identifier: MIT */
/*
 * Memory that runs out once in a real program: the n-th allocation of its own, of cJSON and of the
 * other libraries that let themselves be told where memory comes from (SQLite, libuv, libcrypto)
 * fails. The program is the one that is shipped, linked once more with malloc() and its kin led
 * here; PORCHLIGHT_MEMORY names a file that it and the driver both map, and without it nothing ever
 * fails. What ncurses, libcurl and the C library need for themselves is not touched.
 */
#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef SCARCE_SERVER
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <sqlite3.h>
#include <uv.h>
#endif

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#define SHOW_STACK() __sanitizer_print_stack_trace()
#else
#define SHOW_STACK() (void)0
#endif

/* As scarce.py and the tests in a terminal have it. */
struct control {
    _Atomic uint64_t nth;    /* this one fails; 0: none does */
    _Atomic uint64_t count;  /* how many were asked for since the driver set it to 0 */
    _Atomic uint64_t failed; /* how many failed */
    _Atomic uint64_t shows;  /* say where, on stderr */
};

static struct control *control;

static bool fails(void) {
    if (control == NULL)
        return false;
    const uint64_t number = ++control->count;
    if (number != control->nth)
        return false;
    control->failed++;
    if (control->shows != 0)
        SHOW_STACK();
    errno = ENOMEM;
    return true;
}

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *at, size_t bytes);
void *__real_reallocarray(void *at, size_t count, size_t bytes);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t len);
int __real_vasprintf(char **to, const char *format, va_list args);

void *__wrap_malloc(size_t bytes);
void *__wrap_malloc(size_t bytes) {
    return fails() ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes) {
    return fails() ? NULL : __real_calloc(count, bytes);
}

void *__wrap_realloc(void *at, size_t bytes);
void *__wrap_realloc(void *at, size_t bytes) {
    return bytes > 0 && fails() ? NULL : __real_realloc(at, bytes);
}

void *__wrap_reallocarray(void *at, size_t count, size_t bytes);
void *__wrap_reallocarray(void *at, size_t count, size_t bytes) {
    return fails() ? NULL : __real_reallocarray(at, count, bytes);
}

char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text) {
    return fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t len);
char *__wrap_strndup(const char *text, size_t len) {
    return fails() ? NULL : __real_strndup(text, len);
}

int __wrap_vasprintf(char **to, const char *format, va_list args);
int __wrap_vasprintf(char **to, const char *format, va_list args) {
    return fails() ? -1 : __real_vasprintf(to, format, args);
}

int __wrap_asprintf(char **to, const char *format, ...) __attribute__((format(printf, 2, 3)));
int __wrap_asprintf(char **to, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const int len = __wrap_vasprintf(to, format, args);
    va_end(args);
    return len;
}

#ifdef SCARCE_SERVER
/* SQLite asks how large what it has is: the size stands before it. */
enum { BEFORE = 16 };

static void *sql_resize(void *at, int bytes) {
    char *from = at != NULL ? (char *)at - BEFORE : NULL;
    char *memory = fails() ? NULL : __real_realloc(from, (size_t)bytes + BEFORE);
    if (memory == NULL)
        return NULL;
    memcpy(memory, &bytes, sizeof bytes);
    return memory + BEFORE;
}

static void *sql_make(int bytes) {
    return sql_resize(NULL, bytes);
}

static void sql_free(void *at) {
    if (at != NULL)
        free((char *)at - BEFORE);
}

static int sql_size(void *at) {
    int bytes = 0;
    if (at != NULL)
        memcpy(&bytes, (char *)at - BEFORE, sizeof bytes);
    return bytes;
}

static int sql_round(int bytes) {
    return (bytes + 7) & ~7;
}

static int sql_begin(void *context) {
    (void)context;
    return SQLITE_OK;
}

static void sql_end(void *context) {
    (void)context;
}

static void *ssl_make(size_t bytes, const char *file, int line) {
    (void)file, (void)line;
    return bytes == 0 ? NULL : __wrap_malloc(bytes);
}

static void ssl_free(void *at, const char *file, int line) {
    (void)file, (void)line;
    free(at);
}

static void *ssl_resize(void *at, size_t bytes, const char *file, int line) {
    if (at == NULL)
        return ssl_make(bytes, file, line);
    if (bytes == 0) {
        free(at);
        return NULL;
    }
    return __wrap_realloc(at, bytes);
}

/* Where it sets itself up, OpenSSL 3.0 goes on with a lock that it could not make, and dies: so
 * that is done before memory is short. */
static void set_up_ssl(void) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    CRYPTO_set_mem_functions(ssl_make, ssl_resize, ssl_free);
    HMAC(EVP_sha256(), "", 0, digest, 0, digest, &len);
    SHA1(digest, 0, digest);
    SHA256(digest, 0, digest);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_DigestInit_ex(context, EVP_sha256(), NULL);
    EVP_MD_CTX_free(context);
}

static void lead_libraries_here(void) {
    static const sqlite3_mem_methods sql = {
        sql_make, sql_free, sql_resize, sql_size, sql_round, sql_begin, sql_end, NULL};
    sqlite3_config(SQLITE_CONFIG_MALLOC, &sql);
    uv_replace_allocator(__wrap_malloc, __wrap_realloc, __wrap_calloc, free);
    set_up_ssl();
}
#else
static void lead_libraries_here(void) {
}
#endif

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("PORCHLIGHT_MEMORY");
    const int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *at = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (at == MAP_FAILED)
        return;
    static cJSON_Hooks hooks = {.malloc_fn = __wrap_malloc, .free_fn = free};
    cJSON_InitHooks(&hooks);
    lead_libraries_here();
    control = at;
}
