/* SPDX-License-Identifier: Apache-2.0
 *
 * One keep-alive connection to a server, as one browser has it: one request under way at a time, connected when there is
 * something to send and no connection, and once more when an idle connection turns out to have been closed.
 *
 * HTTP/1.1, and of it only what httpd answers to us: a status line, headers, Content-Length. libcurl can do more, but its
 * multi interface lets all transfers to a host share their connections, where ten thousand learners have ten thousand, and
 * costs three times as much for each request, on the processors that are being measured.
 */
#ifndef LOAD_CLIENT_H
#define LOAD_CLIENT_H

#include <netinet/in.h>

#include "loop.h"

#define ANSWER_NONE 0                   /* refused, reset, closed or not HTTP */
#define ANSWER_LATE -1

typedef struct {
    int status;                         /* of HTTP, or one of the above */
    int retry_after;                    /* seconds */
    const char *body;                   /* ends with a NUL */
    int64_t at;
} answer_t;

typedef struct client_t client_t;
typedef void (*answered_fn)(client_t *client, const answer_t *answer);

struct client_t {
    watcher_t watcher;                  /* first: what is ready is the client */
    const struct sockaddr_in *address;
    answered_fn answered;
    void *owner;
    int is_asking;                      /* a request is under way */
    int64_t sent_at;                    /* the last one */

    timer_entry_t refused;              /* set when not even a socket was to be had */
    int fd;                             /* -1: not connected */
    int is_used;                        /* the connection has carried an answer: it may have been closed since */
    char *out, *in;
    size_t out_length, out_sent, out_room, in_length, in_room;
};

void client_init(client_t *client, const struct sockaddr_in *address, answered_fn answered, void *owner);

/* Room for a request of `size` bytes, to be written there before client_send. */
char *client_buffer(client_t *client, size_t size);

/* Sends the `length` bytes of the buffer; `answered` is called later, never from here. */
void client_send(client_t *client, size_t length);

/* Gives up a request that has been under way for longer than `patience`. */
void client_check_late(client_t *client, int64_t now, int64_t patience);

/* Drops the connection. */
void client_close(client_t *client);

#endif
