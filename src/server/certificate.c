/* SPDX-License-Identifier: MIT */
/*
 * A context of its own holds each pair that was read: that is the whole check, and a place to keep
 * it. It is given to each handshake by the callback made for that, after everything the connection
 * inherited is cleared: put into the living context instead, an old RSA certificate would stay
 * beside a new one of another kind, and be shown to some.
 */
#include "server/certificate.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>

struct certificate {
    SSL_CTX *pair;
};

/* A key with a passphrase would be asked for on the terminal. */
static int no_passphrase(char *to, int size, int writing, void *context) {
    (void)to;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

/* Leaves OpenSSL's list of errors empty, as who comes next expects it. */
static int fault(const char *path, const char *what, char *why, size_t why_size) {
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    snprintf(why, why_size, "%s %s: %s", path, what, reason != NULL ? reason : "unreadable");
    ERR_clear_error();
    return -EINVAL;
}

static int read_pair(
    SSL_CTX *into, const char *cert_path, const char *key_path, char *why, size_t why_size) {
    SSL_CTX_set_default_passwd_cb(into, no_passphrase);
    if (SSL_CTX_use_certificate_chain_file(into, cert_path) != 1)
        return fault(cert_path, "is no certificate", why, why_size);
    /* A key of another kind has a place of its own in a context, and is taken: hence the check. */
    if (SSL_CTX_use_PrivateKey_file(into, key_path, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(into) != 1)
        return fault(key_path, "is no key of this certificate", why, why_size);
    return 0;
}

int certificate_read(struct certificate **out, const char *cert_path, const char *key_path,
    char *why, size_t why_size) {
    struct certificate *certificate = calloc(1, sizeof *certificate);
    ERR_clear_error();
    if (certificate == NULL || (certificate->pair = SSL_CTX_new(TLS_server_method())) == NULL) {
        certificate_destroy(certificate);
        ERR_clear_error();
        snprintf(why, why_size, "out of memory");
        return -ENOMEM;
    }
    const int rc = read_pair(certificate->pair, cert_path, key_path, why, why_size);
    if (rc == 0)
        *out = certificate;
    else
        certificate_destroy(certificate);
    return rc;
}

void certificate_destroy(struct certificate *certificate) {
    if (certificate == NULL)
        return;
    SSL_CTX_free(certificate->pair);
    free(certificate);
}

/* 1: it may go on; 0: the handshake fails. */
static int give(SSL *tls, void *context) {
    struct certificate **shown = context;
    SSL_CTX *pair = (*shown)->pair;
    STACK_OF(X509) *chain = NULL;
    SSL_CTX_get0_chain_certs(pair, &chain);
    SSL_certs_clear(tls);
    return SSL_use_cert_and_key(
        tls, SSL_CTX_get0_certificate(pair), SSL_CTX_get0_privatekey(pair), chain, 1);
}

void certificate_show(void *tls_context, struct certificate **shown) {
    SSL_CTX_set_cert_cb(tls_context, give, shown);
}
