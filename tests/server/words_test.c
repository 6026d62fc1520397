/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "server/words.h"

/* The words of a line, parted by blanks. */
static int read_line(const char *line, struct words *words, char why[256], char copy[512]) {
    char *argv[20] = {"porchlightd"}, *rest = NULL;
    int argc = 1;
    snprintf(copy, 512, "%s", line);
    for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
        argv[argc++] = word;
    why[0] = '\0';
    return words_read(words, argc, argv, why, 256);
}

static void each_word_takes_its_options_in_any_place(void **state) {
    (void)state;
    struct words words;
    char why[256], copy[512];
    assert_int_equal(read_line("--data d --listen a:1 --config c", &words, why, copy), 0);
    assert_int_equal(words.word, WORD_SERVE);
    SAME_TEXT(words.data, "d");
    SAME_TEXT(words.listen, "a:1");
    SAME_TEXT(words.config, "c");
    assert_int_equal(read_line("--config=c", &words, why, copy), 0);
    assert_int_equal(read_line("init d", &words, why, copy), 0);
    assert_int_equal(words.word, WORD_INIT);
    SAME_TEXT(words.folder, "d");
    assert_int_equal(read_line("--data d token bo --expires 24h", &words, why, copy), 0);
    assert_int_equal(words.word, WORD_TOKEN);
    SAME_TEXT(words.user, "bo");
    assert_int_equal(words.expires_s, 86400);
    assert_int_equal(read_line("token --expires 7d --server --data d", &words, why, copy), 0);
    assert_true(words.server);
    assert_null(words.user);
    assert_int_equal(words.expires_s, 7 * 86400);
    assert_int_equal(read_line("check --data d", &words, why, copy), 0);
    assert_int_equal(words.word, WORD_CHECK);
    assert_int_equal(read_line("token -- bo", &words, why, copy), 1);
    assert_int_equal(read_line("--data d --help nonsense", &words, why, copy), 0);
    assert_int_equal(words.word, WORD_HELP);
    assert_int_equal(read_line("--version", &words, why, copy), 0);
    assert_int_equal(words.word, WORD_VERSION);
}

static void wrong_use_is_said(void **state) {
    (void)state;
    static const struct {
        const char *line, *why;
    } wrong[] = {
        {"", "say where the data is: --data DIR or --config FILE"},
        {"--listen a:1", "say where the data is"},
        {"--data", "a value is missing after --data"},
        {"--data=", "empty value"},
        {"--nope", "no such option: --nope"},
        {"serve --data d", "no such word"},
        {"init", "init wants a folder"},
        {"init a b", "one word too many: b"},
        {"init a --data d", "does not go with this word: --data"},
        {"token bo", "say where the data is"},
        {"token --data d", "token wants a user, or --server"},
        {"token bo --server --data d", "token wants a user, or --server"},
        {"token b.o --data d", "a user id is"},
        {"token !anon --data d", "a user id is"},
        {"token bo --data d --listen a:1", "does not go with this word: --listen"},
        {"token bo --data d --expires", "a value is missing after --expires"},
        {"token bo --data d --expires 0s", "--expires takes a duration"},
        {"token bo --data d --expires -1s", "--expires takes a duration"},
        {"token bo --data d --expires 24", "--expires takes a duration"},
        {"token bo --data d --expires h", "--expires takes a duration"},
        {"token bo --data d --expires 1w", "--expires takes a duration"},
        {"token bo --data d --expires 1h2", "--expires takes a duration"},
        {"token bo --data d --expires 999999999d", "--expires takes a duration"},
        {"token bo --data d --expires 9999999999s", "--expires takes a duration"},
        {"--data d --server", "does not go with this word: --server"},
        {"check", "say where the data is"},
        {"check x --data d", "one word too many"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct words words;
        char why[256], copy[512];
        int rc = read_line(wrong[i].line, &words, why, copy);
        if (rc != 1 || strstr(why, wrong[i].why) == NULL)
            fail_msg("%s: %d, %s", wrong[i].line, rc, why);
    }
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(each_word_takes_its_options_in_any_place),
        CASE(wrong_use_is_said),
    };
    return RUN_CASES("server-words", cases);
}
