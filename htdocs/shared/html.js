// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* Templates for both faces: lit-html, plus the one way to show HTML that the server rendered.
 *
 * Server HTML comes from CommonMark without raw HTML. It is parsed in an inert <template>, adapted to the page,
 * and handed to lit as a node; the page's CSP forbids whatever should not be in it anyway. */

import { html, nothing, render, svg } from '../vendor/lit-html.js';

export { html, nothing, render, svg };

/**
 * @typedef {object} ProseOptions
 * @property {string} [media] what to put in front of relative `media/…` addresses
 * @property {number} [heading] the level that the highest heading gets; the page's own h1 stays alone
 * @property {string} [lang] language of the text, where it differs from the page's
 * @property {string} [dir]
 */

/** @type {WeakMap<object, Map<string, HTMLElement>>} */
const made = new WeakMap();

/**
 * A node with the server's HTML. The same owner and name give the same node again, so that a re-render moves nothing:
 * no image loads twice, no selection is lost.
 * @param {object} owner the object that the HTML is a member of
 * @param {string} name tells several texts of one owner apart
 * @param {string} source
 * @param {ProseOptions} [options]
 * @returns {HTMLElement}
 */
export function prose(owner, name, source, options = {}) {
  let nodes = made.get(owner);
  if (!nodes) made.set(owner, (nodes = new Map()));
  let node = nodes.get(name);
  if (!node) nodes.set(name, (node = build(source, options)));
  return node;
}

/** @param {string} source @param {ProseOptions} options */
function build(source, options) {
  const template = document.createElement('template');
  template.innerHTML = source;
  const content = template.content;
  placeMedia(content, options.media ?? '');
  openLinksOutside(content);
  lowerHeadings(content, options.heading ?? 2);

  const holder = document.createElement('div');
  holder.className = 'prose';
  if (options.lang) holder.lang = options.lang;
  if (options.dir) holder.dir = options.dir;
  holder.append(content);
  return holder;
}

/** @param {DocumentFragment} content @param {string} media */
function placeMedia(content, media) {
  for (const name of ['src', 'href', 'poster']) {
    for (const element of content.querySelectorAll(`[${name}^="media/"]`)) {
      element.setAttribute(name, media + element.getAttribute(name));
    }
  }
  for (const image of content.querySelectorAll('img')) image.decoding = 'async';
}

/** A link must not replace the player inside its frame. @param {DocumentFragment} content */
function openLinksOutside(content) {
  for (const link of content.querySelectorAll('a[href]')) {
    if (link.getAttribute('href')?.startsWith('#')) continue;
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer');
  }
}

/** @param {DocumentFragment} content @param {number} top */
function lowerHeadings(content, top) {
  const headings = [...content.querySelectorAll('h1, h2, h3, h4, h5, h6')];
  const highest = Math.min(...headings.map(levelOf));
  for (const heading of headings) {
    const level = Math.min(6, levelOf(heading) - highest + top);
    const lowered = document.createElement(`h${level}`);
    lowered.append(...heading.childNodes);
    heading.replaceWith(lowered);
  }
}

/** @param {Element} heading */
const levelOf = (heading) => Number(heading.tagName.slice(1));
