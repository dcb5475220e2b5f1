// SPDX-License-Identifier: Apache-2.0
// Three kinds of scripts: browser modules, the connector (a classic script), and Node programs (tests, the demo LMS).

import js from '@eslint/js';

/** @param {string} names */
const readonly = (names) => Object.fromEntries(names.trim().split(/\s+/).map((name) => [name, 'readonly']));

const both = readonly(`
  AbortController AbortSignal Blob Event EventTarget FormData Headers MessageChannel Request Response TextDecoder
  TextEncoder URL URLSearchParams clearInterval clearTimeout console crypto fetch performance queueMicrotask
  setInterval setTimeout structuredClone
`);

const browser = {
  ...both,
  ...readonly(`
    CSS CustomEvent DOMException DOMParser Document DocumentFragment Element File FileReader HTMLButtonElement
    HTMLDialogElement HTMLElement HTMLFormElement HTMLInputElement HTMLSelectElement HTMLTemplateElement
    HTMLTextAreaElement Intl IntersectionObserver KeyboardEvent MessageEvent MessagePort MouseEvent MutationObserver Node
    PointerEvent ResizeObserver SVGElement Storage XMLHttpRequest alert cancelAnimationFrame confirm customElements
    document getComputedStyle history localStorage location matchMedia navigator parent requestAnimationFrame screen
    self sessionStorage top window
  `),
};

const node = { ...both, ...readonly('Buffer __dirname __filename global process setImmediate clearImmediate') };

const rules = {
  ...js.configs.recommended.rules,
  'array-callback-return': 'error',
  'eqeqeq': ['error', 'always', { null: 'ignore' }],
  'no-console': 'off',
  'no-constructor-return': 'error',
  'no-empty': ['error', { allowEmptyCatch: true }],
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-self-compare': 'error',
  'no-unused-private-class-members': 'error',
  'no-unused-vars': ['error', { caughtErrors: 'none' }],
  'no-use-before-define': ['error', { functions: false, classes: false, variables: false }],
  'no-var': 'error',
  'prefer-const': 'error',
};

export default [
  { ignores: ['node_modules/', 'htdocs/vendor/', 'build*/', 'mod_scormconnect-*/'] },
  {
    files: ['htdocs/**/*.js'],
    ignores: ['htdocs/connector/**'],
    languageOptions: { ecmaVersion: 2022, sourceType: 'module', globals: browser },
    rules: { ...rules, 'no-console': ['error', { allow: ['warn', 'error'] }] },
  },
  {
    files: ['htdocs/connector/**/*.js'],
    languageOptions: { ecmaVersion: 2017, sourceType: 'script', globals: browser },
    rules,
  },
  {
    files: ['eslint.config.js', 'tests/**/*.{js,mjs}', 'tools/**/*.{js,mjs}'],
    // Tests hand functions over to the page, so they know both worlds.
    languageOptions: { ecmaVersion: 2022, sourceType: 'module', globals: { ...browser, ...node } },
    rules,
  },
];
