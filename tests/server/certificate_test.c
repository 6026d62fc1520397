/* SPDX-License-Identifier: MIT */
/* Pairs of openssl(1)'s making, and handshakes in memory: which certificate does a client see? */
#include "support/case.h"

#include "server/certificate.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <unistd.h>

static char folder[] = "/tmp/porchlight-certificate-XXXXXX";
static char why[256];

static void shell(const char *form, ...) __attribute__((format(printf, 1, 2)));

static void shell(const char *form, ...) {
    char line[512];
    va_list args;
    va_start(args, form);
    vsnprintf(line, sizeof line, form, args);
    va_end(args);
    if (system(line) != 0)
        fail_msg("%s", line);
}

/* NAME.pem and NAME.key. */
static void make(const char *name, const char *kind) {
    shell("cd %s && openssl req -x509 -newkey %s -nodes -days 2 -subj /CN=%s -keyout %s.key "
          "-out %s.pem 2>/dev/null",
        folder, kind, name, name, name);
}

static int make_all(void **state) {
    (void)state;
    make("ash", "rsa:2048");
    make("birch", "ec -pkeyopt ec_paramgen_curve:P-256");
    shell("cd %s && openssl rsa -aes128 -passout pass:x -in ash.key -out locked.key 2>/dev/null",
        folder);
    shell("cd %s && cat ash.pem birch.pem > chain.pem && echo nonsense > nonsense", folder);
    return 0;
}

static int remove_all(void **state) {
    (void)state;
    shell("rm -r %s", folder);
    return 0;
}

static int read_pair(struct certificate **out, const char *cert, const char *key) {
    char cert_path[64], key_path[64];
    snprintf(cert_path, sizeof cert_path, "%s/%s", folder, cert);
    snprintf(key_path, sizeof key_path, "%s/%s", folder, key);
    why[0] = '\0';
    return certificate_read(out, cert_path, key_path, why, sizeof why);
}

static struct certificate *good(const char *cert, const char *key) {
    struct certificate *certificate = NULL;
    if (read_pair(&certificate, cert, key) != 0)
        fail_msg("%s", why);
    return certificate;
}

static void what_is_no_pair_is_refused_and_named(void **state) {
    (void)state;
    static const char *const wrong[][3] = {{"nowhere", "ash.key", "nowhere"},
        {"nonsense", "ash.key", "nonsense"}, {"ash.key", "ash.key", "ash.key"},
        {"ash.pem", "nowhere", "nowhere"}, {"ash.pem", "birch.key", "birch.key"},
        {"ash.pem", "ash.pem", "ash.pem"}, {"ash.pem", "locked.key", "locked.key"},
        {".", ".", "/."}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct certificate *certificate = NULL;
        if (read_pair(&certificate, wrong[i][0], wrong[i][1]) >= 0)
            fail_msg("taken: %s %s", wrong[i][0], wrong[i][1]);
        assert_null(certificate);
        if (strstr(why, wrong[i][2]) == NULL)
            fail_msg("%s is not named: %s", wrong[i][2], why);
        assert_int_equal(ERR_peek_error(), 0); /* nothing is left for others to trip over */
    }
}

/* The name on the certificate that a client is shown, and how many stand behind it; "" when they
 * cannot agree. */
struct seen {
    char name[32];
    int chain;
};

static struct seen shake(SSL_CTX *server_context, const char *ciphers) {
    struct seen seen = {"", 0};
    BIO *near, *far;
    SSL_CTX *client_context = SSL_CTX_new(TLS_client_method());
    if (ciphers != NULL) {
        SSL_CTX_set_max_proto_version(client_context, TLS1_2_VERSION);
        assert_int_equal(SSL_CTX_set_cipher_list(client_context, ciphers), 1);
    }
    SSL *server = SSL_new(server_context), *client = SSL_new(client_context);
    assert_int_equal(BIO_new_bio_pair(&near, 65536, &far, 65536), 1);
    SSL_set_bio(server, near, near);
    SSL_set_bio(client, far, far);
    SSL_set_accept_state(server);
    SSL_set_connect_state(client);
    for (int turn = 0; turn < 10 && !SSL_is_init_finished(client); turn++) {
        SSL_do_handshake(client);
        SSL_do_handshake(server);
    }
    X509 *shown = SSL_is_init_finished(client) ? SSL_get0_peer_certificate(client) : NULL;
    if (shown != NULL) {
        X509_NAME_get_text_by_NID(
            X509_get_subject_name(shown), NID_commonName, seen.name, sizeof seen.name);
        seen.chain = sk_X509_num(SSL_get_peer_cert_chain(client)) - 1;
    }
    SSL_free(server);
    SSL_free(client);
    SSL_CTX_free(client_context);
    ERR_clear_error();
    return seen;
}

static void each_handshake_shows_what_is_there_then(void **state) {
    (void)state;
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    struct certificate *shown = good("ash.pem", "ash.key");
    certificate_show(context, &shown);
    SAME_TEXT(shake(context, NULL).name, "ash");
    SAME_TEXT(shake(context, "aRSA").name, "ash");
    certificate_destroy(shown);
    shown = good("birch.pem", "birch.key");
    SAME_TEXT(shake(context, NULL).name, "birch");
    SAME_TEXT(shake(context, "aRSA").name, ""); /* nothing of the old one */
    certificate_destroy(shown);
    shown = good("chain.pem", "ash.key");
    const struct seen seen = shake(context, NULL);
    SAME_TEXT(seen.name, "ash");
    assert_int_equal(seen.chain, 1);
    certificate_destroy(shown);
    SSL_CTX_free(context);
}

/* As libwebsockets has it: one was loaded into the context before. */
static void what_the_context_had_is_not_shown(void **state) {
    (void)state;
    char path[64], key[64];
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    snprintf(path, sizeof path, "%s/ash.pem", folder);
    snprintf(key, sizeof key, "%s/ash.key", folder);
    assert_int_equal(SSL_CTX_use_certificate_chain_file(context, path), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM), 1);
    struct certificate *shown = good("birch.pem", "birch.key");
    certificate_show(context, &shown);
    SAME_TEXT(shake(context, NULL).name, "birch");
    SAME_TEXT(shake(context, "aRSA").name, "");
    certificate_destroy(shown);
    certificate_destroy(NULL);
    SSL_CTX_free(context);
}

int main(void) {
    if (mkdtemp(folder) == NULL)
        return 1;
    const struct CMUnitTest cases[] = {
        CASE(what_is_no_pair_is_refused_and_named),
        CASE(each_handshake_shows_what_is_there_then),
        CASE(what_the_context_had_is_not_shown),
    };
    return cmocka_run_group_tests_name("server-certificate", cases, make_all, remove_all);
}
