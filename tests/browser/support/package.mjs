// SPDX-License-Identifier: Apache-2.0

/* A package as the server's packager makes it, unpacked and served: the launch page from its template, the connector
 * beside it. With `?…` in the address the page also gets lab.js, by which a test bends its clock and language. */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export const connectorFolder = fileURLToPath(new URL('../../../htdocs/connector/', import.meta.url));

/** @param {string} text */
const escapeHtml = (text) => text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

/** The launch page. @param {{title: string, host: string, edition: string, lang?: string, publication?: string, sco?: string}} settings */
export async function renderLaunchPage({ title, host, edition, lang = 'en', publication = '01kpub', sco = 'main' }) {
  const values = { TITLE: title, LANG: lang, HOST: host, PUBLICATION: publication, SCO: sco, EDITION: edition };
  const template = await readFile(`${connectorFolder}launch.html`, 'utf8');
  return template.replace(/@([A-Z]+)@/g, (_, name) => escapeHtml(values[name]));
}

const SCHEMA_VERSIONS = { '1.2': '1.2', '2004-3': '2004 3rd Edition', '2004-4': '2004 4th Edition' };

/** As much of a manifest as a player reads to find the launch file. @param {string} edition @param {string} title */
export function renderManifest(edition, title) {
  const is2004 = edition !== '1.2';
  const content = is2004 ? 'http://www.imsglobal.org/xsd/imscp_v1p1' : 'http://www.imsproject.org/xsd/imscp_rootv1p1p2';
  const adlcp = is2004 ? 'http://www.adlnet.org/xsd/adlcp_v1p3' : 'http://www.adlnet.org/xsd/adlcp_rootv1p2';
  return `<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="P1" version="1" xmlns="${content}" xmlns:adlcp="${adlcp}">
 <metadata><schema>ADL SCORM</schema><schemaversion>${SCHEMA_VERSIONS[edition]}</schemaversion></metadata>
 <organizations default="ORG1"><organization identifier="ORG1"><title>${escapeHtml(title)}</title>
  <item identifier="I1" identifierref="R1"><title>${escapeHtml(title)}</title></item></organization></organizations>
 <resources><resource identifier="R1" type="webcontent" adlcp:${is2004 ? 'scormType' : 'scormtype'}="sco" href="sco1.html">
  <file href="sco1.html"/></resource></resources>
</manifest>`;
}

/**
 * Serves packages under PREFIX/EDITION/, with a policy that a strict LMS could send: only files, nothing inline.
 * @param {() => string} host the address that the packages point at
 */
export function packageHandler(host, title = 'Fire safety') {
  return async (url, rest) => {
    const [edition, file] = rest.split('/');
    if (!SCHEMA_VERSIONS[edition]) return null;
    if (file === 'imsmanifest.xml') return { type: 'application/xml', body: renderManifest(edition, title) };
    if (file === 'sco1.html') {
      const page = await renderLaunchPage({ title, host: host(), edition });
      const lab = '<script src="/support/fake-lms.js"></script><script src="/support/lab.js"></script>';
      return {
        headers: { 'Content-Security-Policy': "default-src 'self'; script-src 'self'; frame-src http: https:" },
        body: url.search ? page.replace('<link', `${lab}<link`) : page,
      };
    }
    if (file !== 'connector.js' && file !== 'connector.css') return null;
    return { type: file.endsWith('js') ? 'text/javascript' : 'text/css', body: await readFile(connectorFolder + file) };
  };
}
