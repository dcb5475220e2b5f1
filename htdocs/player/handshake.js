// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* How the player gets to know who launched it (docs/protocol.md §1).
 *
 * It says "ready" to its parent until it is answered. Only the parent is heard, and only a message of the right shape;
 * which origin the parent has is the browser's word, and the server decides what it thinks of it. */

/** @import { Handover, LaunchData } from './types.js' */

const READY_EVERY_MS = 500;

/**
 * Starts the handshake. `onLaunch` is called for every good launch message: the connector sends one per "ready",
 * and a later one replaces the port of an earlier one.
 * @param {Window} page
 * @param {(handover: Handover) => void} onLaunch
 */
export function shakeHands(page, onLaunch) {
  const sayReady = () => page.parent.postMessage({ p: 'sc1', t: 'ready', v: 1 }, '*');
  const repeat = page.setInterval(sayReady, READY_EVERY_MS);

  page.addEventListener('message', (event) => {
    if (event.source !== page.parent || event.ports.length !== 1) return;
    const data = readLaunch(event.data);
    if (!data) return;
    page.clearInterval(repeat);
    onLaunch({ data, origin: event.origin, port: event.ports[0] });
  });
  sayReady();
}

/**
 * The launch data of a message, reduced to the members that the protocol names; null where anything is amiss.
 * @param {any} message
 * @returns {LaunchData | null}
 */
export function readLaunch(message) {
  if (!isObject(message) || message.p !== 'sc1' || message.t !== 'launch' || message.v !== 1) return null;
  const { connector, learner, lms, languages } = isObject(message.data) ? message.data : {};
  if (!hasStrings(connector, 'version', 'edition') || !hasStrings(learner, 'id', 'name')) return null;
  if (!isObject(lms) || !Object.values(lms).every(isString)) return null;
  return {
    connector: { version: connector.version, edition: connector.edition },
    learner: { id: learner.id, name: learner.name },
    lms: { ...lms },
    languages: Array.isArray(languages) ? languages.filter(isString) : [],
  };
}

/** @param {unknown} value @returns {value is Record<string, any>} */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param {unknown} value @returns {value is string} */
const isString = (value) => typeof value === 'string';

/** @param {unknown} value @param {string[]} names @returns {value is Record<string, string>} */
const hasStrings = (value, ...names) => isObject(value) && names.every((name) => isString(value[name]));
