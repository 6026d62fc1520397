/* SPDX-License-Identifier: MIT */
/*
 * Many schedules, one after another:
 *
 *     server-simulate [--schedules N] [--seed S] [--steps N] [--disk] [--aloud] [--long]
 *
 * Without words it is a test: 500 schedules from seed 1 on, and 12 over SQLite. --seed alone plays
 * that one schedule, --aloud says what each connection hears, --disk has SQLite for a disk,
 * --long leaves a failing one as long as it is. Each lot runs in
 * a child, so that a schedule that kills the server is caught, printed and made shorter like any
 * other.
 */
#include "server/simulator/house.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a child tells, whatever becomes of it. */
struct told {
    uint64_t seed;
    unsigned step;
    unsigned long schedules, steps, events, cut_off;
    bool failed, died;
    char why[4000];
    unsigned long pairs[ACTION_COUNT][ACTION_COUNT];
};

enum { WORKERS_MOST = 16, OVER_SQLITE = 12 };

struct words {
    unsigned long schedules;
    uint64_t seed;
    unsigned steps, workers;
    bool on_disk, aloud, as_it_is;
};

static bool anybody_failed(const struct told *all, unsigned workers) {
    for (unsigned i = 0; i < workers; i++)
        if (all[i].failed)
            return true;
    return false;
}

static void play(struct told *told, const struct schedule *schedule, struct house *house,
    const struct words *words) {
    enum action last = ACTION_COUNT;
    house_open(house, &schedule->cast, words->on_disk, words->aloud);
    for (unsigned i = 0; i < schedule->count && !house->failed; i++) {
        told->step = i;
        if (words->aloud)
            schedule_print_step(&schedule->steps[i], i);
        enum action done = house_step(house, &schedule->steps[i]);
        if (last != ACTION_COUNT)
            told->pairs[last][done]++;
        last = done;
        told->steps++;
    }
    told->failed = house->failed;
    memcpy(told->why, house->why, sizeof told->why);
    told->events += house->events;
    told->cut_off += house->cut_off;
    house_close(house);
}

/* Every so many, from the worker's first. One that differs stops the others. */
static void play_many(struct told *all, unsigned worker, const struct words *words) {
    struct told *told = &all[worker];
    struct schedule *schedule = calloc(1, sizeof *schedule);
    struct house *house = calloc(1, sizeof *house);
    if (schedule == NULL || house == NULL)
        exit(1);
    for (unsigned long i = worker; i < words->schedules && !anybody_failed(all, words->workers);
         i += words->workers) {
        told->seed = words->seed + i;
        schedule_make(schedule, told->seed, words->steps);
        play(told, schedule, house, words);
        told->schedules += !told->failed;
    }
    free(schedule);
    free(house);
}

static void play_one(
    struct told *told, const struct words *words, const struct schedule *schedule) {
    struct house *house = calloc(1, sizeof *house);
    if (house == NULL)
        exit(1);
    play(told, schedule, house, words);
    free(house);
}

/* A child that plays its share, or this schedule. */
static pid_t begin(
    struct told *all, unsigned worker, const struct words *words, const struct schedule *schedule) {
    fflush(stdout);
    pid_t child = fork();
    if (child != 0)
        return child;
    if (schedule != NULL)
        play_one(all, words, schedule);
    else
        play_many(all, worker, words);
    exit(0);
}

/* A death is told like a difference. */
static void await(struct told *told, pid_t child) {
    int status = -1;
    if (child > 0)
        waitpid(child, &status, 0);
    if (status == 0 || told->failed)
        return;
    told->failed = told->died = true;
    snprintf(told->why, sizeof told->why, "the program ended with status %#x", (unsigned)status);
}

static void add(struct told *sum, const struct told *told) {
    if (told->failed && !sum->failed) {
        sum->failed = true;
        sum->died = told->died;
        sum->seed = told->seed;
        sum->step = told->step;
        memcpy(sum->why, told->why, sizeof sum->why);
    }
    sum->schedules += told->schedules;
    sum->steps += told->steps;
    sum->events += told->events;
    sum->cut_off += told->cut_off;
    for (unsigned row = 0; row < ACTION_COUNT; row++)
        for (unsigned column = 0; column < ACTION_COUNT; column++)
            sum->pairs[row][column] += told->pairs[row][column];
}

/* All of them, on as many processors as there are; the sum is the first of `all`. */
static void run_many(struct told *all, const struct words *words) {
    pid_t children[WORKERS_MOST];
    for (unsigned i = 0; i < words->workers; i++)
        children[i] = begin(all, i, words, NULL);
    for (unsigned i = 0; i < words->workers; i++)
        await(&all[i], children[i]);
    for (unsigned i = 1; i < words->workers; i++)
        add(&all[0], &all[i]);
}

static void run_one(struct told *told, const struct words *words, const struct schedule *schedule) {
    memset(told, 0, sizeof *told);
    await(told, begin(told, 0, words, schedule));
}

/* In the same way: a death stays a death. */
static bool still_fails(
    struct told *told, const struct words *words, const struct schedule *schedule, bool dies) {
    run_one(told, words, schedule);
    return told->failed && told->died == dies;
}

/* Leave out what is not needed for it to fail: halves, quarters, …, single steps. */
static void shorten(struct told *told, const struct words *words, struct schedule *schedule) {
    struct schedule shorter;
    bool dies = told->died;
    for (unsigned chunk = schedule->count / 2; chunk > 0; chunk /= 2)
        for (unsigned at = 0; at + chunk <= schedule->count;) {
            shorter = *schedule;
            memmove(&shorter.steps[at], &shorter.steps[at + chunk],
                (shorter.count - at - chunk) * sizeof shorter.steps[0]);
            shorter.count -= chunk;
            if (still_fails(told, words, &shorter, dies))
                *schedule = shorter;
            else
                at += chunk;
        }
}

static void print_why(const char *why) {
    fputs("#   ", stdout);
    for (; *why != '\0'; why++) {
        putchar(*why);
        if (*why == '\n')
            fputs("#   ", stdout);
    }
    putchar('\n');
}

static void print_failure(struct told *told, const struct words *words) {
    struct schedule schedule;
    struct words quietly = *words, aloud = *words;
    schedule_make(&schedule, told->seed, words->steps);
    printf("# seed %llu differs at step %u of %u; again: server-simulate --seed %llu\n",
        (unsigned long long)told->seed, told->step, schedule.count, (unsigned long long)told->seed);
    print_why(told->why);
    if (words->as_it_is)
        return;
    schedule.count = told->step + 1;
    quietly.aloud = false;
    aloud.aloud = true;
    shorten(told, &quietly, &schedule);
    printf("# made shorter, %u steps:\n", schedule.count);
    run_one(told, &aloud, &schedule);
    print_why(told->why);
}

/* How often each pair occurred: the row first, then the column. */
static void print_table(const struct told *told) {
    printf("# pairs of actions: the row, and the column after it\n# %11s", "");
    for (unsigned i = 0; i < ACTION_COUNT; i++)
        printf(" %5.5s", action_name((enum action)i));
    unsigned never = 0;
    for (unsigned row = 0; row < ACTION_COUNT; row++) {
        printf("\n# %11s", action_name((enum action)row));
        for (unsigned column = 0; column < ACTION_COUNT; column++) {
            printf(" %5lu", told->pairs[row][column]);
            never += told->pairs[row][column] == 0;
        }
    }
    printf("\n# pairs that never occurred: %u of %u\n", never, ACTION_COUNT * ACTION_COUNT);
}

static struct words read_words(int argc, char **argv) {
    struct words words = {.schedules = 0, .seed = 1};
    bool one = false;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        unsigned long long value = i + 1 < argc ? strtoull(argv[i + 1], NULL, 10) : 0;
        if (strcmp(word, "--disk") == 0)
            words.on_disk = true;
        else if (strcmp(word, "--aloud") == 0)
            words.aloud = true;
        else if (strcmp(word, "--long") == 0)
            words.as_it_is = true;
        else if (strcmp(word, "--schedules") == 0 && i++ > 0)
            words.schedules = (unsigned long)value;
        else if (strcmp(word, "--steps") == 0 && i++ > 0)
            words.steps = (unsigned)value;
        else if (strcmp(word, "--seed") == 0 && i++ > 0) {
            words.seed = value;
            one = true;
        } else {
            fprintf(stderr, "server-simulate: '%s' is no word of mine\n", word);
            exit(2);
        }
    }
    if (words.schedules == 0)
        words.schedules = one ? 1 : 500;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    words.workers = processors < 1 || words.schedules == 1 ? 1
                    : processors > WORKERS_MOST            ? WORKERS_MOST
                                                           : (unsigned)processors;
    return words;
}

/* Whether all went well, said as the test of this number. */
static bool report(struct told *told, const struct words *words, unsigned number) {
    memset(told, 0, WORKERS_MOST * sizeof *told);
    run_many(told, words);
    bool good = !told->failed;
    if (good && words->schedules > 1)
        print_table(told);
    printf("# %lu schedules, %lu steps, %lu events compared, %lu connections cut off by failures\n",
        told->schedules, told->steps, told->events, told->cut_off);
    if (!good)
        print_failure(told, words);
    printf("%sok %u - server-simulate: every_picture_is_what_the_model_says%s\n",
        good ? "" : "not ", number, words->on_disk ? "_over_sqlite" : "");
    return good;
}

int main(int argc, char **argv) {
    const struct words words = read_words(argc, argv);
    struct words over_sqlite = words;
    struct told *told = mmap(NULL, WORKERS_MOST * sizeof *told, PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (told == MAP_FAILED)
        return 1;
    printf("1..%d\n", argc == 1 ? 2 : 1);
    bool good = report(told, &words, 1);
    over_sqlite.on_disk = true;
    over_sqlite.schedules = OVER_SQLITE;
    if (argc == 1)
        good &= report(told, &over_sqlite, 2);
    return good ? 0 : 1;
}
