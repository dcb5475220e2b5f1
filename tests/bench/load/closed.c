/* SPDX-License-Identifier: Apache-2.0
 *
 * The closed loop. A connection has learners of its own and works for them in turn, so that of each learner one request is under
 * way at a time and numbers rise, as with browsers.
 */
#include "load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tally.h"

#define WARM_SHARE 10                   /* the first tenth of the time is not measured */

typedef struct {
    char name[64], session[SESSION_ROOM], token[TOKEN_ROOM];
    unsigned long long seq, ack;
} learner_t;

typedef struct {
    client_t client;
    learner_t *learners;
    unsigned turn;                      /* whose request is under way */
} visitor_t;

/* What is asked in the present phase, and whether an answer is what was expected. */
typedef struct {
    size_t (*ask)(visitor_t *visitor);
    int (*is_good)(visitor_t *visitor, const answer_t *answer);
    int is_measured;
} phase_t;

static const load_t *load;
static const phase_t *phase;
static visitor_t *visitors;
static unsigned under_way, next_number, sent;
static int64_t measured_from, measured_to;
static tally_t tally;
static int is_spoilt;

/* ---- the same request over and over */

static size_t ask_same(visitor_t *visitor)
{
    size_t length = strlen(load->request);

    memcpy(client_buffer(&visitor->client, length), load->request, length);
    return length;
}

static int is_ok(visitor_t *visitor, const answer_t *answer)
{
    (void)visitor;
    return answer->status == 200;
}

/* ---- launches */

static size_t ask_launch(visitor_t *visitor)
{
    char name[64];

    snprintf(name, sizeof(name), "%s%u", load->ids, load->first + next_number++ % load->count);
    return protocol_launch(&load->protocol, &visitor->client, name);
}

static int is_launched(visitor_t *visitor, const answer_t *answer)
{
    char token[TOKEN_ROOM];

    (void)visitor;
    return answer->status == 200 && protocol_text(answer->body, "token", token, sizeof(token));
}

/* ---- answers: each visitor launches its learners, then answers for them in turn */

static size_t ask_own_launch(visitor_t *visitor)
{
    if (visitor->turn == load->count)
        return 0;
    return protocol_launch(&load->protocol, &visitor->client, visitor->learners[visitor->turn].name);
}

static int is_own_launched(visitor_t *visitor, const answer_t *answer)
{
    learner_t *learner = &visitor->learners[visitor->turn++];

    return answer->status == 200 && protocol_text(answer->body, "token", learner->token, sizeof(learner->token))
        && protocol_text(answer->body, "session", learner->session, sizeof(learner->session));
}

static size_t ask_event(visitor_t *visitor)
{
    learner_t *learner = &visitor->learners[visitor->turn];
    char event[1024];

    learner->seq = learner->ack + 1;
    snprintf(event, sizeof(event), "{\"seq\":%llu,%s}", learner->seq,
             load->protocol.script[learner->ack % load->protocol.script_length]);
    return protocol_events(&load->protocol, &visitor->client, learner->session, learner->token, event);
}

static int is_acknowledged(visitor_t *visitor, const answer_t *answer)
{
    learner_t *learner = &visitor->learners[visitor->turn];

    if (answer->status != 200 || protocol_number(answer->body, "ack") != (long long)learner->seq)
        return 0;
    learner->ack = learner->seq;
    visitor->turn = (visitor->turn + 1) % load->count;
    return protocol_refused(answer->body) == 0;
}

static const phase_t same = { ask_same, is_ok, 1 };
static const phase_t launches = { ask_launch, is_launched, 1 };
static const phase_t own_launches = { ask_own_launch, is_own_launched, 0 };
static const phase_t events = { ask_event, is_acknowledged, 1 };

/* ---- the loop */

static void go_on(visitor_t *visitor)
{
    size_t length = is_spoilt || (phase->is_measured && loop_now() >= measured_to) ? 0 : phase->ask(visitor);

    if (length) {
        sent++;
        client_send(&visitor->client, length);
        return;
    }
    if (--under_way == 0)
        loop_stop();
}

static void answered(client_t *client, const answer_t *answer)
{
    visitor_t *visitor = client->owner;

    if (!phase->is_good(visitor, answer)) {
        if (!is_spoilt)
            fprintf(stderr, "load: status %d: %.500s\n", answer->status, answer->body);
        tally_failure(&tally, answer);
        /* The figures are worthless now; what is under way still ends, for the sake of the log. */
        is_spoilt = 1;
    }
    else if (phase->is_measured && answer->at >= measured_from && answer->at < measured_to)
        tally_good(&tally, answer->at - client->sent_at);
    go_on(visitor);
}

static void sweep(timer_entry_t *timer)
{
    int64_t now = loop_now();
    unsigned i;

    for (i = 0; i < load->connections; i++)
        client_check_late(&visitors[i].client, now, PATIENCE);
    loop_timer(timer, now + SECOND);
}

static void run(const phase_t *which)
{
    unsigned i;

    phase = which;
    under_way = load->connections;
    for (i = 0; i < load->connections; i++) {
        visitors[i].turn = 0;
        go_on(&visitors[i]);
    }
    if (under_way)
        loop_run();
}

static void make_visitors(void)
{
    unsigned i, k;

    visitors = must_allocate(NULL, load->connections * sizeof(*visitors));
    for (i = 0; i < load->connections; i++) {
        visitor_t *visitor = &visitors[i];

        client_init(&visitor->client, &load->servers[i % load->server_count], answered, visitor);
        visitor->learners = NULL;
        if (load->kind != LOAD_ANSWERS)
            continue;
        visitor->learners = must_allocate(NULL, load->count * sizeof(learner_t));
        memset(visitor->learners, 0, load->count * sizeof(learner_t));
        for (k = 0; k < load->count; k++)
            snprintf(visitor->learners[k].name, sizeof(visitor->learners[k].name), "%s%u", load->ids,
                     load->first + i * load->count + k);
    }
}

static int write_log(void)
{
    FILE *file = fopen(load->log, "w");
    unsigned i, k;

    if (!file) {
        perror(load->log);
        return 1;
    }
    for (i = 0; i < load->connections; i++)
        for (k = 0; visitors[i].learners && k < load->count; k++) {
            const learner_t *learner = &visitors[i].learners[k];
            if (*learner->session)
                fprintf(file, "%s\t%s\t%llu\n", learner->name, learner->session, learner->ack);
        }
    return fclose(file) != 0;
}

int load_closed(const load_t *wanted)
{
    timer_entry_t sweeper = { 0, sweep, 0 };
    int64_t start;
    double processor;

    load = wanted;
    loop_start();
    loop_timer(&sweeper, loop_now() + SECOND);
    make_visitors();
    if (load->kind == LOAD_ANSWERS)
        run(&own_launches);
    start = loop_now();
    measured_to = start + (int64_t)(load->seconds * 1e9);
    measured_from = start + (measured_to - start) / WARM_SHARE;
    processor = load_processor_time();
    sent = 0;
    run(load->kind == LOAD_REQUESTS ? &same : load->kind == LOAD_LAUNCHES ? &launches : &events);
    processor = load_processor_time() - processor;

    printf("{\"seconds\":%.3f,\"rate\":%.1f,\"processor_us\":%.2f,\"requests\":", (double)(measured_to - measured_from) / 1e9,
           (double)tally.good * 1e9 / (double)(measured_to - measured_from), sent ? processor / sent : 0);
    tally_print(&tally, stdout);
    puts("}");
    if (load->log && write_log() != 0)
        return 1;
    return 0;
}
