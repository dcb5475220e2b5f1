// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The frame around the screens: it loads a screen for an address, shows it with header and footer, moves the focus to
 * its heading, and asks before unsaved work is left. Screens call back for redrawing, announcing and moving on. */

import { html, nothing, render } from '../shared/html.js';
import { nameOfLanguage } from '../shared/i18n.js';
import { Navigation } from './navigation.js';
import { href, parseRoute, sectionOf } from './routes.js';
import { PublicationForm } from './screens/publication-form.js';
import { PublicationPage } from './screens/publication.js';
import { PublicationList } from './screens/publications.js';
import { RefusalList } from './screens/refusals.js';
import { TrainingList } from './screens/trainings.js';
import { Trouble } from './screens/trouble.js';

/** @typedef {import('./api.js').Api} Api */
/** @typedef {import('./api.js').Site} Site */
/** @typedef {import('./format.js').Format} Format */
/** @typedef {import('./routes.js').Route} Route */
/** @typedef {(key: string, values?: Record<string, string | number>) => string} Translate */

/**
 * One address on the screen, made by its class's `open` once all that it shows has come.
 * @typedef {object} Screen
 * @property {() => string} title
 * @property {() => unknown} render the whole of <main>, with one h1
 * @property {() => void} [rendered] after each drawing
 * @property {() => boolean} [hasUnsaved]
 * @property {() => void} [leave] stop timers
 */

const BUSY_AFTER_MS = 250;

export class App {
  /** @type {Site | null} */
  site = null;
  /** @type {Screen | null} */
  #screen = null;
  /** @type {Route} */
  #route = { screen: 'publications', search: '' };
  /** Counts the addresses shown, so that a late answer for an earlier one is dropped. */
  #turn = 0;
  #busy = false;
  /** Said once, on top of the next screen. */
  #flash = '';
  /** @type {HTMLElement} */
  #stage = newStage();

  /**
   * @param {{ root: HTMLElement, announcer: HTMLElement, api: Api, lang: string, languages: string[], t: Translate, format: Format,
   *   chooseLanguage: (lang: string) => void }} parts
   */
  constructor(parts) {
    this.root = parts.root;
    this.announcer = parts.announcer;
    this.api = parts.api;
    this.lang = parts.lang;
    this.languages = parts.languages;
    this.t = parts.t;
    this.format = parts.format;
    this.chooseLanguage = parts.chooseLanguage;
    this.navigation = new Navigation({
      show: (path, query, scrollTop) => void this.#show(parseRoute(path, query), scrollTop),
      hasUnsaved: () => this.#screen?.hasUnsaved?.() ?? false,
      askToLeave: () => this.#askToLeave(),
    });
  }

  start() {
    this.#drawFrame();
    this.navigation.start();
  }

  /** Draws the present screen again after its state has changed. */
  update() {
    if (!this.#screen) return;
    render(this.#screen.render(), this.#stage);
    this.#screen.rendered?.();
  }

  /** Says it to screen readers. @param {string} text */
  announce(text) {
    // An equal text would be no change, and so not be read.
    this.announcer.textContent = '';
    setTimeout(() => { this.announcer.textContent = text; }, 50);
  }

  /** Moves on after work is done; `flash` is shown on the next screen. @param {string} address @param {string} [flash] */
  moveOn(address, flash = '') {
    this.#flash = flash;
    this.navigation.enter(address);
  }

  /** The figures in the footer, again. */
  async #refreshSite() {
    try {
      this.site = await this.api.site();
      this.#drawFrame();
    } catch {
      // The footer keeps what it has; the screen itself tells what is wrong.
    }
  }

  /** @param {Route} route @param {number} scrollTop */
  async #show(route, scrollTop) {
    const turn = ++this.#turn;
    const previous = this.#screen;
    previous?.leave?.();
    const busy = setTimeout(() => this.#setBusy(true), BUSY_AFTER_MS);
    const screen = await this.#loaded(route);
    clearTimeout(busy);
    if (turn !== this.#turn) {
      screen.leave?.();
      return;
    }

    // A retry that failed again is no news: focus and scroll stay where they are.
    const again = screen instanceof Trouble && previous instanceof Trouble && route === this.#route;
    this.#route = route;
    this.#screen = screen;
    this.#busy = false;
    // A new element: nothing of the last screen lives on, neither what was typed nor where it was scrolled.
    if (!again) this.#stage = newStage();
    this.#drawFrame();
    this.update();
    document.title = screen.title() ? `${screen.title()} · ${this.t('app.name')}` : this.t('app.name');
    if (!again) this.#arrive(previous === null, scrollTop);
  }

  /** @param {Route} route @returns {Promise<Screen>} the screen, or the one that tells why not */
  async #loaded(route) {
    try {
      const site = this.site ? void this.#refreshSite() : this.api.site().then((answer) => { this.site = answer; });
      const [screen] = await Promise.all([this.#opened(route), site]);
      return screen;
    } catch (error) {
      return new Trouble(this, error, () => this.#show(route, 0));
    }
  }

  /** @param {Route} route @returns {Promise<Screen>} */
  async #opened(route) {
    switch (route.screen) {
      case 'publications': return PublicationList.open(this, route.search);
      case 'publication': return PublicationPage.open(this, route.id);
      case 'publication-edit': return PublicationForm.openToEdit(this, route.id);
      case 'publication-new': return PublicationForm.openToCreate(this, route.training);
      case 'refusals': return RefusalList.open(this);
      case 'trainings': return TrainingList.open(this);
      default: return Trouble.nowhere(this);
    }
  }

  /** @param {boolean} first @param {number} scrollTop */
  #arrive(first, scrollTop) {
    const flash = this.#flash;
    this.#flash = '';
    if (flash) {
      const notice = document.createElement('p');
      notice.className = 'notice good flash';
      notice.dataset.test = 'flash';
      notice.textContent = flash;
      this.#stage.before(notice);
      this.announce(flash);
    }
    // A fresh page starts where the browser starts; from then on the heading tells what is new.
    if (!first) this.root.querySelector('h1')?.focus({ preventScroll: true });
    window.scrollTo({ top: scrollTop, behavior: 'instant' });
  }

  /** @param {boolean} busy */
  #setBusy(busy) {
    this.#busy = busy;
    this.#drawFrame();
  }

  #drawFrame() {
    const { t } = this;
    render(html`
      <a class="skip-link button" href="#main">${t('app.skip')}</a>
      <header class="masthead">
        <div class="page row apart">
          <a class="brand" href=${href.publications()}>${t('app.name')}</a>
          <nav aria-label=${t('nav.label')}>
            <ul class="nav">
              ${this.#navLink('publications', href.publications(), t('nav.publications'))}
              ${this.#navLink('refusals', href.refusals(), t('nav.refusals'))}
              ${this.#navLink('trainings', href.trainings(), t('nav.trainings'))}
            </ul>
          </nav>
        </div>
        <div class="busy-bar" ?hidden=${!this.#busy}></div>
      </header>
      <main id="main" class="page" tabindex="-1" aria-busy=${this.#busy ? 'true' : 'false'}>
        ${this.#screen ? this.#stage : html`<p class="soft loading">${t('app.loading')}</p>`}
      </main>
      <footer class="colophon">
        <div class="page row apart">${this.site ? this.#siteFacts(this.site) : html`<span></span>`} ${this.#languageSwitch()}</div>
      </footer>
      <dialog id="leave-dialog" aria-labelledby="leave-title">
        <div class="stack">
          <h2 id="leave-title">${t('leave.title')}</h2>
          <p>${t('leave.text')}</p>
          <form method="dialog" class="row end">
            <button class="button" value="leave" data-test="leave-discard">${t('leave.discard')}</button>
            <button class="button primary" value="stay" data-test="leave-stay" autofocus>${t('leave.stay')}</button>
          </form>
        </div>
      </dialog>`, this.root);
  }

  /** @param {import('./routes.js').Section} section @param {string} address @param {string} label */
  #navLink(section, address, label) {
    const here = sectionOf(this.#route) === section;
    return html`<li><a href=${address} aria-current=${here ? 'page' : nothing}>${label}</a></li>`;
  }

  /** @param {Site} site */
  #siteFacts(site) {
    const { t, format } = this;
    return html`
      <dl class="site-facts">
        <div><dt>${t('footer.version')}</dt><dd data-test="site-version">${site.version}</dd></div>
        <div><dt>${t('footer.user')}</dt><dd data-test="site-user">${site.user}</dd></div>
        <div><dt>${t('footer.credits')}</dt><dd data-test="site-credits">${format.number(site.credits)}</dd></div>
      </dl>`;
  }

  #languageSwitch() {
    return html`
      <ul class="languages" aria-label=${this.t('footer.language')}>
        ${this.languages.map((lang) => html`
          <li><button type="button" class="button quiet compact" lang=${lang} aria-pressed=${String(lang === this.lang)}
            data-test=${`language-${lang}`} @click=${() => this.chooseLanguage(lang)}>${ownName(lang)}</button></li>`)}
      </ul>`;
  }

  /** @returns {Promise<boolean>} true to leave and lose what is not saved */
  #askToLeave() {
    const dialog = /** @type {HTMLDialogElement} */ (this.root.querySelector('#leave-dialog'));
    if (dialog.open) return Promise.resolve(false);
    dialog.returnValue = 'stay';
    dialog.showModal();
    return new Promise((answered) => {
      dialog.addEventListener('close', () => answered(dialog.returnValue === 'leave'), { once: true });
    });
  }
}

function newStage() {
  const stage = document.createElement('div');
  stage.className = 'stage';
  return stage;
}

/** A language's own name, as the start of a line. @param {string} lang */
function ownName(lang) {
  const name = nameOfLanguage(lang);
  return name.charAt(0).toLocaleUpperCase(lang) + name.slice(1);
}
