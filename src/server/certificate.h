/* SPDX-License-Identifier: MIT */
/*
 * The server's certificate and key, read from their files, and shown to whoever begins a TLS
 * connection from then on; connections that stand keep what they have. The keeper of OpenSSL's TLS
 * half; everything else about TLS is libwebsockets'.
 */
#ifndef SERVER_CERTIFICATE_H
#define SERVER_CERTIFICATE_H

#include <stddef.h>

struct certificate;

/* Read a chain and its key (PEM, without a passphrase). 0; < 0: -errno, and `why` says it to a
 * person: it cannot be read, or the key belongs to another certificate. */
int certificate_read(struct certificate **out, const char *cert_path, const char *key_path,
    char *why, size_t why_size);
void certificate_destroy(struct certificate *certificate);

/* Let a TLS context (an SSL_CTX) show, at each handshake, the one that *shown points to then.
 * `shown` must outlive the context's last handshake. */
void certificate_show(void *tls_context, struct certificate **shown);

#endif
