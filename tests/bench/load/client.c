/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "client.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static void ready(watcher_t *watcher, uint32_t events);
static void refused(timer_entry_t *timer);

void client_init(client_t *client, const struct sockaddr_in *address, answered_fn answered, void *owner)
{
    memset(client, 0, sizeof(*client));
    client->watcher.ready = ready;
    client->refused.fire = refused;
    client->address = address;
    client->answered = answered;
    client->owner = owner;
    client->fd = -1;
}

void client_close(client_t *client)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
    client->is_used = 0;
}

char *client_buffer(client_t *client, size_t size)
{
    if (client->out_room < size) {
        client->out_room = size;
        client->out = must_allocate(client->out, size);
    }
    return client->out;
}

/* ---- the end of a request */

static void finish(client_t *client, const answer_t *answer)
{
    client->is_asking = 0;
    client->answered(client, answer);
}

static void fail(client_t *client, int why)
{
    answer_t answer = { 0 };

    client_close(client);
    answer.status = why;
    answer.body = "";
    answer.at = loop_now();
    finish(client, &answer);
}

static void refused(timer_entry_t *timer)
{
    fail((client_t *)((char *)timer - offsetof(client_t, refused)), ANSWER_NONE);
}

/* ---- sending */

/* 0, or -1 when the connection is broken. */
static int flush(client_t *client)
{
    while (client->out_sent < client->out_length) {
        ssize_t sent = send(client->fd, client->out + client->out_sent, client->out_length - client->out_sent, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return errno == EAGAIN || errno == ENOTCONN || errno == EINPROGRESS ? 0 : -1;
        client->out_sent += (size_t)sent;
    }
    return 0;
}

static int open_connection(client_t *client)
{
    int on = 1;

    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (client->fd < 0)
        return -1;
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (connect(client->fd, (const struct sockaddr *)client->address, sizeof(*client->address)) != 0 && errno != EINPROGRESS) {
        client_close(client);
        return -1;
    }
    loop_watch(client->fd, &client->watcher);
    return 0;
}

/* Whatever goes wrong here is told later, by the loop. */
static void transmit(client_t *client)
{
    client->out_sent = 0;
    client->in_length = 0;
    if (client->fd >= 0 && flush(client) == 0)
        return;
    client_close(client);
    if (open_connection(client) == 0)
        flush(client);
    else
        loop_timer(&client->refused, loop_now());
}

void client_send(client_t *client, size_t length)
{
    client->out_length = length;
    client->is_asking = 1;
    client->sent_at = loop_now();
    transmit(client);
}

void client_check_late(client_t *client, int64_t now, int64_t patience)
{
    if (client->is_asking && now - client->sent_at > patience)
        fail(client, ANSWER_LATE);
}

/* ---- receiving */

/* The value of a header among those that end at `end`; NULL if there is none. */
static const char *header(const char *head, const char *end, const char *name)
{
    size_t length = strlen(name);
    const char *line;

    for (line = memchr(head, '\n', (size_t)(end - head)); line && line + length < end;
         line = memchr(line + 1, '\n', (size_t)(end - line - 1)))
        if (strncasecmp(line + 1, name, length) == 0 && line[1 + length] == ':')
            return line + 2 + length;
    return NULL;
}

/* 1: `answer` is whole; 0: more must come; -1: this is no answer that we understand. */
static int parse(client_t *client, answer_t *answer, int *closes)
{
    const char *end, *length, *wait, *connection;
    size_t head;

    client->in[client->in_length] = '\0';
    end = memmem(client->in, client->in_length, "\r\n\r\n", 4);
    if (!end)
        return 0;
    length = header(client->in, end, "Content-Length");
    if (strncmp(client->in, "HTTP/1.1 ", 9) != 0 || !length)
        return -1;
    head = (size_t)(end + 4 - client->in);
    if (client->in_length < head + strtoul(length, NULL, 10))
        return 0;
    connection = header(client->in, end, "Connection");
    wait = header(client->in, end, "Retry-After");
    *closes = connection && strncasecmp(connection + strspn(connection, " "), "close", 5) == 0;
    answer->status = atoi(client->in + 9);
    answer->retry_after = wait ? atoi(wait) : 0;
    answer->body = end + 4;
    return 1;
}

/* Reads what is there: 1 something, 0 nothing, -1 the end or an error. */
static int receive(client_t *client)
{
    for (;;) {
        ssize_t got;

        if (client->in_room < client->in_length + 16384) {
            client->in_room = client->in_length + 32768;
            client->in = must_allocate(client->in, client->in_room);
        }
        got = recv(client->fd, client->in + client->in_length, client->in_room - client->in_length - 1, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            return 0;
        if (got <= 0)
            return -1;
        client->in_length += (size_t)got;
        return 1;
    }
}

/* The connection is gone. One that had been idle is no failure of the request: a browser just opens another. */
static void broken(client_t *client)
{
    if (client->is_used && client->in_length == 0) {
        client_close(client);
        transmit(client);
        return;
    }
    fail(client, ANSWER_NONE);
}

static void ready(watcher_t *watcher, uint32_t events)
{
    client_t *client = (client_t *)watcher;
    int got, whole = 0, closes = 0;
    answer_t answer = { 0 };

    if (client->fd < 0)
        return;
    if (!client->is_asking) {
        if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
            client_close(client);
        return;
    }
    if (events & EPOLLOUT && flush(client) != 0) {
        broken(client);
        return;
    }
    if (!(events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)))
        return;
    while ((got = receive(client)) > 0 && (whole = parse(client, &answer, &closes)) == 0)
        ;
    if (whole < 0)
        fail(client, ANSWER_NONE);
    else if (got < 0)
        broken(client);
    else if (whole > 0) {
        client->is_used = 1;
        if (closes || events & (EPOLLRDHUP | EPOLLHUP))
            client_close(client);
        answer.at = loop_now();
        finish(client, &answer);
    }
}
