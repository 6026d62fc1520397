/* SPDX-License-Identifier: MIT */
/*
 * The cast is chosen to show what a presence dashboard must get right: names of every width,
 * people in every time zone, one whose network flaps, one who has slept for weeks, one who hides,
 * a name that tries to break the screen, and enough of the ordinary.
 */
#include "demo/people.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

enum { HOUR = 60, DAY = 24 * HOUR, WEEK = 7 * DAY };

/* s support, c core-team, d dev, g general, i incident-4711, e design, l lunch, n night-shift */
const struct person demo_people[] = {
    {"dana", "Dana Reyes", HABIT_STEADY, "Asia/Almaty", 5, "scdgi", 12, "on call"},
    {"ada", "Ada Lovelace", HABIT_STEADY, "Europe/London", 0, "scdg", 3, "reviewing"},
    {"chen", "陳大文", HABIT_STEADY, "Asia/Taipei", 8, "sdg", 9, NULL},
    {"ivo", "Ivo Petrov", HABIT_STEADY, "Europe/Sofia", 2, "sgl", 12, "writing docs"},
    {"noor", "Noor Haddad", HABIT_FLAPPER, "Asia/Beirut", 2, "sgi", 1, "on a train"},
    {"bob", "Bob Okafor", HABIT_RESTLESS, "Africa/Lagos", 1, "sdgl", 2, NULL},
    {"eve", "Eve Martin", HABIT_SLEEPER, "Europe/Paris", 1, "scg", 3 * HOUR, NULL},
    {"finn", "Finn Sato", HABIT_SLEEPER, "Asia/Tokyo", 9, "sg", 2 * DAY, "back on Monday"},
    {"gus", "Gus Weber", HABIT_SLEEPER, "Europe/Berlin", 1, "sg", 5 * WEEK, NULL},
    {"kim", "Kim Larsen", HABIT_RESTLESS, "Europe/Copenhagen", 1, "sde", 40, NULL},
    {"lee", "Lee Park", HABIT_STEADY, "Asia/Seoul", 9, "sdn", 25, NULL},
    {"mona", "Mona Ali", HABIT_HIDDEN, "Africa/Cairo", 2, "scg", 6 * HOUR, NULL},
    {"grace", "Grace Hopper", HABIT_STEADY, "America/New_York", -5, "cdgi", 7, "compiling"},
    {"linus", "Linus T.", HABIT_RESTLESS, "America/Los_Angeles", -8, "dg", 90, "do not disturb"},
    {"margaret", "Margaret Hamilton", HABIT_STEADY, "America/New_York", -5, "cdi", 5, NULL},
    {"zoe", "Zoë Müller", HABIT_RESTLESS, "Europe/Zurich", 1, "degl", 8, NULL},
    {"sunny", "Sunny ☀️", HABIT_RESTLESS, "Australia/Sydney", 11, "gln", 15, "surfing 🏄"},
    {"pia", "Pia Ångström", HABIT_STEADY, "Europe/Stockholm", 1, "eg", 20, "sketching"},
    {"omar", "عمر خالد", HABIT_STEADY, "Asia/Dubai", 4, "dgn", 30, NULL},
    {"yuki", "ゆき", HABIT_RESTLESS, "Asia/Tokyo", 9, "gen", 4, NULL},
    {"tomas", "Tomás Ó Briain", HABIT_STEADY, "Europe/Dublin", 0, "dgl", 11, NULL},
    {"ines", "Inês Duarte", HABIT_RESTLESS, "Europe/Lisbon", 0, "gle", 18, "coffee"},
    {"raj", "Raj Patel", HABIT_STEADY, "Asia/Kolkata", 5, "dgi", 6, "pairing with Grace"},
    {"wei", "王伟", HABIT_RESTLESS, "Asia/Shanghai", 8, "dgn", 22, NULL},
    {"anna", "Anna Kowalska", HABIT_STEADY, "Europe/Warsaw", 1, "cg", 2 * HOUR, NULL},
    {"hugo", "Hugo Blanc", HABIT_SLEEPER, "Europe/Paris", 1, "gl", 9 * HOUR, "on leave"},
    {"sara", "Sara Lind", HABIT_STEADY, "Europe/Helsinki", 2, "de", 16, NULL},
    {"abel", "Abel Tesfaye", HABIT_RESTLESS, "Africa/Addis_Ababa", 3, "gn", 35, NULL},
    {"rosa", "Rosa Díaz", HABIT_STEADY, "America/Mexico_City", -6, "gli", 14, "in a meeting"},
    {"ken", "Ken T.", HABIT_STEADY, "America/Chicago", -6, "cd", 10, NULL},
    {"dennis", "Dennis R.", HABIT_SLEEPER, "America/New_York", -5, "dg", 52 * WEEK, NULL},
    {"lola", "Lola van der Berg-Fernández y Castellanos", HABIT_RESTLESS, "Europe/Amsterdam", 1,
        "gl", 28, NULL},
    {"quinn", "Quinn", HABIT_RESTLESS, "Pacific/Auckland", 13, "gn", 50, "night shift"},
    {"otto", "Otto \x1b[31mRed\x1b[0m", HABIT_STEADY, "Europe/Vienna", 1, "g", 45, NULL},
    {"vera", "Vera Rubin", HABIT_STEADY, "America/New_York", -5, "gn", 13, "looking up"},
    {"milo", "Milo", HABIT_RESTLESS, "Europe/Athens", 2, "gl", 19, NULL},
    {"june", "June Carter", HABIT_SLEEPER, "America/Chicago", -6, "g", 4 * DAY, NULL},
    {"ravi", "Ravi Shankar", HABIT_STEADY, "Asia/Kolkata", 5, "gn", 17, NULL},
    {"bot", "deploy-bot", HABIT_STEADY, "Etc/UTC", 0, "di", 1, "last deploy: green"},
};
const size_t demo_people_count = COUNT(demo_people);

const struct place demo_places[] = {
    {'s', "support", "support",
        "ivo: Two tickets about the login page this morning.\n"
        "ada: Both answered. One was a typo in our docs.\n"
        "chen: 我來修正文件。\n"
        "dana: I am on call until six, ping me.\n"
        "noor: Sorry, my train goes through tunnels all the way.\n"
        "ada: We see you come and go, no worries.",
        2},
    {'c', "core-team", "core-team",
        "grace: The release branch is cut.\n"
        "margaret: Flight software rules: no new features after lunch.\n"
        "ken: Agreed.\n"
        "dana: Agreed, and I have the pager.",
        0},
    {'d', "dev", "dev",
        "grace: Found an actual bug in the relay.\n"
        "tomas: A moth again?\n"
        "raj: Pairing on it with Grace for the next hour.\n"
        "linus: Please write a proper commit message this time.\n"
        "zoe: The queue benchmark is 4 % faster without the fence.\n"
        "bot: build 1182 is green",
        0},
    {'g', "general", "general",
        "rosa: Good morning, good evening, whatever it is where you are.\n"
        "sunny: Evening! The surf is great ☀️\n"
        "vera: Clear sky tonight, go outside.\n"
        "pia: New icons are in the shared folder.\n"
        "anna: Thank you Pia, they are lovely.",
        0},
    {'i', "incident-4711", "incident-4711",
        "bot: latency above 200 ms on eu-2\n"
        "dana: Looking.\n"
        "margaret: Priority display says it is the cache.\n"
        "raj: Restarted eu-2, latency is back to 9 ms.\n"
        "dana: Watching it for an hour before we close this.",
        0},
    {'e', "design", "design",
        "pia: A porch light, on and off. Thoughts?\n"
        "yuki: いいね\n"
        "sara: The off one should be sadder.",
        0},
    {'l', "lunch", "lunch",
        "ines: Soup today?\n"
        "milo: Soup every day.\n"
        "rosa: Tacos. The answer is always tacos.",
        1},
    {'n', "night-shift", "night-shift",
        "quinn: All quiet.\n"
        "ravi: Same here.",
        0},
};
const size_t demo_places_count = COUNT(demo_places);

const char *const demo_statuses[] = {
    "in a meeting",
    "coffee",
    "reviewing",
    "back at 14:00",
    "heads down",
    "lunch",
    "on a call",
    "writing tests",
    "walking the dog",
    "pairing",
    "on a train",
    "reading",
};
const size_t demo_statuses_count = COUNT(demo_statuses);

const char *const demo_sayings[] = {
    "Morning everyone.",
    "Anybody seen the staging logs?",
    "Done. Please have a look when you are back.",
    "I will be away for ten minutes.",
    "That fixed it, thank you!",
    "Who is on call tonight?",
    "Tests are green again.",
    "Can somebody review my change?",
    "I am back.",
    "Let us talk when both of us have a green dot.",
};
const size_t demo_sayings_count = COUNT(demo_sayings);
