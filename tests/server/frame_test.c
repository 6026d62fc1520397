/* SPDX-License-Identifier: MIT */
/*
 * RFC 6455 as a table: what a client sends, and what the reader finds in it, fed whole, byte by
 * byte and in threes. Frames are written as short texts and masked on the way:
 *
 *     "T hello"    a final text frame            "t hel" "C lo"   a fragment, and the last one
 *     "c x"        a fragment that goes on       "P ping" "O pong" "X \x03\xe8reason"
 *     "=82 …"      any first byte, in hex
 *
 * A finding is "T:hello", "P:…", "O:…", "X1000", or "!1002" for a fault, a space behind each.
 */
#include "support/case.h"

#include "server/frame.h"

enum { MAX_MESSAGE = 300 };

static const struct row {
    const char *name;
    const char *frames[6];
    const char *found;
} rows[] = {
    {"a text", {"T hello"}, "T:hello "},
    {"an empty text", {"T "}, "T: "},
    {"two texts", {"T a", "T b"}, "T:a T:b "},
    {"a text in UTF-8", {"T \xce\xba\xe1\xbd\xb9\xf0\x9f\x98\x80"},
        "T:\xce\xba\xe1\xbd\xb9\xf0\x9f\x98\x80 "},
    {"a text in two pieces", {"t hel", "C lo"}, "T:hello "},
    {"a text in four pieces", {"t h", "c e", "c ll", "C o"}, "T:hello "},
    {"empty pieces", {"t ", "c ", "C "}, "T: "},
    {"an empty last piece", {"t hello", "C "}, "T:hello "},
    {"a character cut between pieces", {"t \xe2", "c \x82", "C \xac"}, "T:\xe2\x82\xac "},
    {"an emoji cut after each byte", {"t \xf0", "c \x9f", "c \x98", "C \x80"},
        "T:\xf0\x9f\x98\x80 "},
    {"a ping", {"P are you there"}, "P:are you there "},
    {"an empty ping", {"P "}, "P: "},
    {"a full ping and an empty one", {"P full", "P "}, "P:full P: "},
    {"a pong", {"O here"}, "O:here "},
    {"a ping between pieces", {"t hel", "P x", "C lo"}, "P:x T:hello "},
    {"pings and pongs between pieces", {"t h", "P 1", "c ell", "O 2", "P 3", "C o"},
        "P:1 O:2 P:3 T:hello "},
    {"a ping in the middle of a character", {"t \xe2\x82", "P x", "C \xac"}, "P:x T:\xe2\x82\xac "},
    {"a message after a message in pieces", {"t a", "C b", "T c"}, "T:ab T:c "},
    {"a close between pieces", {"t hel", "X \x03\xe8"}, "X1000 "},
    /* what must not be */
    {"going on with nothing", {"C lo"}, "!1002 "},
    {"going on with nothing, unfinished", {"c lo"}, "!1002 "},
    {"going on after the end", {"t a", "C b", "C c"}, "T:ab !1002 "},
    {"a text within a text", {"t a", "T b"}, "!1002 "},
    {"a fragment within a text", {"t a", "t b"}, "!1002 "},
    {"a binary message", {"=82 x"}, "!1003 "},
    {"a binary fragment", {"=02 x"}, "!1003 "},
    {"reserved opcode 3", {"=83 x"}, "!1002 "},
    {"reserved opcode 4", {"=84 x"}, "!1002 "},
    {"reserved opcode 5", {"=85 x"}, "!1002 "},
    {"reserved opcode 6", {"=86 x"}, "!1002 "},
    {"reserved opcode 7", {"=87 "}, "!1002 "},
    {"reserved opcode 11", {"=8b x"}, "!1002 "},
    {"reserved opcode 12", {"=8c x"}, "!1002 "},
    {"reserved opcode 13", {"=8d x"}, "!1002 "},
    {"reserved opcode 14", {"=8e x"}, "!1002 "},
    {"reserved opcode 15", {"=8f "}, "!1002 "},
    {"a reserved opcode after a good text", {"T a", "=83 x"}, "T:a !1002 "},
    {"RSV1", {"=c1 x"}, "!1002 "},
    {"RSV2", {"=a1 x"}, "!1002 "},
    {"RSV3", {"=91 x"}, "!1002 "},
    {"all RSV", {"=f1 x"}, "!1002 "},
    {"RSV1 on a ping", {"=c9 x"}, "!1002 "},
    {"RSV2 on a close", {"=a8 \x03\xe8"}, "!1002 "},
    {"RSV1 on a last piece", {"t a", "=c0 b"}, "!1002 "},
    {"a ping in pieces", {"=09 x"}, "!1002 "},
    {"a pong in pieces", {"=0a x"}, "!1002 "},
    {"a close in pieces", {"=08 \x03\xe8"}, "!1002 "},
    {"nothing is heard after a fault", {"=83 x", "T a", "P b", "X \x03\xe8"}, "!1002 "},
    {"nor after a fault of length",
        {"=89 "
         "12345678901234567890123456789012345678901234567890123456"
         "789012345678901234567890123456789012345678901234567890"
         "1234567890123456",
            "T a", "T b", "T c"},
        "!1002 "},
    /* UTF-8 */
    {"a lone continuation byte", {"T \x80"}, "!1007 "},
    {"a character cut short", {"T \xe2\x82"}, "!1007 "},
    {"an overlong slash", {"T \xc0\xaf"}, "!1007 "},
    {"a longer overlong slash", {"T \xe0\x80\xaf"}, "!1007 "},
    {"a surrogate", {"T \xed\xa0\x80"}, "!1007 "},
    {"beyond Unicode", {"T \xf4\x90\x80\x80"}, "!1007 "},
    {"the last of Unicode", {"T \xf4\x8f\xbf\xbf"}, "T:\xf4\x8f\xbf\xbf "},
    {"five bytes", {"T \xf8\x88\x80\x80\x80"}, "!1007 "},
    {"0xff", {"T a\xff"}, "!1007 "},
    {"bad at once, though unfinished", {"t a\xff"}, "!1007 "},
    {"bad in the second piece", {"t a", "c \xff"}, "!1007 "},
    {"cut short at the end of pieces", {"t \xe2", "C \x82"}, "!1007 "},
    {"cut short by an empty last piece", {"t \xe2", "C "}, "!1007 "},
    {"a new message begins anew", {"T a", "t \xe2\x82", "C \xac"}, "T:a T:\xe2\x82\xac "},
    {"a ping may be any bytes", {"P \xff\xfe"}, "P:\xff\xfe "},
    /* closes */
    {"a close without a code", {"X "}, "X1005 "},
    {"half a code", {"X \x03"}, "!1002 "},
    {"1000 and a reason",
        {"X \x03\xe8"
         "bye"},
        "X1000 "},
    {"a reason that is not UTF-8", {"X \x03\xe8\xff"}, "!1007 "},
    {"a reason cut within a character", {"X \x03\xe8\xe2\x82"}, "!1007 "},
    {"a ping before a close", {"P a", "X \x03\xe9"}, "P:a X1001 "},
};

/* ---- frames, masked ---- */

static const unsigned char MASK[4] = {0x5a, 0x00, 0xff, 0x21};

static void put_frame(struct bytes *to, unsigned first, const char *payload, size_t len) {
    bytes_append_char(to, (char)first);
    if (len < 126) {
        bytes_append_char(to, (char)(0x80 | len));
    } else {
        const unsigned char wide[] = {0x80 | 126, (unsigned char)(len >> 8), (unsigned char)len};
        bytes_append(to, wide, sizeof wide);
    }
    bytes_append(to, MASK, sizeof MASK);
    for (size_t i = 0; i < len; i++)
        bytes_append_char(to, (char)((unsigned char)payload[i] ^ MASK[i & 3]));
}

static void put(struct bytes *to, const char *frame) {
    static const char letters[] = "TtCcPOX";
    static const unsigned firsts[] = {0x81, 0x01, 0x80, 0x00, 0x89, 0x8a, 0x88};
    const unsigned first = frame[0] == '=' ? (unsigned)strtoul(frame + 1, NULL, 16)
                                           : firsts[strchr(letters, frame[0]) - letters];
    const char *payload = strchr(frame, ' ') + 1;
    put_frame(to, first, payload, strlen(payload));
}

/* ---- what is found ---- */

static void describe(struct bytes *to, enum frame_found kind, const struct frame_finding *found) {
    const int len = (int)found->len;
    const char *payload = (const char *)found->payload;
    switch (kind) {
    case FRAME_NOTHING: break;
    case FRAME_TEXT: bytes_printf(to, "T:%.*s ", len, payload); break;
    case FRAME_PING: bytes_printf(to, "P:%.*s ", len, payload); break;
    case FRAME_PONG: bytes_printf(to, "O:%.*s ", len, payload); break;
    case FRAME_CLOSE: bytes_printf(to, "X%u ", found->code); break;
    case FRAME_FAULT:
        assert_true(found->reason[0] != '\0');
        bytes_printf(to, "!%u ", found->code);
        break;
    }
}

/* Feed `len` bytes in pieces to a reader that stands on the heap alone, so that a write past it is
 * seen; what is fed goes on being fed after a fault, as a socket would. */
static char *found_in(const void *bytes, size_t len, size_t piece, uint32_t max_message) {
    struct frame_reader *reader = calloc(1, sizeof *reader);
    struct bytes text = BYTES_EMPTY;
    assert_non_null(reader);
    reader->max_message = max_message;
    for (size_t done = 0; done < len; done += piece) {
        const size_t now = len - done < piece ? len - done : piece;
        unsigned char *copy = malloc(now), *at = copy;
        memcpy(copy, (const char *)bytes + done, now);
        for (enum frame_found kind = FRAME_TEXT; kind != FRAME_NOTHING;) {
            struct frame_finding found = {0};
            kind = frame_read(reader, &at, copy + now, &found);
            describe(&text, kind, &found);
        }
        assert_ptr_equal(at, copy + now);
        free(copy);
    }
    frame_reader_fini(reader);
    free(reader);
    bytes_append_text(&text, "");
    return bytes_take(&text);
}

static void expect(
    const char *name, const void *bytes, size_t len, uint32_t max_message, const char *wanted) {
    const size_t pieces[] = {len, 1, 3};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        char *got = found_in(bytes, len, pieces[i], max_message);
        if (strcmp(got, wanted) != 0)
            fail_msg("%s, in pieces of %zu\ngot    %s\nwanted %s", name, pieces[i], got, wanted);
        free(got);
    }
}

static void frames_are_found_however_they_are_cut(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bytes text = BYTES_EMPTY;
        for (size_t f = 0; f < 6 && rows[i].frames[f] != NULL; f++)
            put(&text, rows[i].frames[f]);
        expect(rows[i].name, text.at, text.len, MAX_MESSAGE, rows[i].found);
        bytes_fini(&text);
    }
}

static void a_frame_without_a_mask_is_never_delivered(void **state) {
    (void)state;
    expect("text", "\x81\x05hello", 7, MAX_MESSAGE, "!1002 ");
    expect("empty text", "\x81\x00", 2, MAX_MESSAGE, "!1002 ");
    expect("close", "\x88\x02\x03\xe8", 4, MAX_MESSAGE, "!1002 ");
    expect("ping", "\x89\x00", 2, MAX_MESSAGE, "!1002 ");
    expect("long", "\x81\x7e\x01\x00", 4, MAX_MESSAGE, "!1002 ");
}

static void only_codes_that_may_be_sent_close(void **state) {
    (void)state;
    static const struct {
        unsigned from, to;
        bool good;
    } ranges[] = {{0, 0, false}, {1, 1, false}, {999, 999, false}, {1000, 1003, true},
        {1004, 1006, false}, {1007, 1014, true}, {1015, 1016, false}, {1100, 1100, false},
        {2000, 2000, false}, {2999, 2999, false}, {3000, 3001, true}, {3999, 4001, true},
        {4008, 4008, true}, {4999, 4999, true}, {5000, 5000, false}, {65535, 65535, false}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        for (unsigned code = ranges[i].from; code <= ranges[i].to; code++) {
            struct bytes text = BYTES_EMPTY;
            const char payload[] = {(char)(code >> 8), (char)code};
            char wanted[16] = "!1002 ";
            if (ranges[i].good)
                snprintf(wanted, sizeof wanted, "X%u ", code);
            put_frame(&text, 0x88, payload, 2);
            expect(wanted, text.at, text.len, MAX_MESSAGE, wanted);
            bytes_fini(&text);
        }
    }
}

/* A length in any form, with a mask, and no payload. */
static void expect_length(unsigned first, unsigned form, uint64_t len, const char *wanted) {
    unsigned char head[14] = {(unsigned char)first, (unsigned char)(0x80 | form)};
    size_t size = 2;
    const unsigned wide = form == 126 ? 2 : form == 127 ? 8 : 0;
    for (unsigned i = 0; i < wide; i++)
        head[size++] = (unsigned char)(len >> (8 * (wide - 1 - i)));
    expect(wanted, head, size, MAX_MESSAGE, wanted); /* before the mask has come */
    memcpy(head + size, MASK, 4);
    expect(wanted, head, size + 4, MAX_MESSAGE, wanted);
}

static void a_length_is_judged_before_anything_is_taken_in(void **state) {
    (void)state;
    expect_length(0x81, 127, UINT64_C(1) << 62, "!1009 ");
    expect_length(0x81, 127, UINT64_C(1) << 63, "!1009 ");
    expect_length(0x81, 127, UINT64_MAX, "!1009 ");
    expect_length(0x81, 127, UINT64_C(1000000000000000000), "!1009 ");
    expect_length(0x81, 127, UINT64_C(1) << 32, "!1009 ");
    expect_length(0x81, 127, 65536, "!1009 ");
    expect_length(0x81, 126, 65535, "!1009 ");
    expect_length(0x81, 126, MAX_MESSAGE + 1, "!1009 ");
    expect_length(0x01, 126, MAX_MESSAGE + 1, "!1009 ");
    expect_length(0x81, 126, MAX_MESSAGE, "");
    expect_length(0x81, 126, 126, "");
    expect_length(0x89, 126, 126, "!1002 ");
    expect_length(0x88, 127, 65536, "!1002 ");
}

/* With the mask, for the form is judged when the header is whole. */
static void a_length_has_its_shortest_form(void **state) {
    (void)state;
    expect("125 in 16 bits",
        "\x81\xfe\x00\x7d"
        "abcd",
        8, MAX_MESSAGE, "!1002 ");
    expect("0 in 16 bits",
        "\x81\xfe\x00\x00"
        "abcd",
        8, MAX_MESSAGE, "!1002 ");
    expect("300 in 64 bits",
        "\x81\xff\0\0\0\0\0\0\x01\x2c"
        "abcd",
        14, MAX_MESSAGE, "!1002 ");
    expect("5 in 64 bits",
        "\x81\xff\0\0\0\0\0\0\0\x05"
        "abcd",
        14, MAX_MESSAGE, "!1002 ");
}

static void pieces_together_are_bounded_too(void **state) {
    (void)state;
    char half[MAX_MESSAGE / 2 + 1];
    memset(half, 'a', sizeof half);
    struct bytes text = BYTES_EMPTY;
    put_frame(&text, 0x01, half, sizeof half);
    put_frame(&text, 0x80, half, sizeof half);
    expect("two halves and more", text.at, text.len, MAX_MESSAGE, "!1009 ");
    bytes_fini(&text);
    put_frame(&text, 0x01, half, sizeof half);
    put_frame(&text, 0x89, "p", 1);
    put_frame(&text, 0x80, half, sizeof half - 2);
    char wanted[MAX_MESSAGE + 16] = "P:p T:";
    memset(wanted + 6, 'a', MAX_MESSAGE);
    memcpy(wanted + 6 + MAX_MESSAGE, " ", 2);
    expect("two halves", text.at, text.len, MAX_MESSAGE, wanted);
    bytes_fini(&text);
}

static void a_ping_is_read_however_small_messages_must_be(void **state) {
    (void)state;
    struct bytes text = BYTES_EMPTY;
    put(&text, "P 1234567890");
    expect("ping", text.at, text.len, 4, "P:1234567890 ");
    bytes_fini(&text);
}

static void a_message_has_at_most_1024_pieces(void **state) {
    (void)state;
    for (unsigned count = FRAME_FRAGMENTS; count <= FRAME_FRAGMENTS + 1; count++) {
        struct bytes text = BYTES_EMPTY;
        for (unsigned i = 1; i < count; i++)
            put(&text, i == 1 ? "t " : "c ");
        put(&text, "C a");
        expect(
            "pieces", text.at, text.len, MAX_MESSAGE, count <= FRAME_FRAGMENTS ? "T:a " : "!1008 ");
        bytes_fini(&text);
    }
}

static void the_longest_ping_is_read(void **state) {
    (void)state;
    char payload[125], wanted[140] = "P:";
    memset(payload, 'p', sizeof payload);
    memset(wanted + 2, 'p', sizeof payload);
    memcpy(wanted + 2 + sizeof payload, " ", 2);
    struct bytes text = BYTES_EMPTY;
    put_frame(&text, 0x89, payload, sizeof payload);
    expect("ping of 125", text.at, text.len, MAX_MESSAGE, wanted);
    bytes_fini(&text);
}

static void a_reader_says_whether_something_is_under_way(void **state) {
    (void)state;
    struct frame_reader reader = {.max_message = MAX_MESSAGE};
    struct frame_finding found;
    struct bytes text = BYTES_EMPTY;
    assert_false(frame_is_under_way(&reader));
    put(&text, "t a");
    put(&text, "C b");
    unsigned char *at = (unsigned char *)text.at;
    for (size_t i = 0; i < text.len; i++) {
        const enum frame_found kind = frame_read(&reader, &at, at + 1, &found);
        assert_int_equal(kind, i + 1 == text.len ? FRAME_TEXT : FRAME_NOTHING);
        assert_int_equal(frame_is_under_way(&reader), i + 1 < text.len);
    }
    frame_reader_fini(&reader);
    bytes_fini(&text);
}

/* ---- frames of ours ---- */

static void our_frames_have_the_shortest_head_and_no_mask(void **state) {
    (void)state;
    static const struct {
        size_t len;
        unsigned char head[10];
        size_t head_len;
    } sizes[] = {{0, {0x81, 0}, 2}, {125, {0x81, 125}, 2}, {126, {0x81, 126, 0, 126}, 4},
        {65535, {0x81, 126, 0xff, 0xff}, 4}, {65536, {0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0}, 10}};
    char *text = malloc(65536);
    memset(text, 'x', 65536);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct frame *frame = frame_text(text, sizes[i].len, 7);
        assert_int_equal(frame->len, sizes[i].head_len + sizes[i].len);
        assert_memory_equal(frame->bytes, sizes[i].head, sizes[i].head_len);
        assert_memory_equal(frame->bytes + sizes[i].head_len, text, sizes[i].len);
        assert_int_equal(frame->coalesce, 7);
        frame_unref(frame);
    }
    free(text);
}

static void a_close_has_its_code_and_a_reason_of_whole_characters(void **state) {
    (void)state;
    struct frame *frame = frame_close(4008, "slow");
    assert_int_equal(frame->len, 8);
    assert_memory_equal(frame->bytes, "\x88\x06\x0f\xa8slow", 8);
    frame_unref(frame);
    char reason[200];
    memset(reason, 'a', sizeof reason);
    memcpy(reason + 121, "\xe2\x82\xac", 3); /* bytes 121 to 123: the bound cuts it in two */
    reason[199] = '\0';
    frame = frame_close(1012, reason);
    assert_int_equal(frame->bytes[1], 2 + 121);
    assert_int_equal(frame->len, 2 + 2 + 121);
    frame_unref(frame);
}

static void pings_pongs_and_raw_bytes(void **state) {
    (void)state;
    struct frame *frame = frame_ping();
    assert_int_equal(frame->len, 2);
    assert_memory_equal(frame->bytes, "\x89\x00", 2);
    frame_unref(frame);
    frame = frame_pong("abc", 3);
    assert_int_equal(frame->len, 5);
    assert_memory_equal(frame->bytes,
        "\x8a\x03"
        "abc",
        5);
    frame_unref(frame);
    frame = frame_raw("HTTP", 4);
    assert_int_equal(frame->len, 4);
    assert_memory_equal(frame->bytes, "HTTP", 4);
    assert_ptr_equal(frame_ref(frame), frame);
    frame_unref(frame);
    assert_int_equal(frame->refs, 1);
    frame_unref(frame);
    frame_unref(NULL);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(frames_are_found_however_they_are_cut),
        CASE(a_frame_without_a_mask_is_never_delivered),
        CASE(only_codes_that_may_be_sent_close),
        CASE(a_length_is_judged_before_anything_is_taken_in),
        CASE(a_length_has_its_shortest_form),
        CASE(pieces_together_are_bounded_too),
        CASE(a_ping_is_read_however_small_messages_must_be),
        CASE(a_message_has_at_most_1024_pieces),
        CASE(the_longest_ping_is_read),
        CASE(a_reader_says_whether_something_is_under_way),
        CASE(our_frames_have_the_shortest_head_and_no_mask),
        CASE(a_close_has_its_code_and_a_reason_of_whole_characters),
        CASE(pings_pongs_and_raw_bytes),
    };
    return RUN_CASES("server-frame", cases);
}
