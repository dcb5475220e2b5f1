// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The browser's history and the page's links: which address is shown, and whether it may be left.
 * Every entry carries its index, so that a "back" which the publisher takes back can be undone. */

/**
 * @typedef {object} Host
 * @property {(path: string, query: string, scrollTop: number) => void} show
 * @property {() => boolean} hasUnsaved
 * @property {() => Promise<boolean>} askToLeave
 */

export class Navigation {
  #index = 0;
  /** A traversal of our own making is under way: it asks nothing and shows nothing. */
  #undoing = false;

  /** @param {Host} host */
  constructor(host) {
    this.host = host;
    this.base = new URL(document.baseURI);
  }

  start() {
    history.scrollRestoration = 'manual';
    this.#index = history.state?.index ?? 0;
    history.replaceState({ ...history.state, index: this.#index }, '');
    window.addEventListener('popstate', (event) => void this.#onPopState(event));
    window.addEventListener('beforeunload', (event) => {
      if (this.host.hasUnsaved()) event.preventDefault();
    });
    document.addEventListener('click', (event) => this.#onClick(event));
    this.#show(history.state?.scrollTop ?? 0);
  }

  /** Goes to an address of ours, after asking where something is unsaved. @param {string} href */
  async go(href) {
    if (this.host.hasUnsaved() && !await this.host.askToLeave()) return;
    this.enter(href);
  }

  /** Goes without asking. @param {string} href */
  enter(href) {
    history.replaceState({ ...history.state, scrollTop: window.scrollY }, '');
    this.#index += 1;
    history.pushState({ index: this.#index }, '', new URL(href, this.base));
    this.#show(0);
  }

  /** Changes the address of the screen that is shown; the screen stays. @param {string} href */
  rename(href) {
    history.replaceState(history.state, '', new URL(href, this.base));
  }

  /** @param {number} scrollTop */
  #show(scrollTop) {
    const path = location.pathname.startsWith(this.base.pathname) ? location.pathname.slice(this.base.pathname.length) : '';
    this.host.show(path, location.search, scrollTop);
  }

  /** @param {PopStateEvent} event */
  async #onPopState(event) {
    if (this.#undoing) {
      this.#undoing = false;
      return;
    }
    const index = event.state?.index ?? 0;
    const distance = index - this.#index;
    if (this.host.hasUnsaved() && distance !== 0) {
      this.#undoing = true;
      history.go(-distance);
      if (!await this.host.askToLeave()) return;
      await this.#traverse(distance);
    }
    this.#index = index;
    this.#show(history.state?.scrollTop ?? 0);
  }

  /** @param {number} distance resolves when the browser has arrived */
  #traverse(distance) {
    return new Promise((arrived) => {
      this.#undoing = true;
      window.addEventListener('popstate', arrived, { once: true });
      history.go(distance);
    });
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    /** @type {HTMLAnchorElement | null} */
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (!link || link.target || link.hasAttribute('download')) return;

    const fragment = /^#(.+)$/.exec(link.getAttribute('href') ?? '')?.[1];
    if (fragment) {
      // With <base>, "#main" would lead to another document: the jump is made here.
      event.preventDefault();
      document.getElementById(fragment)?.focus();
    } else if (link.origin === this.base.origin && link.pathname.startsWith(this.base.pathname) && !link.pathname.startsWith(`${this.base.pathname}api/`)) {
      event.preventDefault();
      void this.go(link.href);
    }
  }
}
