// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The demonstration LMS: chooses a learner and a package, plays it, shows what an LMS would hold. */

import { readPackage } from './package.js';
import { forget } from './records.js';
import { API_NAMES, Runtime } from './runtime.js';
import { Books } from './view.js';

const form = /** @type {HTMLFormElement} */ (document.getElementById('launch-form'));
const player = /** @type {HTMLElement} */ (document.getElementById('player'));
const notice = /** @type {HTMLElement} */ (document.getElementById('notice'));
const closeButton = /** @type {HTMLButtonElement} */ (document.getElementById('close'));
const forgetButton = /** @type {HTMLButtonElement} */ (document.getElementById('forget'));
const itemField = /** @type {HTMLElement} */ (document.getElementById('item-field'));

const books = new Books();
/** @type {import('./package.js').Package | null} */
let chosen = null;
/** @type {Runtime | null} */
let runtime = null;

/** @param {string} name */
const field = (name) => /** @type {HTMLInputElement | HTMLSelectElement} */ (form.elements.namedItem(name));

/** Says something in place of the training. @param {string} title @param {string} sentence @param {string} [command] */
function say(title, sentence, command = '') {
  const heading = Object.assign(document.createElement('h2'), { textContent: title });
  const text = Object.assign(document.createElement('p'), { textContent: sentence });
  notice.replaceChildren(heading, text);
  if (command) notice.append(Object.assign(document.createElement('pre'), { textContent: command }));
  notice.hidden = false;
}

/** Reads the manifest of the chosen edition and offers its entries. */
async function choose() {
  chosen = null;
  const edition = field('edition').value;
  try {
    chosen = await readPackage(edition);
  } catch (error) {
    say('This package cannot be read', /** @type {Error} */ (error).message);
    return;
  }
  if (!chosen) {
    say('No package here yet', `Nothing is unpacked in packages/${edition}/. This makes packages of the sample training and puts them there:`, 'tools/quickstart');
    return;
  }
  const entries = chosen.items.map(({ id, title }) => Object.assign(document.createElement('option'), { value: id, textContent: title }));
  /** @type {HTMLSelectElement} */ (field('item')).replaceChildren(...entries);
  itemField.hidden = entries.length < 2;
  if (!runtime) say(chosen.title, 'Press Launch to open it as a learner would.');
}

function show() {
  if (!runtime) return;
  const at = runtime.log.length > 0 ? runtime.log[runtime.log.length - 1].at : 0;
  books.showSummary(runtime.summary());
  books.showValues(runtime.values(), at);
  books.showCalls(runtime.log);
}

async function launch() {
  await close();
  if (!chosen) await choose();
  const item = chosen?.items.find(({ id }) => id === field('item').value);
  if (!item) return;
  const settings = {
    edition: field('edition').value, item: item.id, learner: field('learner').value, name: field('name').value, mode: field('mode').value,
    reopen: /** @type {HTMLInputElement} */ (field('reopen')).checked,
  };
  try {
    runtime = await Runtime.prepare(settings, show);
  } catch {
    say('The run-time is missing', 'Put scorm-again’s scorm12.min.js and scorm2004.min.js into vendor/ (README.md says which), or run:', 'tools/quickstart');
    return;
  }
  runtime.install(/** @type {any} */ (window));
  books.clear();
  show();
  notice.hidden = true;
  player.replaceChildren(Object.assign(document.createElement('iframe'), { src: item.href, title: item.title, allow: 'fullscreen; autoplay' }));
  closeButton.disabled = false;
}

/** Takes the training away as a closed window does: it is navigated off, without being asked. */
async function close() {
  const frame = player.querySelector('iframe');
  if (!frame) return;
  await new Promise((resolve) => {
    frame.addEventListener('load', resolve, { once: true });
    frame.src = 'about:blank';
  });
  frame.remove();
  for (const name of API_NAMES) Reflect.deleteProperty(window, name);
  closeButton.disabled = true;
  say('The window is closed', 'What the LMS holds stays beside. Launch again to see what it resumes with.');
}

/** The address may fill in the form. */
function readAddress() {
  const wish = new URLSearchParams(location.search);
  for (const name of ['edition', 'learner', 'name', 'mode']) {
    const value = wish.get(name);
    if (value !== null) field(name).value = value;
  }
  return { item: wish.get('item'), autostart: wish.get('autostart') === '1' };
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  launch();
});
closeButton.addEventListener('click', close);
forgetButton.addEventListener('click', async () => {
  await close();
  forget(field('learner').value);
  runtime = null;
  books.clear();
  books.showSummary({});
  say('Forgotten', `The LMS knows nothing of ${field('learner').value} any more; the training’s server still does.`);
});
field('edition').addEventListener('change', choose);

/** @type {any} */ (window).demoLms = {
  values: () => runtime?.values() ?? {},
  get log() { return runtime?.log ?? []; },
  launch,
  close,
};

const { item, autostart } = readAddress();
await choose();
if (item) field('item').value = item;
if (autostart) await launch();
