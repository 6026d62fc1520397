/* SPDX-License-Identifier: MIT */
/* Where a server is, read strictly: what follows it goes into every request. */
#include "support/case.h"

#include "client/url.h"

static void what_is_taken_says_where(void **state) {
    (void)state;
    static const struct {
        const char *text, *host, *base;
        int port;
        bool tls;
    } all[] = {
        {"http://a", "a", "http://a:80", 80, false},
        {"https://chat.example.org/", "chat.example.org", "https://chat.example.org:443", 443,
            true},
        {"http://127.0.0.1:8750", "127.0.0.1", "http://127.0.0.1:8750", 8750, false},
        {"https://[::1]:1/", "::1", "https://[::1]:1", 1, true},
        {"http://[fe80::1%25eth0]", "fe80::1%25eth0", "http://[fe80::1%25eth0]:80", 80, false},
        {"http://x:00065535", "x", "http://x:65535", 65535, false},
        {"http://b\xc3\xbc"
         "cher",
            "b\xc3\xbc"
            "cher",
            "http://b\xc3\xbc"
            "cher:80",
            80, false},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct url url;
        if (!url_read(&url, all[i].text))
            fail_msg("refused: %s", all[i].text);
        SAME_TEXT(url.host, all[i].host);
        SAME_TEXT(url.base, all[i].base);
        assert_int_equal(url.port, all[i].port);
        assert_int_equal(url.tls, all[i].tls);
    }
}

static void what_could_be_read_in_two_ways_is_refused(void **state) {
    (void)state;
    static const char *const all[] = {"", "http", "http:/a", "ftp://a", "HTTP://a", "http://",
        "http:///", "http://:80", "http://a:", "http://a:0", "http://a:65536", "http://a:+80",
        "http://a:-1", "http://a: 80", "http://a:\t80", "http://a:80x", "http://a:8 0",
        "http://a:99999999999999999999", "http://a/b", "http://a?b", "http://a#b", "http://u@a",
        "http://u:p@a", "http://a b", "http://a\r\nX: y", "http://a\n", "http://a\x7f",
        "http://a\\b", "http://[", "http://[]", "http://[::1", "http://[::1]x", "http://[a b]",
        "http://[[::1]]", "http://[::1]]", "http://a]", "http://[\n]"};
    struct url url;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (url_read(&url, all[i]))
            fail_msg("taken: %s", all[i]);
    char longest[300] = "http://";
    memset(longest + 7, 'a', 255);
    assert_true(url_read(&url, longest));
    assert_int_equal(strlen(url.host), 255);
    longest[7 + 255] = 'a';
    assert_false(url_read(&url, longest));
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(what_is_taken_says_where),
        CASE(what_could_be_read_in_two_ways_is_refused),
    };
    return RUN_CASES("client-url", cases);
}
