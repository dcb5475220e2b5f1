// SPDX-License-Identifier: Apache-2.0
// The outbox against a server that behaves as docs/protocol.md §5 says, and against one that does not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../../htdocs/player/api.js';
import { Outbox } from '../../../htdocs/player/outbox.js';
import { Shelf } from '../../../htdocs/player/shelf.js';

/** Remembers what was acknowledged per session; `fail` is asked before each request and may throw. */
class FakeServer {
  requests = [];
  disk = new Map();
  fail = () => {};

  send = async ({ session, events }) => {
    this.requests.push({ session, seqs: events.map((event) => event.seq) });
    await null;
    this.fail({ session, events }, this.requests.length);
    const stored = this.disk.get(session) ?? [];
    const highest = stored.length > 0 ? stored[stored.length - 1].seq : 0;
    stored.push(...events.filter((event) => event.seq > highest).map((event) => ({ ...event })));
    this.disk.set(session, stored);
    const results = events.filter((event) => event.type === 'answer').map(({ seq }) => ({ seq, ok: true, correct: true }));
    return { ack: stored[stored.length - 1].seq, course_changed: false, results, progress: {}, snapshot: null };
  };

  stored(session) {
    return (this.disk.get(session) ?? []).map((event) => event.type);
  }
}

/** Time that passes when it is told to. */
class FakeTimers {
  #planned = new Map();
  #last = 0;
  waits = [];

  set = (run, ms) => {
    this.waits.push(ms);
    this.#planned.set(++this.#last, run);
    return this.#last;
  };

  clear = (id) => this.#planned.delete(id);

  async pass() {
    const [[id, run]] = this.#planned;
    this.#planned.delete(id);
    run();
    await settled();
  }
}

class FakeStorage {
  items = new Map();
  getItem = (key) => this.items.get(key) ?? null;
  setItem = (key, value) => this.items.set(key, value);
  removeItem = (key) => this.items.delete(key);
}

/** Lets everything happen that waits for nothing but promises. */
const settled = () => new Promise((resolve) => { setImmediate(resolve); });

const view = (module) => ({ type: 'view', module });
const answer = (activity) => ({ type: 'answer', activity, response: ['1'] });

function makeOutbox({ storage = new FakeStorage(), server = new FakeServer() } = {}) {
  const timers = new FakeTimers();
  const seen = { answers: 0, givenUp: [], stopped: [], states: [] };
  const shelf = new Shelf(storage, 'reg');
  const outbox = new Outbox({
    send: server.send,
    relaunch: async () => outbox.begin('renewed', 0, shelf),
    onAnswer: () => { seen.answers += 1; },
    onGivenUp: (event) => seen.givenUp.push(event.type),
    onStopped: (error) => seen.stopped.push(error.code),
    onState: (state) => seen.states.push(state),
    timers,
  });
  return { outbox, server, timers, storage, shelf, seen };
}

test('work is numbered from the last number of the session and sent in order', async () => {
  const { outbox, server, shelf } = makeOutbox();
  outbox.begin('s1', 7, shelf);
  outbox.add(view('a'));
  outbox.add(view('b'));
  outbox.add(view('c'));
  await settled();
  assert.deepEqual(server.requests.flatMap((request) => request.seqs), [8, 9, 10]);
  assert.equal(outbox.pending, 0);
});

test('one request is under way at a time; what comes meanwhile goes out together', async () => {
  const { outbox, server, shelf } = makeOutbox();
  outbox.begin('s1', 0, shelf);
  for (let i = 0; i < 5; i += 1) outbox.add(view(`m${i}`));
  await settled();
  assert.deepEqual(server.requests.map((request) => request.seqs), [[1], [2, 3, 4, 5]]);
});

test('who adds work gets the grading of that very work', async () => {
  const { outbox, shelf } = makeOutbox();
  outbox.begin('s1', 0, shelf);
  const [nothing, graded] = await Promise.all([outbox.add(view('a')), outbox.add(answer('q1'))]);
  assert.equal(nothing, null);
  assert.deepEqual(graded, { seq: 2, ok: true, correct: true });
});

test('a server that is away is tried again with growing pauses, and nothing is lost or doubled', async () => {
  const { outbox, server, timers, shelf, seen } = makeOutbox();
  server.fail = (_, count) => { if (count <= 5) throw new ApiError(count % 2 ? 0 : 503, { code: 'unavailable' }); };
  outbox.begin('s1', 0, shelf);
  outbox.add(view('a'));
  await settled();
  outbox.add(view('b'));
  for (let i = 0; i < 5; i += 1) await timers.pass();
  assert.deepEqual(timers.waits, [2000, 5000, 15000, 60000, 60000]);
  assert.deepEqual(server.stored('s1'), ['view', 'view']);
  assert.equal(seen.states.includes('offline'), true);
  assert.equal(seen.states.at(-1), 'saved');
});

test('the pause is at least what the server asks for', async () => {
  const { outbox, server, timers, shelf } = makeOutbox();
  server.fail = () => { throw new ApiError(503, { code: 'unavailable' }, 30); };
  outbox.begin('s1', 0, shelf);
  outbox.add(view('a'));
  await settled();
  assert.deepEqual(timers.waits, [30000]);
});

test('an answer lost on its way back is asked for again under the same number', async () => {
  const server = new FakeServer();
  const { send } = server;
  let lost = false;
  server.send = async (batch) => {
    const answered = await send(batch);
    if (!lost) {
      lost = true;
      throw new ApiError(0);
    }
    return answered;
  };
  const { outbox, timers, shelf } = makeOutbox({ server });
  outbox.begin('s1', 0, shelf);
  const graded = outbox.add(answer('q1'));
  await settled();
  await timers.pass();
  assert.equal((await graded).seq, 1);
  assert.deepEqual(server.stored('s1'), ['answer']);
});

test('an acknowledgement that does not advance is treated as a failure, not repeated at once', async () => {
  const { timers, shelf, outbox } = makeOutbox({ server: { send: async () => ({ ack: 0, results: [] }) } });
  outbox.begin('s1', 0, shelf);
  outbox.add(view('a'));
  await settled();
  assert.deepEqual(timers.waits, [2000]);
  assert.equal(outbox.pending, 1);
});

test('after a reload the work of the earlier session is delivered first, under its own name', async () => {
  const storage = new FakeStorage();
  const before = makeOutbox({ storage });
  before.server.fail = () => { throw new ApiError(0); };
  before.outbox.begin('old', 3, before.shelf);
  before.outbox.add(answer('q1'));
  before.outbox.add(view('b'));
  await settled();
  assert.equal(before.outbox.durable, true);

  const after = makeOutbox({ storage });
  after.outbox.begin('new', 0, after.shelf);
  after.outbox.add(view('c'));
  await settled();
  assert.deepEqual(after.server.requests, [{ session: 'old', seqs: [4, 5] }, { session: 'new', seqs: [1] }]);
  assert.equal(storage.items.size, 0, 'nothing stays behind on the device');
});

test('storage that throws costs durability, not work', async () => {
  const broken = { getItem() { throw new Error('denied'); }, setItem() { throw new Error('denied'); }, removeItem() { throw new Error('denied'); } };
  const { outbox, server, shelf } = makeOutbox({ storage: broken });
  outbox.begin('s1', 0, shelf);
  outbox.add(view('a'));
  await settled();
  assert.deepEqual(server.stored('s1'), ['view']);
  assert.equal(outbox.durable, false);
});

test('rubbish in storage is ignored', async () => {
  const storage = new FakeStorage();
  for (const rubbish of ['{', '{"a":1}', '[{"session":1}]', '[{"session":"x","events":[{}]}]', 'null']) {
    storage.items.set('scormconnect:reg', rubbish);
    assert.deepEqual(new Shelf(storage, 'reg').read(), []);
  }
});

test('two tabs on one shelf do not erase each other', () => {
  const storage = new FakeStorage();
  const one = { session: 'one', events: [{ seq: 1, type: 'leave' }] };
  const two = { session: 'two', events: [{ seq: 1, type: 'leave' }] };
  new Shelf(storage, 'reg').write([one]);
  new Shelf(storage, 'reg').write([two]);
  new Shelf(storage, 'reg').write([{ session: 'one', events: [] }]);
  assert.deepEqual(new Shelf(storage, 'reg').read(), [two]);
});

test('a preview leaves nothing on the device', () => {
  const storage = new FakeStorage();
  assert.equal(new Shelf(storage, '').write([{ session: 's', events: [{ seq: 1, type: 'leave' }] }]), false);
  assert.equal(storage.items.size, 0);
});

test('a dead token is renewed by a launch; the old session is finished under its name, then the new one goes on', async () => {
  const { outbox, server, shelf, seen } = makeOutbox();
  let dead = true;
  server.fail = () => { if (dead) { dead = false; throw new ApiError(401, { code: 'token_expired' }); } };
  outbox.begin('s1', 0, shelf);
  const graded = outbox.add(answer('q1'));
  await settled();
  outbox.add(view('b'));
  await settled();
  assert.equal((await graded).ok, true);
  assert.deepEqual(server.stored('s1'), ['answer']);
  assert.deepEqual(server.stored('renewed'), ['view']);
  assert.deepEqual(seen.stopped, []);
});

test('a token that is dead again right after the launch is not renewed in a loop', async () => {
  const { outbox, server, timers, shelf } = makeOutbox();
  server.fail = () => { throw new ApiError(401, { code: 'token_invalid' }); };
  outbox.begin('s1', 0, shelf);
  outbox.add(view('a'));
  await settled();
  assert.equal(server.requests.length, 2);
  assert.equal(timers.waits.length, 1);
});

test('a malformed event is found, given up and told; its neighbours arrive', async () => {
  const { outbox, server, shelf, seen } = makeOutbox();
  server.fail = ({ events }) => { if (events.some((event) => event.module === 'poison')) throw new ApiError(400, { code: 'body_invalid' }); };
  outbox.begin('s1', 0, shelf);
  const results = Promise.all([view('a'), view('b'), view('poison'), view('c')].map((work) => outbox.add(work)));
  await settled();
  const third = (await results)[2];
  assert.deepEqual(server.disk.get('s1').map((event) => event.module), ['a', 'b', 'c']);
  assert.deepEqual(seen.givenUp, ['view']);
  assert.deepEqual(third, { seq: 3, ok: false, code: 'body_invalid' });
  assert.equal(outbox.pending, 0);
});

test('superseded: everything stops and is kept until the learner continues here', async () => {
  const { outbox, server, shelf, seen, timers } = makeOutbox();
  let taken = true;
  server.fail = () => { if (taken) throw new ApiError(409, { code: 'superseded' }); };
  outbox.begin('s1', 0, shelf);
  outbox.add(view('a'));
  await settled();
  outbox.add(view('b'));
  outbox.flush();
  await settled();
  assert.deepEqual(seen.stopped, ['superseded']);
  assert.equal(server.requests.length, 1);
  assert.deepEqual(timers.waits, []);

  taken = false;
  outbox.begin('s2', 0, shelf);
  await settled();
  assert.deepEqual(server.stored('s1'), ['view', 'view']);
});

test('active time that was never sent is replaced by the newer total', async () => {
  const { outbox, server, timers, shelf } = makeOutbox();
  let away = true;
  server.fail = () => { if (away) throw new ApiError(0); };
  outbox.begin('s1', 0, shelf);
  outbox.add(view('a'));
  await settled();
  for (const seconds of [30, 60, 90]) outbox.add({ type: 'time', seconds });
  assert.equal(outbox.pending, 2);
  away = false;
  await timers.pass();
  assert.deepEqual(server.disk.get('s1').at(-1), { seq: 2, type: 'time', seconds: 90 });
});

test('active time that may be on disk already gets a new number', async () => {
  const { outbox, server, timers, shelf } = makeOutbox();
  server.fail = (_, count) => { if (count === 1) throw new ApiError(0); };
  outbox.begin('s1', 0, shelf);
  outbox.add({ type: 'time', seconds: 30 });
  await settled();
  outbox.add({ type: 'time', seconds: 60 });
  await timers.pass();
  assert.deepEqual(server.disk.get('s1').map(({ seq, seconds }) => [seq, seconds]), [[1, 30], [2, 60]]);
});
