// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The addresses of the page. Pure: a path below `PREFIX/admin/` to a screen, and back. */

/**
 * @typedef {{ screen: 'publications', search: string }
 *   | { screen: 'publication', id: string }
 *   | { screen: 'publication-edit', id: string }
 *   | { screen: 'publication-new', training: string }
 *   | { screen: 'refusals' }
 *   | { screen: 'trainings' }
 *   | { screen: 'nowhere', path: string }} Route
 */

/** @typedef {'publications' | 'refusals' | 'trainings'} Section */

/**
 * @param {string} path below the page's base, without a leading slash
 * @param {string} [query] `location.search`
 * @returns {Route}
 */
export function parseRoute(path, query = '') {
  const parameters = new URLSearchParams(query);
  const parts = segments(path);
  const [first, second, third] = parts ?? ['?'];

  if (parts?.length === 0 || (first === 'publications' && parts?.length === 1)) {
    return { screen: 'publications', search: parameters.get('q') ?? '' };
  }
  if (first === 'publications' && parts?.length === 2) {
    return second === 'new'
      ? { screen: 'publication-new', training: parameters.get('training') ?? '' }
      : { screen: 'publication', id: second };
  }
  if (first === 'publications' && parts?.length === 3 && third === 'edit') return { screen: 'publication-edit', id: second };
  if (first === 'refusals' && parts?.length === 1) return { screen: 'refusals' };
  if (first === 'trainings' && parts?.length === 1) return { screen: 'trainings' };
  return { screen: 'nowhere', path };
}

/** @param {Route} route @returns {Section | null} */
export function sectionOf(route) {
  if (route.screen === 'nowhere') return null;
  return route.screen === 'refusals' || route.screen === 'trainings' ? route.screen : 'publications';
}

export const href = {
  /** @param {string} [search] */
  publications: (search = '') => `publications${search ? `?q=${encodeURIComponent(search)}` : ''}`,
  /** @param {string} id */
  publication: (id) => `publications/${encodeURIComponent(id)}`,
  /** @param {string} id */
  edit: (id) => `publications/${encodeURIComponent(id)}/edit`,
  /** @param {string} [training] */
  create: (training = '') => `publications/new${training ? `?training=${encodeURIComponent(training)}` : ''}`,
  refusals: () => 'refusals',
  trainings: () => 'trainings',
};

/**
 * The decoded parts of a path; a trailing slash is forgiven. Null when it cannot be decoded, or a part is empty.
 * @param {string} path
 */
function segments(path) {
  if (path === '') return [];
  try {
    const parts = path.replace(/\/$/, '').split('/').map(decodeURIComponent);
    return parts.includes('') ? null : parts;
  } catch {
    return null;
  }
}
