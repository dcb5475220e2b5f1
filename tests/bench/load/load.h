/* SPDX-License-Identifier: Apache-2.0
 *
 * What the command line asks for, and the two ways to load a server.
 */
#ifndef LOAD_LOAD_H
#define LOAD_LOAD_H

#include "protocol.h"

#define PATIENCE (30 * SECOND)          /* of a browser, for one answer */

typedef enum {
    LOAD_REQUESTS,                      /* the same request over and over */
    LOAD_LAUNCHES,                      /* launches: of `count` learners in turn */
    LOAD_ANSWERS                        /* one event a request, of learners that were launched before */
} load_kind_e;

typedef struct {
    struct sockaddr_in servers[16];     /* learners are spread over them */
    size_t server_count;
    protocol_t protocol;
    const char *ids;                    /* learners are called by this and a number */
    double seconds;                     /* learners: 0 means until a signal comes */
    const char *log;                    /* where to write what was acknowledged; NULL: nowhere */

    /* closed loop */
    load_kind_e kind;
    const char *request;                /* a whole one */
    unsigned connections;
    unsigned first, count;              /* numbers of launched learners; count: of each connection, in LOAD_ANSWERS */

    /* open loop */
    unsigned learners;
    double every;                       /* seconds between two events of a learner */
    double launches;                    /* each second; as many leave */
    double longest_wait;                /* seconds a learner waits after a failure, at most */
    double drain;                       /* seconds to wait at the end for what is not acknowledged */
} load_t;

/* Each connection sends its next request when it has its answer. Prints what it measured; gives the exit code. */
int load_closed(const load_t *load);

/* Learners send when their time has come, however long answers take; latencies count from then. */
int load_open(const load_t *load);

/* Microseconds of processor time that this process has used. */
double load_processor_time(void);

#endif
