/* SPDX-License-Identifier: MIT */
/*
 * Tokens, nearly all of them wrong. A row is a header and claims (' stands for ") signed rightly
 * with the app's secret, so that what is refused is refused for what it says; the rows of the
 * second table are whole texts, broken in the writing.
 */
#include "support/case.h"

#include "server/token.h"

#include <errno.h>
#include <unistd.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#define NOW 1700000000
#define HEAD "{'alg':'HS256','typ':'JWT'}"
#define BOB "{'user_id':'bob'}"

static const char SECRET[] = "0123456789abcdef0123456789abcdef";

/* base64url of a text in which ' is ". */
static void encode(char *to, const void *from, size_t len) {
    EVP_EncodeBlock((unsigned char *)to, from, (int)len);
    for (char *at = to; *at != '\0'; at++)
        *at = *at == '+' ? '-' : *at == '/' ? '_' : *at;
    to[strcspn(to, "=")] = '\0';
}

static char *part(char *to, const char *text) {
    char copy[1024];
    snprintf(copy, sizeof copy, "%s", text);
    for (char *at = copy; (at = strchr(at, '\'')) != NULL;)
        *at = '"';
    encode(to, copy, strlen(copy));
    return to + strlen(to);
}

static void sign(char *token, const char *head, const char *claims, const char *secret) {
    unsigned char mac[64];
    unsigned len = 0;
    char *at = part(token, head);
    *at++ = '.';
    at = part(at, claims);
    HMAC(EVP_sha256(), secret, (int)strlen(secret), (unsigned char *)token, (size_t)(at - token),
        mac, &len);
    *at++ = '.';
    encode(at, mac, len);
}

static int check(struct token *token, const char *text) {
    const char *why = NULL;
    const int code = token_check(token, text, SECRET, strlen(SECRET), NOW * INT64_C(1000000), &why);
    if (code != 0 && (why == NULL || why[0] == '\0'))
        fail_msg("%s: refused with %d and no reason", text, code);
    return code;
}

static const struct row {
    const char *head, *claims;
    int code;
} rows[] = {
    {HEAD, BOB, 0},
    {"{'alg':'HS256'}", BOB, 0},
    {"{'typ':'at+jwt','alg':'HS256','kid':'7'}", BOB, 0},
    {HEAD, "{'server':true}", 0},
    {HEAD, "{'user_id':'bob','server':false}", 0},
    {HEAD, "{'user_id':'bob','role':'admin','more':[1,{'a':null}]}", 0},
    /* the algorithm */
    {"{'alg':'none'}", BOB, 5},
    {"{'alg':'None'}", BOB, 5},
    {"{'alg':''}", BOB, 5},
    {"{'alg':'hs256'}", BOB, 5},
    {"{'alg':'HS256 '}", BOB, 5},
    {"{'alg':'HS384'}", BOB, 5},
    {"{'alg':'HS512'}", BOB, 5},
    {"{'alg':'RS256'}", BOB, 5},
    {"{'alg':['HS256']}", BOB, 5},
    {"{'alg':{'alg':'HS256'}}", BOB, 5},
    {"{'alg':256}", BOB, 5},
    {"{'alg':null}", BOB, 5},
    {"{'typ':'JWT'}", BOB, 5},
    {"{'ALG':'HS256'}", BOB, 5},
    {"{'alg':'none','alg':'HS256'}", BOB, 5},
    {"{'alg':'HS256','crit':['exp']}", BOB, 5},
    {"{'alg':'HS256','crit':null}", BOB, 5},
    {"[]", BOB, 5},
    {"'HS256'", BOB, 5},
    {"", BOB, 5},
    {"{'alg':'HS256'", BOB, 5},
    /* who */
    {HEAD, "{}", 5},
    {HEAD, "[]", 5},
    {HEAD, "", 5},
    {HEAD, "{'user_id':'bob'", 5},
    {HEAD, "{'user_id':7}", 5},
    {HEAD, "{'user_id':null}", 5},
    {HEAD, "{'user_id':''}", 5},
    {HEAD, "{'user_id':'b b'}", 5},
    {HEAD, "{'user_id':'b/../c'}", 5},
    {HEAD, "{'user_id':['bob']}", 5},
    {HEAD, "{'USER_ID':'bob'}", 5},
    {HEAD, "{'user_id':'bob','user_id':'eve'}", 5},
    {HEAD, "{'user_id':'bob\\u0000eve'}", 5},
    {HEAD, "{'server':'true','user_id':'bob'}", 5},
    {HEAD, "{'server':1}", 5},
    {HEAD, "{'server':false}", 5},
    {HEAD, "{'server':true,'user_id':'bob'}", 5},
    /* when: NOW is 1700000000 */
    {HEAD, "{'user_id':'bob','exp':1700000001}", 0},
    {HEAD, "{'user_id':'bob','exp':1700000000}", 40},
    {HEAD, "{'user_id':'bob','exp':1}", 40},
    {HEAD, "{'user_id':'bob','exp':9007199254740991}", 0},
    {HEAD, "{'user_id':'bob','exp':1e300}", 5},
    {HEAD, "{'user_id':'bob','exp':'1800000000'}", 5},
    {HEAD, "{'user_id':'bob','exp':1800000000.5}", 5},
    {HEAD, "{'user_id':'bob','exp':null}", 5},
    {HEAD, "{'user_id':'bob','exp':true}", 5},
    {HEAD, "{'user_id':'bob','exp':-1}", 5},
    {HEAD, "{'user_id':'bob','nbf':1700000005}", 0},
    {HEAD, "{'user_id':'bob','nbf':1700000006}", 41},
    {HEAD, "{'user_id':'bob','nbf':9007199254740991}", 41},
    {HEAD, "{'user_id':'bob','nbf':'x'}", 5},
    {HEAD, "{'user_id':'bob','iat':1700000005}", 0},
    {HEAD, "{'user_id':'bob','iat':1700000006}", 42},
    {HEAD, "{'user_id':'bob','iat':1.5}", 5},
    {HEAD, "{'server':true,'exp':1600000000}", 40},
    {HEAD, "{'user_id':'bob','exp':1600000000,'nbf':1800000000}", 40},
};

static void each_token_is_judged_by_what_it_says(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[4096];
        struct token token;
        sign(text, rows[i].head, rows[i].claims, SECRET);
        const int code = check(&token, text);
        if (code != rows[i].code)
            fail_msg("%s %s: got %d, wanted %d", rows[i].head, rows[i].claims, code, rows[i].code);
    }
}

static void what_a_good_token_says_is_read(void **state) {
    (void)state;
    char text[4096];
    struct token token;
    sign(text, HEAD, "{'user_id':'b@b_-','iat':3,'exp':1800000000,'nbf':4}", SECRET);
    assert_int_equal(check(&token, text), 0);
    assert_string_equal(token.user_id, "b@b_-");
    assert_false(token.server);
    assert_int_equal(token.exp_unix_s, 1800000000);
    assert_int_equal(token.nbf_unix_s, 4);
    assert_int_equal(token.iat_unix_s, 3);
    sign(text, HEAD, "{'server':true}", SECRET);
    assert_int_equal(check(&token, text), 0);
    assert_true(token.server);
    assert_string_equal(token.user_id, "");
    sign(text, HEAD, "{'user_id':'bob','exp':1}", SECRET);
    assert_int_equal(check(&token, text), 40);
    assert_string_equal(token.user_id, "bob");
}

static void an_id_may_be_as_long_as_ids_are_and_no_longer(void **state) {
    (void)state;
    char text[4096], claims[400];
    struct token token;
    for (int len = LIMIT_USER_ID; len <= LIMIT_USER_ID + 1; len++) {
        snprintf(claims, sizeof claims, "{'user_id':'%0*d'}", len, 7);
        sign(text, HEAD, claims, SECRET);
        assert_int_equal(check(&token, text), len == LIMIT_USER_ID ? 0 : 5);
    }
}

static void another_secret_signs_nothing(void **state) {
    (void)state;
    char text[4096];
    struct token token;
    sign(text, HEAD, BOB, "0123456789abcdef0123456789abcdeF");
    assert_int_equal(check(&token, text), 43);
    sign(text, HEAD, BOB, "");
    assert_int_equal(check(&token, text), 43);
    /* The signature of one token under another's claims. */
    char other[4096];
    sign(text, HEAD, BOB, SECRET);
    sign(other, HEAD, "{'user_id':'eve'}", SECRET);
    strcpy(strrchr(other, '.'), strrchr(text, '.'));
    assert_int_equal(check(&token, other), 43);
}

static void every_changed_character_is_noticed(void **state) {
    (void)state;
    char text[4096];
    struct token token;
    sign(text, HEAD, BOB, SECRET);
    const size_t len = strlen(text);
    for (size_t i = 0; i < len; i++) {
        const char was = text[i];
        for (const char *c = "A_-.=+/ \n\x80"; *c != '\0'; c++) {
            text[i] = *c;
            if (*c != was)
                assert_int_not_equal(check(&token, text), 0);
        }
        text[i] = was;
    }
    assert_int_equal(check(&token, text), 0);
}

/* 32 bytes are 42 characters and four bits: the last two bits of the 43rd must be none. */
static void a_signature_has_one_spelling(void **state) {
    (void)state;
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char text[4096];
    struct token token;
    sign(text, HEAD, BOB, SECRET);
    char *last = text + strlen(text) - 1;
    const long value = strchr(alphabet, *last) - alphabet;
    assert_int_equal(value & 3, 0);
    for (int stray = 1; stray < 4; stray++) {
        *last = alphabet[value + stray];
        assert_int_equal(check(&token, text), 43);
    }
    *last = alphabet[value];
    assert_int_equal(check(&token, text), 0);
    strcat(text, "=");
    assert_int_equal(check(&token, text), 43);
    text[strlen(text) - 2] = '\0';
    assert_int_equal(check(&token, text), 43);
    strcat(text, "AAAA"); /* more bytes than a signature has */
    assert_int_equal(check(&token, text), 43);
}

static void what_has_not_three_parts_is_no_token(void **state) {
    (void)state;
    static const char *const texts[] = {"", ".", "..", "a", "a.b", "...", "a.b.c.d",
        "eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjoiYm9iIn0",
        "Bearer eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjoiYm9iIn0.x"};
    struct token token;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_int_equal(check(&token, texts[i]), 5);
    assert_int_equal(check(&token, "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjoiYm9iIn0."), 43);
    char *huge = malloc(100001);
    memset(huge, 'a', 100000);
    huge[50000] = huge[60000] = '.';
    huge[100000] = '\0';
    assert_int_equal(check(&token, huge), 5);
    free(huge);
}

static void a_short_secret_checks_nothing(void **state) {
    (void)state;
    static const char *const secrets[] = {"", "secret", "0123456789abcdef0123456789abcde"};
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        char text[4096];
        const char *why = NULL;
        struct token token;
        sign(text, HEAD, BOB, secrets[i]);
        assert_int_equal(token_check(&token, text, secrets[i], strlen(secrets[i]), 1, &why), 43);
        assert_non_null(why);
    }
}

static void a_development_token_is_taken_only_where_it_is_asked_for(void **state) {
    (void)state;
    char text[4096];
    const char *why = NULL;
    struct token token;
    const int64_t now_us = NOW * INT64_C(1000000);
    sign(text, HEAD, BOB, SECRET);
    assert_int_equal(token_read_dev(&token, text, now_us, &why), 5);
    strcpy(strrchr(text, '.'), ".devtoken");
    assert_int_equal(token_read_dev(&token, text, now_us, &why), 0);
    assert_string_equal(token.user_id, "bob");
    assert_int_equal(check(&token, text), 43);
    sign(text, HEAD, "{'user_id':'bob','exp':9007199254740991}", SECRET);
    strcpy(strrchr(text, '.'), ".devtoken");
    assert_int_equal(token_read_dev(&token, text, now_us, &why), 0);
    sign(text, HEAD, "{'user_id':'bob','exp':1600000000}", SECRET);
    strcpy(strrchr(text, '.'), ".devtoken");
    assert_int_equal(token_read_dev(&token, text, now_us, &why), 40);
}

static void the_contract_has_a_vector(void **state) {
    (void)state;
    const struct token alice = {.user_id = "alice"};
    char *text = token_make(&alice, "secret", 6);
    SAME_TEXT(text, "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjoiYWxpY2UifQ."
                    "YbDM4fmZOvvxOWjBdMVV--0AGcSWNENiVdni8bfgD_M");
    free(text);
}

static void what_is_made_is_taken(void **state) {
    (void)state;
    const struct token made[] = {
        {.user_id = "bob", .exp_unix_s = NOW + 9, .nbf_unix_s = 1, .iat_unix_s = 2},
        {.server = true}};
    for (size_t i = 0; i < 2; i++) {
        struct token token;
        char *text = token_make(&made[i], SECRET, strlen(SECRET));
        assert_int_equal(check(&token, text), 0);
        assert_string_equal(token.user_id, made[i].user_id);
        assert_int_equal(token.server, made[i].server);
        assert_int_equal(token.exp_unix_s, made[i].exp_unix_s);
        assert_int_equal(token.nbf_unix_s, made[i].nbf_unix_s);
        assert_int_equal(token.iat_unix_s, made[i].iat_unix_s);
        free(text);
    }
}

static void the_rfc_has_a_vector_for_the_upgrade(void **state) {
    (void)state;
    char accept[29];
    token_websocket_accept(accept, "dGhlIHNhbXBsZSBub25jZQ==");
    SAME_TEXT(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

static void the_same_members_have_the_same_channel_in_any_order(void **state) {
    (void)state;
    char one[LIMIT_CHANNEL_ID + 1], two[LIMIT_CHANNEL_ID + 1], three[LIMIT_CHANNEL_ID + 1];
    token_distinct_id(one, (const char *[]){"bob", "alice"}, 2);
    token_distinct_id(two, (const char *[]){"alice", "bob"}, 2);
    token_distinct_id(three, (const char *[]){"alice", "bobo"}, 2);
    SAME_TEXT(one, two);
    assert_string_not_equal(one, three);
    SAME_TEXT(one, "!members-8OUOj87ZC-G9pZZVPPq_KezuVmlY85RFK21AGxkvbc4");
}

static void the_digest_of_a_file_is_that_of_its_bytes(void **state) {
    (void)state;
    char path[] = "/tmp/porchlight-token-XXXXXX", digest[65] = "untouched";
    const int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, "abc", 3) == 3);
    close(fd);
    assert_int_equal(token_digest_file(digest, path), 0);
    SAME_TEXT(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    unlink(path);
    assert_int_equal(token_digest_file(digest, path), -ENOENT);
    assert_int_equal(token_digest_file(digest, "/"), -EIO);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(each_token_is_judged_by_what_it_says),
        CASE(what_a_good_token_says_is_read),
        CASE(an_id_may_be_as_long_as_ids_are_and_no_longer),
        CASE(another_secret_signs_nothing),
        CASE(every_changed_character_is_noticed),
        CASE(a_signature_has_one_spelling),
        CASE(what_has_not_three_parts_is_no_token),
        CASE(a_short_secret_checks_nothing),
        CASE(a_development_token_is_taken_only_where_it_is_asked_for),
        CASE(the_contract_has_a_vector),
        CASE(what_is_made_is_taken),
        CASE(the_rfc_has_a_vector_for_the_upgrade),
        CASE(the_same_members_have_the_same_channel_in_any_order),
        CASE(the_digest_of_a_file_is_that_of_its_bytes),
    };
    return RUN_CASES("server-token", cases);
}
