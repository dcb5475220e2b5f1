// SPDX-License-Identifier: Apache-2.0

/* A learner at the demonstration LMS: opens the package, reads, answers, takes tests, leaves. Knows the page as a person does: by
   the words on its buttons. */

import { until } from './browser.mjs';

/** The right answers of the sample training: numbers of options, a word, or texts in their order. */
export const RIGHT = {
  'p-signs': [2], 'p-sender': [3], 'p-links': [2],
  'q-signs': [1, 2, 3], 'q-sender': [2], 'g-sender': '1', 'q-link-owner': [1, 4], 'g-padlock': 'encrypted',
  'q-attachment': [3], 'q-phone': [2], 'q-protect': [2],
  'o-report': ['Stop and close', 'Report it', 'Change the password', 'Watch the account'],
  f1: [1], f2: [2], f3: [1, 2, 3], f4: 'Programme', f5: [2], f6: ['Stop and close', 'Report it', 'Change the password'],
};

/** The modules of the sample training, with what they ask. */
export const MODULES = {
  'Four warning signs': ['q-signs'],
  'Who is really writing?': ['q-sender', 'g-sender'],
  'Where does this link lead?': ['q-link-owner', 'g-padlock'],
  Attachments: ['q-attachment'],
  'Text messages and calls': ['q-phone'],
  'Make theft useless': ['q-protect'],
  'You clicked. Now what?': ['o-report'],
};

export class Learner {
  /** @param {import('puppeteer-core').Page} page @param {string} lms @param {{ edition: string, id: string, mode?: string }} who */
  constructor(page, lms, { edition, id, mode = 'normal' }) {
    this.page = page;
    this.id = id;
    this.url = `${lms}/?${new URLSearchParams({ edition, learner: id, name: 'Lovelace, Ada', mode, autostart: '1' })}`;
  }

  /** Opens the package, and waits until the training or a refusal stands there. */
  async launch() {
    await this.page.goto(this.url);
    await until(() => this.heading(), 'the training', 20000);
  }

  /** The player's frame. */
  get frame() {
    const frame = this.page.frames().find((one) => one.url().includes('/connect/p/'));
    if (!frame) throw new Error('the player is not there');
    return frame;
  }

  /** Without the invisible marks that keep right-to-left names apart. */
  async heading() {
    const text = await this.frame.evaluate(() => document.querySelector('#screen-heading')?.textContent?.trim() ?? '');
    return text.replace(/[\u2066-\u2069]/g, '');
  }

  text() {
    return this.frame.evaluate(() => document.querySelector('#content')?.textContent ?? '');
  }

  /** Presses the button in the page's content (or the bar) whose words begin so. @param {string} words */
  async press(words) {
    await until(() => this.frame.evaluate((text) => {
      const open = document.querySelector('dialog[open]');
      const buttons = [...(open ?? document).querySelectorAll('button')]
        .filter((one) => one.textContent?.trim().startsWith(text) && !one.disabled && one.offsetParent !== null);
      const button = buttons.find((one) => open || one.closest('#content, header')) ?? buttons[0];
      button?.click();
      return Boolean(button);
    }, words), `the button "${words}"`);
  }

  /** @param {string} words */
  waitForHeading(words) {
    return until(async () => (await this.heading()).startsWith(words), `the heading "${words}"`);
  }

  /** Goes to a module by the path on the home page. @param {string} title */
  async open(title) {
    await this.goHome();
    await this.press(title);
    await this.waitForHeading(title);
  }

  async goHome() {
    await this.frame.evaluate(() => {
      /** @type {HTMLElement | null} */ (document.querySelector('.menu-entry'))?.click();
    });
    await until(() => this.frame.evaluate(() => document.querySelector('#path-heading') !== null), 'the home page');
  }

  /** Fills in an answer. @param {string} activity @param {number[] | string | string[]} answer */
  async fill(activity, answer) {
    await until(() => this.frame.evaluate((id) => document.querySelector(`[data-activity="${id}"]`) !== null, activity),
      `the question ${activity}`);
    await this.frame.evaluate(async (id, given) => {
      const section = /** @type {HTMLElement} */ (document.querySelector(`[data-activity="${id}"]`));
      const drawn = () => new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve, 0)); });
      if (typeof given === 'string') {
        const input = /** @type {HTMLInputElement} */ (section.querySelector('input[type=text]'));
        input.value = given;
        input.dispatchEvent(new Event('input', { bubbles: true }));
      } else if (section.querySelector('.option')) {
        for (const number of given) {
          /** @type {HTMLElement} */ (section.querySelectorAll('.option input')[Number(number) - 1]).click();
          await drawn();
        }
      } else {
        const rows = () => [...section.querySelectorAll('.order-item')];
        const at = (/** @type {unknown} */ text) => rows().findIndex((row) => row.querySelector('.order-text')?.textContent?.trim().startsWith(String(text)));
        for (const [place, text] of given.entries()) {
          while (at(text) > place) {
            /** @type {HTMLElement} */ (rows()[at(text)].querySelector('[data-step="-1"]')).click();
            await drawn();
          }
        }
        const keep = [...section.querySelectorAll('button')].find((one) => one.textContent?.trim() === 'Keep this order');
        keep?.click();
      }
      await drawn();
    }, activity, answer);
  }

  /** Answers a question of a module and waits for the verdict. @param {string} activity @param {number[] | string | string[]} [answer] */
  async answer(activity, answer = RIGHT[/** @type {keyof typeof RIGHT} */ (activity)]) {
    await this.fill(activity, answer);
    await this.frame.evaluate((id) => {
      /** @type {HTMLElement | null} */ (document.querySelector(`[data-activity="${id}"] .button.primary`))?.click();
    }, activity);
    return until(() => this.frame.evaluate((id) => document.querySelector(`[data-activity="${id}"] .verdict strong`)?.textContent?.trim(), activity),
      `the verdict on ${activity}`);
  }

  /** Reads every module and answers everything right. */
  async takeAllModules() {
    for (const [title, activities] of Object.entries(MODULES)) {
      await this.open(title);
      for (const activity of activities) await this.answer(activity);
      await this.press('I have read this');
      await until(() => this.frame.evaluate((name) => {
        const entry = [...document.querySelectorAll('.menu-entry')].find((one) => one.textContent?.includes(name));
        return entry?.textContent?.includes('Done');
      }, title), `"${title}" to be done`);
    }
  }

  /** One attempt at the final assessment. @param {Partial<typeof RIGHT>} answers */
  async takeAssessment(answers) {
    await this.goHome();
    await this.press('To the assessment');
    await until(async () => /Final assessment|passed/i.test(await this.heading()), 'the assessment');
    await this.press(await this.heading() === 'Final assessment' ? 'Start' : 'Try again');
    await until(async () => (await this.text()).includes('of 6 answered'), 'the questions');
    for (const [activity, answer] of Object.entries(answers)) await this.fill(activity, answer);
    await this.handIn();
    return until(async () => (await this.heading()).match(/passed|Not passed/i)?.[0], 'the result');
  }

  /** Presses the button that hands in, and confirms. */
  async handIn() {
    await this.press('Hand in');
    await until(() => this.frame.evaluate(() => document.querySelector('dialog[open]') !== null), 'the question whether to hand in');
    await this.press('Hand in');
  }

  /** What the LMS holds. @returns {Promise<Record<string, string>>} */
  values() {
    return this.page.evaluate(() => /** @type {any} */ (window).demoLms.values());
  }

  /** Waits until the LMS holds these values. @param {Record<string, string>} expected */
  async expectValues(expected) {
    let values = {};
    try {
      await until(async () => {
        values = await this.values();
        return Object.entries(expected).every(([element, value]) => /** @type {any} */ (values)[element] === value);
      }, 'the values in the LMS', 10000);
    } catch {
      const held = Object.fromEntries(Object.keys(expected).map((element) => [element, /** @type {any} */ (values)[element]]));
      throw new Error(`the LMS holds ${JSON.stringify(held)}, expected ${JSON.stringify(expected)}`);
    }
  }

  async saveAndQuit() {
    await this.press('Save and quit');
    await until(() => this.page.frames().every((one) => !one.url().includes('/connect/p/')), 'the player to be gone');
  }

  closeWindow() {
    return this.page.evaluate(() => /** @type {any} */ (window).demoLms.close());
  }
}
