/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/format.h"
#include "support/case.h"

#include <errno.h>

static const struct statusline at_home = {.live = true,
    .total = 12,
    .online = 5,
    .unknown = 3,
    .status = "on call",
    .channel = "support"};

static void fills(const char *format, const struct statusline *line, const char *wanted) {
    struct bytes text = BYTES_EMPTY, why = BYTES_EMPTY;
    assert_int_equal(format_check(format, &why), 0);
    format_fill(&text, format, line);
    SAME_TEXT(bytes_text(&text), wanted);
    bytes_fini(&text);
}

static void refuses(const char *format, const char *part) {
    struct bytes why = BYTES_EMPTY;
    assert_int_equal(format_check(format, &why), -EINVAL);
    if (strstr(bytes_text(&why), part) == NULL)
        fail_msg("%s: %s", format, bytes_text(&why));
    bytes_fini(&why);
}

static void each_letter_is_its_number_or_text(void **state) {
    (void)state;
    fills("%o/%t", &at_home, "5/12");
    fills("%f off, %u unknown", &at_home, "4 off, 3 unknown");
    fills("#[fg=green]%c: %s (%v, %l) 100%%", &at_home,
        "#[fg=green]support: on call (visible, live) 100%");
    fills("", &at_home, "");
    fills("nothing of ours", &at_home, "nothing of ours");
    struct statusline hidden = at_home;
    hidden.invisible = true;
    fills("%v", &hidden, "invisible");
}

static void while_the_link_is_lost_nobodys_state_is_known(void **state) {
    (void)state;
    struct statusline lost = at_home;
    lost.live = false;
    fills("%o/%t %f %u %l", &lost, "?/12 ? 12 lost");
}

static void texts_of_others_are_one_harmless_line(void **state) {
    (void)state;
    struct statusline bad = at_home;
    bad.channel = "a\nb\x1b[2J%o";
    fills("%c", &bad, "a b\xef\xbf\xbd[2J%o");
}

static void a_format_that_is_none_is_refused(void **state) {
    (void)state;
    refuses("%x", "%o online");
    refuses("%o %", "a lone %");
    refuses("a\nb", "one line");
    refuses("\xff", "UTF-8");
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(each_letter_is_its_number_or_text),
        CASE(while_the_link_is_lost_nobodys_state_is_known),
        CASE(texts_of_others_are_one_harmless_line),
        CASE(a_format_that_is_none_is_refused),
    };
    return RUN_CASES("dashboard-cli-format", cases);
}
