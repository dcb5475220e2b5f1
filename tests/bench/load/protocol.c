/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_ROOM 1024

static const char launch_head[] = "POST %s/api/launch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                                  "Content-Length: %zu\r\n\r\n%.*s%s%s";

static const char events_head[] = "POST %s/api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                                  "Authorization: Bearer %s\r\nContent-Length: %zu\r\n\r\n"
                                  "{\"session\":\"%s\",\"lang\":\"en\",\"rev\":\"%s\",\"events\":[%s]}";

size_t protocol_launch(const protocol_t *protocol, client_t *client, const char *learner)
{
    const char *mark = strstr(protocol->launch, "@ID@");
    size_t before = (size_t)(mark - protocol->launch), length = strlen(protocol->launch) - 4 + strlen(learner);
    size_t room = HEAD_ROOM + length;

    return (size_t)snprintf(client_buffer(client, room), room, launch_head, protocol->prefix, length, (int)before,
                            protocol->launch, learner, mark + 4);
}

size_t protocol_events(const protocol_t *protocol, client_t *client, const char *session, const char *token, const char *events)
{
    size_t frame = strlen("{\"session\":\"\",\"lang\":\"en\",\"rev\":\"\",\"events\":[]}");
    size_t length = frame + strlen(session) + strlen(protocol->rev) + strlen(events);
    size_t room = HEAD_ROOM + TOKEN_ROOM + length;

    return (size_t)snprintf(client_buffer(client, room), room, events_head, protocol->prefix, token, length, session,
                            protocol->rev, events);
}

/* What follows `"name":`, blanks left out. */
static const char *value_of(const char *json, const char *name)
{
    size_t length = strlen(name);
    const char *at;

    for (at = strstr(json, name); at; at = strstr(at + 1, name)) {
        const char *after = at + length;

        if (at == json || at[-1] != '"' || *after != '"')
            continue;
        after += 1 + strspn(after + 1, " ");
        if (*after == ':')
            return after + 1 + strspn(after + 1, " ");
    }
    return NULL;
}

int protocol_text(const char *json, const char *name, char *out, size_t room)
{
    const char *value = value_of(json, name);
    size_t length;

    if (!value || *value != '"')
        return 0;
    length = strcspn(value + 1, "\"\\");
    if (value[1 + length] != '"' || length >= room)
        return 0;
    memcpy(out, value + 1, length);
    out[length] = '\0';
    return 1;
}

long long protocol_number(const char *json, const char *name)
{
    const char *value = value_of(json, name);

    return value ? strtoll(value, NULL, 10) : -1;
}

unsigned protocol_refused(const char *json)
{
    unsigned count = 0;
    const char *at = json, *value;

    while ((value = value_of(at, "ok")) != NULL) {
        count += strncmp(value, "false", 5) == 0;
        at = value;
    }
    return count;
}
