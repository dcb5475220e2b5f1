// SPDX-License-Identifier: Apache-2.0

/* The player's half of the handshake (docs/protocol.md §1), told by the test what to say. A page at /…?silent never
 * says "ready". `host` keeps what was heard, a list per port. */

(function () {
  'use strict';
  const host = { launches: [], ports: [], heard: [] };
  window.host = host;

  const ready = () => parent.postMessage({ p: 'sc1', t: 'ready', v: 1 }, '*');

  host.say = (message, port = host.ports.length - 1) => host.ports[port].postMessage(message);
  host.ready = ready;
  host.acks = () => host.heard.filter((message) => message.t === 'ack');

  let repeat = 0;
  window.addEventListener('message', (event) => {
    if (event.source !== parent || !event.data || event.data.t !== 'launch') return;
    clearInterval(repeat);
    const [port] = event.ports;
    host.launches.push({ message: event.data, origin: event.origin });
    host.ports.push(port);
    port.onmessage = ({ data }) => host.heard.push({ ...data, port: host.ports.indexOf(port) });
  });

  if (document.documentElement.dataset.silent === undefined) {
    repeat = setInterval(ready, 500);
    ready();
  }
})();
