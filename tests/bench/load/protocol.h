/* SPDX-License-Identifier: Apache-2.0
 *
 * What a learner's browser says to the server and reads of its answers (docs/protocol.md), as text: an answer is not parsed but
 * searched for the fields that are needed, which is enough for a server that is known to send well-formed JSON.
 */
#ifndef LOAD_PROTOCOL_H
#define LOAD_PROTOCOL_H

#include "client.h"

#define SESSION_ROOM 64
#define TOKEN_ROOM 512

/* What all learners have in common. */
typedef struct {
    const char *prefix;                 /* /connect */
    const char *launch;                 /* the body of a launch, with @ID@ where the learner's id belongs */
    const char *rev;                    /* of the training */
    const char **script;                /* what a learner does, over and over: "type":"answer","activity":… */
    size_t script_length;
} protocol_t;

/* Writes a whole request into the client's buffer; gives its length. */
size_t protocol_launch(const protocol_t *protocol, client_t *client, const char *learner);

/* The same, of `events`: `{"seq":1,…},{"seq":2,…}`. */
size_t protocol_events(const protocol_t *protocol, client_t *client, const char *session, const char *token, const char *events);

/* The text value of the first field `name`; whether there was one that fits. */
int protocol_text(const char *json, const char *name, char *out, size_t room);

/* The number of the first field `name`; -1 if there is none. */
long long protocol_number(const char *json, const char *name);

/* How many of the events that an answer tells of were refused. */
unsigned protocol_refused(const char *json);

#endif
