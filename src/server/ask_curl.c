/* SPDX-License-Identifier: MIT */
/*
 * The token that is sent along may do everything, so it goes to the address it is meant for and
 * nowhere else: no proxy, no redirect. Over TLS the server is who holds the key of exactly this
 * certificate: it is the only one that is trusted, and its name is not compared, for we come by way
 * of the loopback. The reply is bounded.
 */
#include "server/ask_curl.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIME_OUT_MS = 30 * 1000, REPLY_MOST = 16 * 1024 * 1024 };

static size_t take(char *from, size_t size, size_t count, void *to) {
    struct bytes *reply = to;
    size_t len = size * count;
    if (len > REPLY_MOST - reply->len)
        return 0;
    bytes_append(reply, from, len);
    return bytes_failed(reply) ? 0 : len;
}

static int add_header(struct curl_slist **list, const char *name, const char *value) {
    struct bytes line = BYTES_EMPTY;
    bytes_printf(&line, "%s: %s", name, value);
    struct curl_slist *longer = bytes_failed(&line) ? NULL
                                                    : curl_slist_append(*list, bytes_text(&line));
    if (line.at != NULL)
        explicit_bzero(line.at, line.len);
    bytes_fini(&line);
    if (longer == NULL)
        return -ENOMEM;
    *list = longer;
    return 0;
}

static int make_headers(struct curl_slist **list, const struct ask *ask) {
    int rc = add_header(list, "Authorization", ask->token);
    if (rc == 0)
        rc = add_header(list, "stream-auth-type", "jwt");
    if (rc == 0)
        rc = add_header(list, "X-Stream-Client", "porchlightd-admin/" PORCHLIGHT_VERSION);
    if (rc == 0)
        rc = add_header(list, "Content-Type", "application/json");
    if (rc == 0)
        rc = add_header(list, "Expect", "");
    return rc;
}

static int trust(CURL *easy, const char *certificate) {
    struct curl_blob only = {
        .data = (void *)certificate, .len = strlen(certificate), .flags = CURL_BLOB_COPY};
    CURLcode rc = curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &only);
    if (rc == CURLE_OK)
        rc = curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    if (rc == CURLE_OK)
        rc = curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    return rc == CURLE_OK ? 0 : -EIO;
}

static int set_up(CURL *easy, const struct ask *ask, const struct curl_slist *headers,
    struct bytes *reply, char *said) {
    CURLcode bad = curl_easy_setopt(easy, CURLOPT_URL, ask->url);
    bad |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    bad |= curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, ask->method);
    bad |= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    bad |= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    bad |= curl_easy_setopt(easy, CURLOPT_PROXY, "");
    bad |= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    bad |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    bad |= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)TIME_OUT_MS);
    bad |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
    bad |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, reply);
    bad |= curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, said);
    if (ask->body != NULL)
        bad |= curl_easy_setopt(easy, CURLOPT_POSTFIELDS, ask->body);
    if (bad != CURLE_OK)
        return -ENOMEM;
    return ask->certificate != NULL ? trust(easy, ask->certificate) : 0;
}

int ask(const struct ask *ask, long *status, struct bytes *reply, char *why, size_t why_size) {
    char said[CURL_ERROR_SIZE] = "";
    struct curl_slist *headers = NULL;
    CURL *easy = curl_easy_init();
    snprintf(why, why_size, "out of memory");
    int rc = easy != NULL ? make_headers(&headers, ask) : -ENOMEM;
    if (rc == 0)
        rc = set_up(easy, ask, headers, reply, said);
    if (rc == 0) {
        CURLcode end = curl_easy_perform(easy);
        snprintf(why, why_size, "%s", said[0] != '\0' ? said : curl_easy_strerror(end));
        rc = end == CURLE_OK                ? 0
             : end == CURLE_COULDNT_CONNECT ? -ECONNREFUSED
             : end == CURLE_OUT_OF_MEMORY   ? -ENOMEM
                                            : -EIO;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, status);
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(easy);
    return rc;
}

void ask_escape(struct bytes *to, const char *text) {
    char *escaped = curl_easy_escape(NULL, text, 0);
    if (escaped == NULL)
        to->failed = true;
    else
        bytes_append_text(to, escaped);
    curl_free(escaped);
}
