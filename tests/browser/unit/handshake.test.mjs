// SPDX-License-Identifier: Apache-2.0
// Who is heard, and what is believed (docs/protocol.md §1).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLaunch, shakeHands } from '../../../htdocs/player/handshake.js';
import { LmsLine } from '../../../htdocs/player/lms-line.js';

const data = {
  connector: { version: '1', edition: '1.2' },
  learner: { id: 'ada', name: 'Lovelace, Ada' },
  lms: { mode: 'normal', credit: 'credit' },
  languages: ['fr-CA', 'en'],
};
const message = { p: 'sc1', t: 'launch', v: 1, data };

/** A window with a parent, and hands to play both. */
function makePage() {
  const listeners = [];
  const page = {
    said: [],
    repeating: null,
    parent: { postMessage: (text, target) => page.said.push([text, target]) },
    setInterval: (run) => { page.repeating = run; return 1; },
    clearInterval: () => { page.repeating = null; },
    addEventListener: (_, listener) => listeners.push(listener),
    hear: (event) => listeners.forEach((listener) => listener(event)),
  };
  return page;
}

test('ready is said at once and again until the answer', () => {
  const page = makePage();
  const met = [];
  shakeHands(page, (handover) => met.push(handover));
  page.repeating();
  assert.deepEqual(page.said, [[{ p: 'sc1', t: 'ready', v: 1 }, '*'], [{ p: 'sc1', t: 'ready', v: 1 }, '*']]);

  page.hear({ source: page.parent, origin: 'https://lms.example.com', ports: ['port'], data: message });
  assert.equal(page.repeating, null);
  assert.deepEqual(met, [{ data, origin: 'https://lms.example.com', port: 'port' }]);
});

test('only the parent is heard, and only with one port', () => {
  const page = makePage();
  shakeHands(page, () => assert.fail('nobody should be met'));
  page.hear({ source: {}, origin: 'https://evil.example', ports: ['port'], data: message });
  page.hear({ source: page.parent, origin: 'https://lms.example.com', ports: [], data: message });
  assert.notEqual(page.repeating, null);
});

test('a later launch brings a later port', () => {
  const page = makePage();
  const ports = [];
  shakeHands(page, ({ port }) => ports.push(port));
  for (const port of ['first', 'second']) page.hear({ source: page.parent, origin: 'https://l', ports: [port], data: message });
  assert.deepEqual(ports, ['first', 'second']);
});

test('a message of another shape is no launch', () => {
  const bad = [
    null, 'launch', [], { ...message, p: 'other' }, { ...message, t: 'eval' }, { ...message, v: 2 }, { ...message, data: null },
    { ...message, data: { ...data, learner: { id: 36, name: '' } } }, { ...message, data: { ...data, learner: undefined } },
    { ...message, data: { ...data, lms: { mode: 1 } } }, { ...message, data: { ...data, connector: { version: '1' } } },
  ];
  for (const one of bad) assert.equal(readLaunch(one), null, JSON.stringify(one));
});

test('only the members that the protocol names are taken over', () => {
  const more = { ...message, data: { ...data, admin: true, languages: ['fr', 7], learner: { ...data.learner, role: 'x' } } };
  assert.deepEqual(readLaunch(more), { ...data, languages: ['fr'] });
});

class FakePort {
  said = [];
  closed = false;
  postMessage = (text) => this.said.push(text);
  close = () => { this.closed = true; };
  hear = (text) => this.onmessage({ data: text });
}

function makeLine() {
  const acks = [];
  const line = new LmsLine({ onAck: (ack) => acks.push(ack), onState: () => {} });
  const port = new FakePort();
  line.use(port);
  return { line, port, acks };
}

test('a new port learns the present truth, and the old one is closed', () => {
  const { line, port } = makeLine();
  line.report({ rev: 3 });
  line.time(12);
  const second = new FakePort();
  line.use(second);
  assert.equal(port.closed, true);
  assert.deepEqual(second.said, [{ t: 'snapshot', snapshot: { rev: 3 } }, { t: 'time', seconds: 12 }]);
});

test('time is said only while it rises', () => {
  const { line, port } = makeLine();
  for (const seconds of [5, 5, 3, 10]) line.time(seconds);
  assert.deepEqual(port.said.map((text) => text.seconds), [5, 10]);
});

test('an ack is passed on once; the same one again says nothing new', () => {
  const { port, acks } = makeLine();
  port.hear({ t: 'ack', rev: 1, lms: 'ok' });
  port.hear({ t: 'ack', rev: 1, lms: 'ok' });
  port.hear({ t: 'ack', rev: 2, lms: '301', element: 'cmi.score.raw' });
  port.hear({ t: 'ack', rev: 'x', lms: 'ok' });
  port.hear(null);
  assert.deepEqual(acks, [{ rev: 1, lms: 'ok' }, { rev: 2, lms: '301', element: 'cmi.score.raw' }]);
});

test('quit comes after the last snapshot', () => {
  const { line, port } = makeLine();
  line.report({ rev: 9 });
  line.quit();
  assert.deepEqual(port.said.slice(-2), [{ t: 'snapshot', snapshot: { rev: 9 } }, { t: 'quit' }]);
});
