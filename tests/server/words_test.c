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

static void admin_takes_a_thing_and_what_to_do_with_it(void **state) {
    (void)state;
    struct words words;
    char why[256], copy[512];
    const struct admin_words *admin = &words.admin;
    assert_int_equal(read_line("admin users --json --data d", &words, why, copy), 0);
    assert_int_equal(words.word, WORD_ADMIN);
    assert_int_equal(admin->word, ADMIN_USERS);
    assert_true(admin->json);
    assert_int_equal(read_line("--data d --config c admin user bo --set a=b=c --unset x --set d=",
                         &words, why, copy),
        0);
    SAME_TEXT(admin->name, "bo");
    SAME_TEXT(words.config, "c");
    assert_int_equal(admin->set_count, 2);
    SAME_TEXT(admin->set[0], "a=b=c");
    SAME_TEXT(admin->set[1], "d=");
    SAME_TEXT(admin->unset[0], "x");
    assert_int_equal(
        read_line("admin channel a:b --create --creator bo --add x,y --data d", &words, why, copy),
        0);
    assert_int_equal(admin->deed, DEED_CREATE);
    SAME_TEXT(admin->creator, "bo");
    SAME_TEXT(admin->add, "x,y");
    assert_int_equal(
        read_line("admin revoke --all --before 1970-01-01T00:00:01Z --data d", &words, why, copy),
        0);
    assert_true(admin->all);
    assert_int_equal(admin->before_us, 1000000);
    assert_int_equal(read_line("backup --data d to", &words, why, copy), 0);
    assert_int_equal(words.word, WORD_BACKUP);
    SAME_TEXT(words.backup, "to");
    assert_int_equal(read_line("restore from --data d", &words, why, copy), 0);
    assert_int_equal(words.word, WORD_RESTORE);
    SAME_TEXT(words.backup, "from");
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
        {"check --json --data d", "does not go with this word: --json"},
        {"backup --data d", "backup wants a place"},
        {"backup a b --data d", "one word too many: b"},
        {"restore --data d", "restore wants a backup"},
        {"restore x", "say where the data is"},
        {"admin", "admin wants one of types, type, users"},
        {"admin nonsense --data d", "not nonsense"},
        {"admin users", "say where the data is"},
        {"admin users bo --data d", "one word too many: bo"},
        {"admin users --add bo --data d", "does not go with this word: --add"},
        {"admin users --expires 1h --data d", "does not go with this word: --expires"},
        {"admin user --data d", "user wants a user id"},
        {"admin user b.o --data d", "user wants a user id"},
        {"admin user bo --set a --data d", "--set takes FIELD=VALUE, not a"},
        {"admin user bo --set =a --data d", "--set takes FIELD=VALUE, not =a"},
        {"admin user bo --unset a=b --data d", "--unset takes a FIELD, not a=b"},
        {"admin user bo --create --delete --data d", "at a time"},
        {"admin user bo --delete --set a=b --data d", "change nothing else meanwhile"},
        {"admin user bo --creator cy --data d", "does not go with this word: --creator"},
        {"admin type --data d", "type wants a channel type's name"},
        {"admin type a:b --data d", "type wants a channel type's name"},
        {"admin type a --deactivate --data d", "does not go with this word: --deactivate"},
        {"admin channel --data d", "channel wants a cid"},
        {"admin channel hall --data d", "channel wants a cid"},
        {"admin channel a:b --create --data d", "--create and --creator USER go together"},
        {"admin channel a:b --creator bo --data d", "--create and --creator USER go together"},
        {"admin channel a:b --add a,,b --data d", "--add and --remove take user ids"},
        {"admin channel a:b --remove a. --data d", "--add and --remove take user ids"},
        {"admin revoke --data d", "revoke wants --user ID or --all"},
        {"admin revoke --all --user bo --data d", "revoke wants --user ID or --all"},
        {"admin revoke --user b.o --data d", "--user takes a user id"},
        {"admin revoke --all --before yesterday --data d", "--before takes a time"},
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
        CASE(admin_takes_a_thing_and_what_to_do_with_it),
        CASE(wrong_use_is_said),
    };
    return RUN_CASES("server-words", cases);
}
