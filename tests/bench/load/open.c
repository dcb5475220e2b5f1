/* SPDX-License-Identifier: Apache-2.0
 *
 * The open loop: learners as they are. Each has a connection of its own, launches, does something every few seconds, tells
 * its time, leaves; others come. None waits for the server: what is due while a request is under way goes with the next one,
 * and its latency counts from when it was due. Failures are handled as the player's outbox does (htdocs/player/outbox.js):
 * everything above the last acknowledgement is sent again, in order.
 */
#define _GNU_SOURCE
#include "load.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tally.h"

#define EVENTS_PER_REQUEST 40
#define TICKS_PER_HEARTBEAT 3
#define FILLING_AT_ONCE 48

static const double waits[] = { 2, 5, 15, 60 };

/* All sessions ever made, for the log. */
typedef struct session_t {
    char id[SESSION_ROOM];
    unsigned learner;
    unsigned long long seq, ack;
    struct session_t *next;
} session_t;

typedef enum { TODO_SCRIPT, TODO_TIME, TODO_LEAVE } todo_e;

/* An event that is not acknowledged. */
typedef struct {
    session_t *session;
    unsigned long long seq;
    int64_t due;
    todo_e kind;
    const char *text;                   /* of the script */
    long seconds;                       /* of the session */
} event_t;

typedef enum { NOBODY, LAUNCHING, AT_WORK, STOPPED } state_e;

typedef struct learner_t {
    client_t client;
    timer_entry_t tick, retry;
    state_e state;
    unsigned number;                    /* the name is `ids` and this */
    char token[TOKEN_ROOM];
    session_t *session;
    event_t *events;
    size_t count, room;
    size_t step, ticks;
    int64_t launch_due;
    unsigned failures;
    int is_renewed;                     /* launched again since the last good answer */
    struct learner_t *next_free;
} learner_t;

static const load_t *load;
static learner_t *learners, *free_learners;
static unsigned slots, at_work, launching, next_number;
static session_t *sessions;

/* In the order of their launches: who leaves next. */
static learner_t **present;
static size_t present_from, present_count;

/* Numbers of those who left, to come back. */
static unsigned *gone;
static size_t gone_from, gone_count, gone_room;
static int is_somebody_back;

static int is_measuring, is_ending;
static int64_t started, ended, swept;
static tally_t launch_tally, event_tally;
static uint64_t requests, stopped, missed, relaunches, unacknowledged;
static volatile sig_atomic_t is_interrupted;

static void send_some(learner_t *learner);

/* ---- a learner's events */

static void add_event(learner_t *learner, todo_e kind, int64_t due)
{
    event_t *event;

    if (learner->count == learner->room) {
        learner->room = learner->room ? 2 * learner->room : 4;
        learner->events = must_allocate(learner->events, learner->room * sizeof(event_t));
    }
    event = &learner->events[learner->count++];
    event->session = learner->session;
    event->seq = ++learner->session->seq;
    event->due = due;
    event->kind = kind;
    event->text = load->protocol.script[learner->step % load->protocol.script_length];
    event->seconds = (long)((double)learner->ticks * load->every);
    learner->step += kind == TODO_SCRIPT;
}

static size_t write_event(const event_t *event, char *out, size_t room)
{
    switch (event->kind) {
    case TODO_SCRIPT:
        return (size_t)snprintf(out, room, "{\"seq\":%llu,%s}", event->seq, event->text);
    case TODO_TIME:
        return (size_t)snprintf(out, room, "{\"seq\":%llu,\"type\":\"time\",\"seconds\":%ld}", event->seq, event->seconds);
    case TODO_LEAVE:
        break;
    }
    return (size_t)snprintf(out, room, "{\"seq\":%llu,\"type\":\"leave\"}", event->seq);
}

/* The events of one request: the oldest session's first. */
static size_t batch_of(const learner_t *learner)
{
    size_t i;

    for (i = 0; i < learner->count && i < EVENTS_PER_REQUEST; i++)
        if (learner->events[i].session != learner->events[0].session)
            break;
    return i;
}

static size_t ask_events(learner_t *learner)
{
    char text[EVENTS_PER_REQUEST * 1024];
    size_t length = 0, count = batch_of(learner), i;

    for (i = 0; i < count && length < sizeof(text) - 1024; i++) {
        if (i)
            text[length++] = ',';
        length += write_event(&learner->events[i], text + length, sizeof(text) - length);
    }
    return protocol_events(&load->protocol, &learner->client, learner->events[0].session->id, learner->token, text);
}

/* ---- coming and going */

static size_t ask_launch(learner_t *learner)
{
    char name[64];

    snprintf(name, sizeof(name), "%s%u", load->ids, learner->number);
    return protocol_launch(&load->protocol, &learner->client, name);
}

static void come(unsigned number, int64_t due)
{
    learner_t *learner = free_learners;

    /* Too many are still leaving: nobody is there to play this one. */
    if (!learner) {
        missed++;
        return;
    }
    free_learners = learner->next_free;
    learner->state = LAUNCHING;
    learner->number = number;
    learner->launch_due = due;
    learner->session = NULL;
    learner->count = learner->step = learner->ticks = 0;
    learner->failures = 0;
    learner->is_renewed = 0;
    launching++;
    send_some(learner);
}

static void go(learner_t *learner)
{
    learner->state = NOBODY;
    loop_timer_cancel(&learner->tick);
    client_close(&learner->client);
    learner->next_free = free_learners;
    free_learners = learner;
    if (gone_count == gone_room)
        return;
    gone[(gone_from + gone_count++) % gone_room] = learner->number;
}

static int is_leaving(const learner_t *learner)
{
    return learner->state == AT_WORK && !learner->tick.place && !is_ending;
}

/* The server will never take what this one has: the player shows an error and stops. */
static void stop(learner_t *learner)
{
    if (learner->state == LAUNCHING)
        launching--;
    else if (!is_leaving(learner))
        at_work--;
    learner->state = STOPPED;
    loop_timer_cancel(&learner->tick);
    client_close(&learner->client);
    stopped++;
}

static void begin_work(learner_t *learner, int64_t now)
{
    launching--;
    at_work++;
    learner->state = AT_WORK;
    present[(present_from + present_count++) % slots] = learner;
    /* Somewhere within the first period: people don't click in step. */
    loop_timer(&learner->tick, now + (int64_t)(drand48() * load->every * 1e9));
}

static void leave(learner_t *learner, int64_t due)
{
    loop_timer_cancel(&learner->tick);
    at_work--;
    add_event(learner, TODO_LEAVE, due);
    send_some(learner);
}

/* Who was launched first leaves; every other one who comes has been here before. */
static void change_one(int64_t due)
{
    unsigned number;

    while (present_count) {
        learner_t *oldest = present[present_from];

        present_from = (present_from + 1) % slots;
        present_count--;
        if (oldest->state == AT_WORK) {
            leave(oldest, due);
            break;
        }
    }
    is_somebody_back = !is_somebody_back && gone_count;
    if (!is_somebody_back) {
        come(next_number++, due);
        return;
    }
    number = gone[gone_from];
    gone_from = (gone_from + 1) % gone_room;
    gone_count--;
    come(number, due);
}

/* ---- requests */

static void send_some(learner_t *learner)
{
    if (learner->client.is_asking || learner->retry.place)
        return;
    if (learner->state == LAUNCHING || (learner->state == AT_WORK && !*learner->token)) {
        requests++;
        client_send(&learner->client, ask_launch(learner));
    }
    else if (learner->state == AT_WORK && learner->count) {
        requests++;
        client_send(&learner->client, ask_events(learner));
    }
}

static void wait_a_while(learner_t *learner, int at_least)
{
    size_t last = sizeof(waits) / sizeof(*waits) - 1;
    double seconds = waits[learner->failures < last ? learner->failures : last];

    learner->failures++;
    if (seconds > load->longest_wait)
        seconds = load->longest_wait;
    if (seconds < at_least)
        seconds = at_least;
    loop_timer(&learner->retry, loop_now() + (int64_t)(seconds * 1e9));
}

static int is_passing(const answer_t *answer)
{
    return answer->status <= 0 || answer->status == 408 || answer->status == 429 || answer->status >= 500;
}

static void launch_answered(learner_t *learner, const answer_t *answer)
{
    session_t *session;

    if (answer->status != 200) {
        tally_failure(&launch_tally, answer);
        if (is_passing(answer))
            wait_a_while(learner, answer->retry_after);
        else
            stop(learner);
        return;
    }
    session = must_allocate(NULL, sizeof(*session));
    memset(session, 0, sizeof(*session));
    if (!protocol_text(answer->body, "token", learner->token, sizeof(learner->token))
        || !protocol_text(answer->body, "session", session->id, sizeof(session->id))) {
        free(session);
        tally_failure(&launch_tally, answer);
        stop(learner);
        return;
    }
    session->learner = learner->number;
    session->next = sessions;
    sessions = session;
    learner->session = session;
    learner->failures = 0;
    if (learner->state == AT_WORK) {
        relaunches++;
        return;
    }
    if (is_measuring)
        tally_good(&launch_tally, answer->at - learner->launch_due);
    begin_work(learner, answer->at);
}

/* Events up to the acknowledged number are done with. */
static size_t settle(learner_t *learner, long long ack, int64_t now)
{
    session_t *session = learner->events[0].session;
    size_t done = 0;

    while (done < learner->count && learner->events[done].session == session && (long long)learner->events[done].seq <= ack) {
        if (is_measuring && learner->events[done].due >= started)
            tally_good(&event_tally, now - learner->events[done].due);
        done++;
    }
    if (done)
        session->ack = learner->events[done - 1].seq;
    learner->count -= done;
    memmove(learner->events, learner->events + done, learner->count * sizeof(event_t));
    return done;
}

static void events_acknowledged(learner_t *learner, const answer_t *answer)
{
    if (!settle(learner, protocol_number(answer->body, "ack"), answer->at)) {
        tally_failure(&event_tally, answer);
        wait_a_while(learner, 0);
        return;
    }
    event_tally.wrong += protocol_refused(answer->body);
    learner->failures = 0;
    learner->is_renewed = 0;
    protocol_text(answer->body, "token", learner->token, sizeof(learner->token));
}

static void events_answered(learner_t *learner, const answer_t *answer)
{
    if (answer->status == 200) {
        events_acknowledged(learner, answer);
        if (is_leaving(learner) && !learner->count)
            go(learner);
        return;
    }
    tally_failure(&event_tally, answer);
    if (answer->status == 401 && !learner->is_renewed) {
        learner->is_renewed = 1;
        *learner->token = '\0';
    }
    else if (answer->status == 401 || is_passing(answer))
        wait_a_while(learner, answer->retry_after);
    else
        stop(learner);
}

/* ---- the course of the whole */

/* At the beginning, as fast as the server can: until everybody is there. */
static void fill(void)
{
    while (!is_measuring && launching < FILLING_AT_ONCE && at_work + launching < load->learners && free_learners)
        come(next_number++, loop_now());
}

static void answered(client_t *client, const answer_t *answer)
{
    learner_t *learner = client->owner;

    if (learner->state == LAUNCHING || (learner->state == AT_WORK && !*learner->token))
        launch_answered(learner, answer);
    else
        events_answered(learner, answer);
    if (learner->state == AT_WORK || learner->state == LAUNCHING)
        send_some(learner);
    fill();
}

static void tick(timer_entry_t *timer)
{
    learner_t *learner = (learner_t *)((char *)timer - offsetof(learner_t, tick));
    int64_t due = timer->at;

    if (is_ending)
        return;
    learner->ticks++;
    add_event(learner, TODO_SCRIPT, due);
    if (learner->ticks % TICKS_PER_HEARTBEAT == 0)
        add_event(learner, TODO_TIME, due);
    loop_timer(timer, due + (int64_t)(load->every * 1e9));
    send_some(learner);
}

static void retry(timer_entry_t *timer)
{
    send_some((learner_t *)((char *)timer - offsetof(learner_t, retry)));
}

static void arrive(timer_entry_t *timer)
{
    int64_t due = timer->at;

    if (is_ending)
        return;
    change_one(due);
    loop_timer(timer, due + (int64_t)(1e9 / load->launches));
}

static uint64_t count_unacknowledged(void)
{
    uint64_t count = 0;
    unsigned i;

    for (i = 0; i < slots; i++)
        if (learners[i].state == AT_WORK)
            count += learners[i].count;
    return count;
}

static timer_entry_t arrivals = { 0, arrive, 0 };

static void sweep(int64_t now)
{
    unsigned i;

    swept = now;
    for (i = 0; i < slots; i++)
        client_check_late(&learners[i].client, now, PATIENCE);
}

/* Looks after what no single learner sees: late answers, the beginning and the end of measuring. */
static void oversee(timer_entry_t *timer)
{
    int64_t now = loop_now();

    if (now - swept > SECOND)
        sweep(now);
    if (!is_measuring && at_work >= load->learners) {
        is_measuring = 1;
        started = now;
        if (load->launches > 0)
            loop_timer(&arrivals, now);
    }
    if (!is_ending && (is_interrupted || (is_measuring && load->seconds > 0 && now - started > (int64_t)(load->seconds * 1e9)))) {
        is_ending = 1;
        ended = now;
    }
    if (is_ending && ((unacknowledged = count_unacknowledged()) == 0 || now - ended > (int64_t)(load->drain * 1e9)))
        loop_stop();
    loop_timer(timer, now + SECOND / 20);
}

static void print(double processor)
{
    printf("{\"seconds\":%.3f,\"learners\":%u", started ? (double)(ended - started) / 1e9 : 0, at_work);
    printf(",\"processor_us\":%.2f", requests ? processor / (double)requests : 0);
    printf(",\"stopped\":%" PRIu64 ",\"missed\":%" PRIu64, stopped, missed);
    printf(",\"relaunches\":%" PRIu64 ",\"unacknowledged\":%" PRIu64, relaunches, unacknowledged);
    printf(",\"launches\":");
    tally_print(&launch_tally, stdout);
    printf(",\"events\":");
    tally_print(&event_tally, stdout);
    puts("}");
}

static void interrupt(int signal_number)
{
    (void)signal_number;
    is_interrupted = 1;
}

static void prepare(void)
{
    unsigned i;

    /* Some more than are at work at a time: those who come, while others are still leaving. */
    slots = load->learners + load->learners / 10 + 100;
    learners = must_allocate(NULL, slots * sizeof(*learners));
    memset(learners, 0, slots * sizeof(*learners));
    present = must_allocate(NULL, slots * sizeof(learner_t *));
    gone_room = slots;
    gone = must_allocate(NULL, gone_room * sizeof(unsigned));
    next_number = load->first;
    for (i = slots; i-- > 0;) {
        learner_t *learner = &learners[i];

        client_init(&learner->client, &load->servers[i % load->server_count], answered, learner);
        learner->tick.fire = tick;
        learner->retry.fire = retry;
        learner->next_free = free_learners;
        free_learners = learner;
    }
}

static int write_log(void)
{
    FILE *file = fopen(load->log, "w");
    const session_t *session;

    if (!file) {
        perror(load->log);
        return 1;
    }
    for (session = sessions; session; session = session->next)
        fprintf(file, "%s%u\t%s\t%llu\n", load->ids, session->learner, session->id, session->ack);
    return fclose(file) != 0;
}

int load_open(const load_t *wanted)
{
    timer_entry_t overseer = { 0, oversee, 0 };
    double processor = load_processor_time();

    load = wanted;
    srand48(1);
    signal(SIGINT, interrupt);
    signal(SIGTERM, interrupt);
    loop_start();
    prepare();
    loop_timer(&overseer, loop_now() + SECOND / 20);
    fill();
    loop_run();

    print(load_processor_time() - processor);
    return load->log ? write_log() : 0;
}
