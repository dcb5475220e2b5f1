// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* An unpacked package, as its manifest tells it. */

/**
 * @typedef {{id: string, title: string, href: string}} Item an entry that can be launched
 * @typedef {{title: string, items: Item[]}} Package
 */

/**
 * The package of an edition; null when there is none beside this page.
 * @param {string} edition
 * @returns {Promise<Package | null>}
 */
export async function readPackage(edition) {
  const folder = new URL(`packages/${edition}/`, document.baseURI);
  const response = await fetch(new URL('imsmanifest.xml', folder), { cache: 'no-store' });
  if (!response.ok) return null;
  const manifest = new DOMParser().parseFromString(await response.text(), 'application/xml');
  if (manifest.querySelector('parsererror')) throw new Error('imsmanifest.xml is not well-formed');

  const hrefs = new Map();
  for (const resource of all(manifest, 'resource')) {
    hrefs.set(resource.getAttribute('identifier'), resource.getAttribute('href'));
  }
  const items = all(manifest, 'item').filter((item) => hrefs.get(item.getAttribute('identifierref'))).map((item) => ({
    id: item.getAttribute('identifier') ?? '',
    title: titleOf(item),
    href: new URL(hrefs.get(item.getAttribute('identifierref')), folder).href,
  }));
  return { title: titleOf(all(manifest, 'organization')[0]), items };
}

/** Elements by local name, whatever the edition's namespace. @param {Document | Element} parent @param {string} name */
const all = (parent, name) => [...parent.getElementsByTagNameNS('*', name)];

/** @param {Element | undefined} element */
const titleOf = (element) => [...(element?.children ?? [])].find((child) => child.localName === 'title')?.textContent?.trim() ?? '';
