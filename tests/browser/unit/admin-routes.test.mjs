// SPDX-License-Identifier: Apache-2.0
// The addresses of the admin page.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { href, parseRoute, sectionOf } from '../../../htdocs/admin/routes.js';

test('the root and "publications" are the list, with its search', () => {
  assert.deepEqual(parseRoute(''), { screen: 'publications', search: '' });
  assert.deepEqual(parseRoute('publications'), { screen: 'publications', search: '' });
  assert.deepEqual(parseRoute('publications/'), { screen: 'publications', search: '' });
  assert.deepEqual(parseRoute('publications', '?q=fire+safety'), { screen: 'publications', search: 'fire safety' });
});

test('a publication, its form, and a new one have their own addresses', () => {
  assert.deepEqual(parseRoute('publications/01kabc'), { screen: 'publication', id: '01kabc' });
  assert.deepEqual(parseRoute('publications/01kabc/edit'), { screen: 'publication-edit', id: '01kabc' });
  assert.deepEqual(parseRoute('publications/new'), { screen: 'publication-new', training: '' });
  assert.deepEqual(parseRoute('publications/new', '?training=fire'), { screen: 'publication-new', training: 'fire' });
});

test('refused launches and trainings', () => {
  assert.deepEqual(parseRoute('refusals'), { screen: 'refusals' });
  assert.deepEqual(parseRoute('trainings/'), { screen: 'trainings' });
});

test('anything else leads nowhere, a broken escape too', () => {
  for (const path of ['zzz', 'publications/1/2/3', 'publications/1/delete', 'refusals/1', '/publications', 'publications//edit', '%E0%A4%A']) {
    assert.equal(parseRoute(path).screen, 'nowhere', path);
  }
});

test('what href writes, parseRoute reads', () => {
  const id = 'a/b ü';
  assert.deepEqual(parseRoute(href.publication(id)), { screen: 'publication', id });
  assert.deepEqual(parseRoute(href.edit(id)), { screen: 'publication-edit', id });
  const [path, query] = href.create('fire & co').split('?');
  assert.deepEqual(parseRoute(path, `?${query}`), { screen: 'publication-new', training: 'fire & co' });
  const [list, search] = href.publications('a&b').split('?');
  assert.deepEqual(parseRoute(list, `?${search}`), { screen: 'publications', search: 'a&b' });
});

test('every screen belongs to a section of the navigation, except nowhere', () => {
  assert.equal(sectionOf(parseRoute('publications/x/edit')), 'publications');
  assert.equal(sectionOf(parseRoute('refusals')), 'refusals');
  assert.equal(sectionOf(parseRoute('trainings')), 'trainings');
  assert.equal(sectionOf(parseRoute('zzz')), null);
});
