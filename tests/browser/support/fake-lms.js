// SPDX-License-Identifier: Apache-2.0

/* A strict LMS for one SCO: SCORM 1.2 or 2004, with every call written down. Runs in the page.
 *
 *   fakeLms.install(window, { edition: '1.2', values: {…}, quirks: {…} })   sets window.API or window.API_1484_11, and
 *   window.lms: its calls are [{ method, args, result, code, strict }] (strict: nothing but strings, and the right `this`),
 *   stored is what Commit and Terminate kept, relaunch() does what a real LMS does at the next launch.
 *
 * Quirks: yes (what "true" looks like), initialize: {result, code}, refuse: {element: {result, code}},
 * failCommits: n, promise: [true, 'reject', …], moodleFinish, addsAtCommit (Chamilo), extraApi (the other edition too). */

(function () {
  'use strict';

  const DECIMAL = /^-?\d{1,7}(\.\d{1,7})?$/;
  const within = (low, high) => (value) => DECIMAL.test(value) && Number(value) >= low && Number(value) <= high;
  const raw12 = (value) => /^\d{1,3}(\.\d{1,2})?$/.test(value) && Number(value) <= 100;
  const oneOf = (...words) => (value) => words.includes(value);

  const MODELS = {
    '1.2': {
      readable: { 'cmi.core.student_id': 'ada', 'cmi.core.student_name': 'Lovelace, Ada', 'cmi.core.lesson_mode': 'normal',
        'cmi.core.credit': 'credit', 'cmi.core.entry': 'ab-initio', 'cmi.core.total_time': '0000:00:00.00',
        'cmi.student_data.mastery_score': '' },
      both: { 'cmi.core.lesson_status': ['not attempted', oneOf('passed', 'completed', 'failed', 'incomplete', 'browsed')],
        'cmi.core.score.raw': ['', raw12], 'cmi.core.score.min': ['', raw12], 'cmi.core.score.max': ['', raw12],
        'cmi.suspend_data': ['', (value) => value.length <= 4096] },
      writable: { 'cmi.core.exit': oneOf('time-out', 'suspend', 'logout', ''),
        'cmi.core.session_time': (value) => /^\d{2,4}:[0-5]\d:[0-5]\d(\.\d{1,2})?$/.test(value) },
      codes: { notRunning: 301, finished: 301, again: 101, unknown: 401, readOnly: 403, writeOnly: 404, type: 405, unset: 0 },
    },
    '2004': {
      readable: { 'cmi.learner_id': 'ada', 'cmi.learner_name': 'Lovelace, Ada', 'cmi.mode': 'normal', 'cmi.credit': 'credit',
        'cmi.entry': 'ab-initio', 'cmi.total_time': 'PT0S', 'cmi.scaled_passing_score': '' },
      both: { 'cmi.completion_status': ['unknown', oneOf('completed', 'incomplete', 'not attempted', 'unknown')],
        'cmi.success_status': ['unknown', oneOf('passed', 'failed', 'unknown')],
        'cmi.score.scaled': ['', within(-1, 1)], 'cmi.score.raw': ['', within(-1e6, 1e6)], 'cmi.score.min': ['', within(-1e6, 1e6)],
        'cmi.score.max': ['', within(-1e6, 1e6)], 'cmi.suspend_data': ['', (value) => value.length <= 64000] },
      writable: { 'cmi.exit': oneOf('time-out', 'suspend', 'logout', 'normal', ''),
        'cmi.session_time': (value) => /^PT(?=\d)(\d+H)?(\d+M)?(\d+(\.\d{1,2})?S)?$/.test(value),
        'adl.nav.request': oneOf('suspendAll', 'exitAll', 'exit', 'continue', 'previous', 'abandon', 'abandonAll') },
      codes: { notRunning: 132, finished: 133, again: 103, unknown: 401, readOnly: 404, writeOnly: 405, type: 406, unset: 403 },
    },
  };

  const METHODS = ['Initialize', 'Terminate', 'GetValue', 'SetValue', 'Commit', 'GetLastError', 'GetErrorString', 'GetDiagnostic'];
  const TWELVE = { Terminate: 'LMSFinish' };

  /** Both notations of a duration, in seconds. */
  function secondsOf(duration) {
    const [, h = 0, m = 0, s = 0] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(duration) || /^(\d+):(\d+):([\d.]+)$/.exec(duration) || [];
    return Number(h) * 3600 + Number(m) * 60 + Number(s);
  }

  class FakeLms {
    constructor(settings) {
      this.settings = settings;
      this.is2004 = settings.edition !== '1.2';
      this.model = MODELS[this.is2004 ? '2004' : '1.2'];
      this.calls = [];
      this.launches = 0;
      this.totalSeconds = 0;
      this.stored = {};
      for (const [name, [initial]] of Object.entries(this.model.both)) this.stored[name] = initial;
      Object.assign(this.stored, this.model.readable, settings.values);
      this.launch();
    }

    get quirks() { return this.settings.quirks || {}; }

    launch() {
      this.state = 'idle';
      this.code = 0;
      this.launches += 1;
      this.values = { ...this.stored };
      this.pendingTime = '';
      this.api = this.makeApi();
    }

    /** What the next launch finds: a 2004 attempt that was not suspended starts anew. */
    relaunch() {
      const name = (short) => (this.is2004 ? `cmi.${short}` : `cmi.core.${short}`);
      const exit = this.stored[name('exit')];
      if (this.is2004 && exit !== 'suspend') for (const [key, [initial]] of Object.entries(this.model.both)) this.stored[key] = initial;
      this.stored[name('entry')] = exit === 'suspend' ? 'resume' : '';
      this.launch();
    }

    makeApi() {
      const lms = this;
      const api = {};
      for (const method of METHODS) {
        const exported = this.is2004 ? method : TWELVE[method] || `LMS${method}`;
        api[exported] = function (...args) {
          const arity = { GetValue: 1, SetValue: 2, GetLastError: 0 }[method] ?? 1;
          const strict = this === api && args.length === arity && args.every((a) => typeof a === 'string') &&
            (!['Initialize', 'Terminate', 'Commit'].includes(method) || args[0] === '');
          const result = lms[method](...args);
          lms.calls.push({ method, args, result: result instanceof Promise ? 'promise' : result, code: lms.code, strict });
          return result;
        };
      }
      if (this.quirks.addsAtCommit) api.save_asset = () => {};
      return api;
    }

    yes() {
      this.code = 0;
      return this.quirks.yes === undefined ? 'true' : this.quirks.yes;
    }

    no(code) {
      this.code = code;
      return 'false';
    }

    Initialize() {
      const { initialize } = this.quirks;
      if (this.state === 'finished') return this.no(this.is2004 ? 104 : 101);
      if (initialize) {
        if (initialize.running) this.state = 'running';
        this.code = initialize.code;
        return initialize.result;
      }
      if (this.state === 'running') return this.no(this.model.codes.again);
      this.state = 'running';
      return this.yes();
    }

    Terminate() {
      if (this.state !== 'running') return this.no(this.is2004 ? 113 : 301);
      const status = 'cmi.core.lesson_status';
      if (this.quirks.moodleFinish && this.values[status] === 'not attempted') this.values[status] = 'completed';
      this.state = 'finished';
      this.store();
      if (!this.quirks.addsAtCommit) this.totalSeconds += secondsOf(this.stored[this.is2004 ? 'cmi.session_time' : 'cmi.core.session_time'] || '');
      return this.yes();
    }

    GetValue(element) {
      const { codes, readable, both, writable } = this.model;
      if (this.state !== 'running') { this.code = this.state === 'idle' ? codes.notRunning : codes.finished; return ''; }
      const known = element in readable || element in both;
      const value = known ? this.values[element] : '';
      this.code = element in writable ? codes.writeOnly : !known ? codes.unknown : value === '' ? codes.unset : 0;
      return value;
    }

    SetValue(element, value) {
      const { codes, readable, both, writable } = this.model;
      const refusal = (this.quirks.refuse || {})[element];
      if (this.state !== 'running') return this.no(this.state === 'idle' ? codes.notRunning : codes.finished);
      if (element in readable) return this.no(codes.readOnly);
      const check = element in both ? both[element][1] : writable[element];
      if (!check) return this.no(codes.unknown);
      if (refusal && refusal.code) { this.code = refusal.code; return refusal.result; }
      if (!check(value)) return this.no(codes.type);
      this.values[element] = value;
      if (element.endsWith('session_time')) this.pendingTime = value;
      const yes = this.yes();
      return refusal ? refusal.result : yes;
    }

    Commit() {
      if (this.state !== 'running') return this.no(this.is2004 ? 143 : 301);
      if (this.quirks.failCommits > 0) { this.quirks.failCommits -= 1; return this.no(this.is2004 ? 391 : 101); }
      const promised = (this.quirks.promise || []).shift();
      if (promised === 'reject') return Promise.reject(new Error('the LMS is away'));
      this.store();
      return promised === undefined ? this.yes() : Promise.resolve(promised);
    }

    GetLastError() { return String(this.code); }
    GetErrorString() { return ''; }
    GetDiagnostic() { return ''; }

    store() {
      this.stored = { ...this.values };
      if (this.quirks.addsAtCommit) this.totalSeconds += secondsOf(this.pendingTime);
      this.pendingTime = '';
    }

    // What the tests ask.
    sets() { return this.calls.filter((call) => call.method === 'SetValue').map((call) => call.args); }
    count(method) { return this.calls.filter((call) => call.method === method).length; }
  }

  window.fakeLms = {
    install(target, settings) {
      const lms = new FakeLms(settings);
      const other = new FakeLms({ edition: lms.is2004 ? '1.2' : '2004-4' });
      const name = (it) => (it.is2004 ? 'API_1484_11' : 'API');
      Object.defineProperty(target, name(lms), { configurable: true, get: () => lms.api });
      if (lms.quirks.extraApi) target[name(other)] = other.api;
      target.lms = lms;
      target.otherLms = other;
      return lms;
    },
  };
})();
