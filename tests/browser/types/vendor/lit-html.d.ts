// SPDX-License-Identifier: Apache-2.0
// Types of htdocs/vendor/lit-html.js, which the build copies from this npm package.
export * from 'lit-html';
