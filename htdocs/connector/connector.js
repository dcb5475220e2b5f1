// SPDX-License-Identifier: Apache-2.0
// @ts-check
/* The connector: the one script inside a SCORM package.
 *
 * It finds the LMS's API, tells the hosted training who the learner is, and reports score, status and
 * time back. Nothing is decided here: the server's snapshots say what to write (protocol.md), and the
 * connector makes sure that it is written once, in order, and never lowers what the LMS already has.
 *
 *   idle -> active (initialised) -> terminating (no new work) -> ended (no call at all)
 *
 * ES2017, no dependency, no globals. Names and values of learners are never logged. */
(function () {
  "use strict";

  const VERSION = "1";
  const settings = /** @type {HTMLScriptElement} */ (document.currentScript).dataset;
  const edition = settings.edition || "1.2";
  const frameUrl = settings.host + "/p/" + settings.publication + "/" + settings.sco;
  const hostOrigin = new URL(frameUrl).origin;

  const API_POLL_MS = 250, API_WAIT_MS = 15000, MAX_HOPS = 500;
  const READY_WAIT_MS = 15000, READY_RETRY_MS = [5000, 15000, 60000];
  const DEBOUNCE_MS = 500, ROUTINE_MS = 60000, COMMIT_WAIT_MS = 10000, COMMIT_RETRY_MS = [2000, 5000, 15000, 60000];
  const MAX_MESSAGE_CHARS = 65536, MAX_HOURS_12 = 9999;

  const SCORM_12 = {
    title: "SCORM 1.2", api: "API", initialize: "LMSInitialize", terminate: "LMSFinish", get: "LMSGetValue",
    set: "LMSSetValue", commit: "LMSCommit", error: "LMSGetLastError",
    alreadyActive: 101, over: 301, unsupported: 401,
    id: "cmi.core.student_id", name: "cmi.core.student_name", mode: "cmi.core.lesson_mode", credit: "cmi.core.credit",
    entry: "cmi.core.entry", status: "cmi.core.lesson_status", completion: "", success: "",
    score: "cmi.core.score.raw", mastery: "cmi.student_data.mastery_score", exit: "cmi.core.exit", time: "cmi.core.session_time"
  };
  const SCORM_2004 = {
    title: "SCORM 2004", api: "API_1484_11", initialize: "Initialize", terminate: "Terminate", get: "GetValue",
    set: "SetValue", commit: "Commit", error: "GetLastError",
    alreadyActive: 103, over: 104, unsupported: 402,
    id: "cmi.learner_id", name: "cmi.learner_name", mode: "cmi.mode", credit: "cmi.credit",
    entry: "cmi.entry", status: "", completion: "cmi.completion_status", success: "cmi.success_status",
    score: "cmi.score.scaled", mastery: "cmi.scaled_passing_score", exit: "cmi.exit", time: "cmi.session_time"
  };
  const is2004 = edition !== "1.2";
  const rte = is2004 ? SCORM_2004 : SCORM_12;
  const other = is2004 ? SCORM_12 : SCORM_2004;

  /* The only words that a snapshot may bring; null writes nothing. */
  const WORDS = is2004
    ? { completion: ["incomplete", "completed"], success: ["passed", "failed"], exit: ["suspend", "normal", ""] }
    : { status: ["incomplete", "completed", "failed", "passed"], exit: ["suspend", ""] };
  const RANK = { incomplete: 1, completed: 2, failed: 2, passed: 3 };

  /* ---- What the learner may read: one row a sentence, one column a language ---- */

  const LANGUAGES = ["en", "fr"];
  const TEXT = {
    opening: ["Opening the training…", "Ouverture de la formation…"],
    saving: ["Saving…", "Enregistrement…"],
    retry: ["Try again", "Réessayer"],
    missing: ["The training cannot reach your learning platform", "La formation n’arrive pas à joindre votre plateforme"],
    missingText: ["Open it from your learning platform (LMS), and keep the platform’s own window open.",
      "Ouvrez-la depuis votre plateforme (LMS) et gardez la fenêtre de la plateforme ouverte."],
    differs: ["This package does not suit your learning platform", "Ce paquet ne convient pas à votre plateforme"],
    differsText: ["The package is {0}, the LMS offered {1}. Ask your administrator for the {1} package.",
      "Le paquet est en {0}, le LMS propose {1}. Demandez à votre administrateur le paquet {1}."],
    refused: ["Your learning platform did not start the session", "Votre plateforme n’a pas démarré la session"],
    refusedText: ["Try again. If that does not help, close this window and reopen the training from your LMS.",
      "Réessayez. Si cela ne suffit pas, fermez cette fenêtre et rouvrez la formation depuis votre LMS."],
    over: ["This session is over", "Cette session est terminée"],
    overText: ["Close this window and reopen the training from your LMS. Your progress is kept.",
      "Fermez cette fenêtre et rouvrez la formation depuis votre LMS. Votre progression est conservée."],
    silent: ["The training is not answering", "La formation ne répond pas"],
    silentText: ["Nothing is lost: it will start by itself as soon as it can. If this lasts, your network or your LMS may be blocking {0}.",
      "Rien n’est perdu : elle démarrera d’elle-même dès que possible. Si cela dure, votre réseau ou votre LMS bloque peut-être {0}."],
    closed: ["You may close this window", "Vous pouvez fermer cette fenêtre"],
    closedText: ["Your work has been saved.", "Votre travail est enregistré."],
    unsentText: ["Your work is kept. Your LMS will receive your result the next time you open the training.",
      "Votre travail est conservé. Votre LMS recevra votre résultat à la prochaine ouverture de la formation."],
    previewText: ["This was a preview: nothing was recorded.", "C’était un aperçu : rien n’a été enregistré."],
    failing: ["Your LMS is not saving at the moment. Your work is kept, and we keep trying.",
      "Votre LMS n’enregistre pas pour le moment. Votre travail est conservé et nous réessayons."]
  };
  const languages = Array.from(navigator.languages || [navigator.language || "en"]);
  const language = languages.map(tag => tag.slice(0, 2).toLowerCase()).find(tag => LANGUAGES.includes(tag)) || "en";

  /** @param {keyof typeof TEXT} key @param {...string} values for {0}, {1} */
  function text(key, ...values) {
    return TEXT[key][LANGUAGES.indexOf(language)].replace(/\{(\d)\}/g, (_, n) => values[Number(n)]);
  }

  /** @type {HTMLElement | null} */
  let panel = null;
  /** @type {HTMLElement | null} */
  let banner = null;

  /** @param {HTMLElement} parent @param {string} tag @param {string} words */
  function append(parent, tag, words) {
    const child = document.createElement(tag);
    child.textContent = words;
    parent.appendChild(child);
    return child;
  }

  /** Covers the page. `detail` is the technical line for support; `retry` gives a button.
   * @param {keyof typeof TEXT} title
   * @param {{words?: string, detail?: string, retry?: () => void}} [more] */
  function showPanel(title, more) {
    hidePanel();
    const { words = "", detail = "", retry = null } = more || {};
    panel = append(document.body, "main", "");
    panel.className = "panel";
    panel.lang = language;
    panel.setAttribute("role", words ? "alert" : "status");
    const heading = append(panel, "h1", text(title));
    heading.tabIndex = -1;
    if (words) append(panel, "p", words);
    if (retry) append(panel, "button", text("retry")).addEventListener("click", retry);
    if (detail) append(panel, "p", detail + " · " + rte.title + " · connector " + VERSION).className = "detail";
    heading.focus();
  }

  function hidePanel() {
    if (panel) panel.remove();
    panel = null;
  }

  /** @param {boolean} wanted */
  function setBanner(wanted) {
    if (wanted === Boolean(banner)) return;
    if (banner) banner.remove();
    banner = wanted ? append(document.body, "p", text("failing")) : null;
    if (!banner) return;
    banner.className = "banner";
    banner.lang = language;
    banner.setAttribute("role", "status");
  }

  /* ---- Finding the API: only the package's own edition will do ---- */

  /** Reads a property of a window that may belong to another origin. @param {any} from @param {string} name */
  function peek(from, name) {
    try { return from[name]; } catch (e) { return null; }
  }

  /** @param {any} start */
  function* upwards(start) {
    for (let win = start, hops = 0; win && hops < MAX_HOPS; hops++) {
      yield win;
      const parent = peek(win, "parent");
      win = parent === win ? null : parent;
    }
  }

  function* places() {
    yield* upwards(window);
    yield* upwards(peek(window, "opener"));
    const popup = peek(window.top, "opener");
    yield* upwards(popup);
    yield peek(popup, "document");      // SuccessFactors keeps it there
  }

  /** @param {typeof SCORM_12} version */
  function find(version) {
    for (const place of places()) {
      const candidate = peek(place, version.api);
      if (candidate && peek(candidate, version.initialize)) return candidate;
    }
    return null;
  }

  function search() {
    let polls = API_WAIT_MS / API_POLL_MS;
    showPanel("opening");
    (function poll() {
      api = find(rte);
      if (api) begin();
      else if (polls-- > 0) setTimeout(poll, API_POLL_MS);
      else if (find(other)) showPanel("differs", { words: text("differsText", rte.title, other.title), detail: "api_other_edition", retry: search });
      else showPanel("missing", { words: text("missingText"), detail: "api_missing", retry: search });
    })();
  }

  /* ---- Calling the API: a false that GetLastError cannot explain is a success ---- */

  /** @type {any} */
  let api = null;
  let state = "idle";

  /** @param {unknown} result */
  function isTrue(result) {
    return /^(true|1)$/.test(String(result));
  }

  function lastError() {
    try { return parseInt(api[rte.error](), 10) || 0; } catch (e) { return 101; }
  }

  /** 0, or the LMS's error code. A Promise counts as accepted: only commit() has the time to wait.
   * @param {"initialize" | "set" | "terminate"} verb @param {...string} args */
  function call(verb, ...args) {
    try {
      const result = api[rte[verb]](...args);
      return isTrue(result) || (result && result.then) ? 0 : lastError();
    } catch (e) {
      return 101;
    }
  }

  /** True when the LMS has stored everything, as far as it tells. @returns {boolean | Promise<boolean>} */
  function commit() {
    try {
      const result = api[rte.commit]("");
      if (!result || !result.then) return isTrue(result) || lastError() === 0;
      const late = new Promise(resolve => setTimeout(resolve, COMMIT_WAIT_MS, "late"));
      return Promise.race([result, late]).then(
        value => value !== "late" && (isTrue(value) || state !== "active" || lastError() === 0), () => false);
    } catch (e) {
      return false;
    }
  }

  /** Unset and unsupported elements are errors in SCORM, and "" here. @param {string} element */
  function get(element) {
    if (!element) return "";
    try {
      const value = api[rte.get](element);
      return value === null || value === undefined ? "" : String(value);
    } catch (e) {
      return "";
    }
  }

  /** What the LMS has, as read at the start or accepted since. @type {Object<string, string>} */
  const held = {};

  /** 0, or the LMS's error code. @param {string} element @param {string} value */
  function set(element, value) {
    if (held[element] === value) return 0;
    const code = call("set", element, value);
    if (code === 0) held[element] = value;
    return code === rte.unsupported ? 0 : code;
  }

  /* ---- The session ---- */

  let readonly = false;
  /** Chamilo adds session_time to its total at every commit that it was set for. @type {boolean} */
  let addsTimeAtCommit = false;
  let bestScore = NaN;
  /** @type {any} */
  let launchData = null;
  let routineTimer = 0;

  function begin() {
    const code = call("initialize", "");
    const id = get(rte.id);
    /* 1.2 has one code for "already active" and "already finished": only reading tells them apart. */
    if (code === rte.over || (code && lastError() === rte.over)) {
      showPanel("over", { words: text("overText"), detail: "session_over" });
      return;
    }
    if (code && code !== rte.alreadyActive) {
      showPanel("refused", { words: text("refusedText"), detail: "api_refused " + code, retry: search });
      return;
    }
    state = "active";
    addsTimeAtCommit = typeof peek(api, "save_asset") === "function";
    const name = get(rte.name);
    const lms = { mode: get(rte.mode), credit: get(rte.credit), entry: get(rte.entry), status: get(rte.status),
      completion: get(rte.completion), success: get(rte.success), score: percent(get(rte.score)), mastery: percent(get(rte.mastery)) };
    readonly = lms.mode === "browse" || lms.mode === "review" || lms.credit === "no-credit";
    bestScore = parseFloat(lms.score);
    if (is2004) Object.assign(held, { [rte.completion]: lms.completion, [rte.success]: lms.success });
    else held[rte.status] = lms.status;
    launchData = { connector: { version: VERSION, edition }, learner: { id, name }, lms, languages };
    /* At once: some LMSes turn a silent visit into a completed one when it ends. */
    if (!readonly) {
      if (rank(standing()) === 0) set(is2004 ? rte.completion : rte.status, "incomplete");
      set(rte.exit, is2004 || rank(standing()) < RANK.completed ? "suspend" : "");
      if (commit() === false) failed();
    }
    startClock();
    routineTimer = setInterval(() => { if (!document.hidden) schedule(0); }, ROUTINE_MS);
    openFrame();
  }

  /** 2004 speaks in 0..1 where 1.2 speaks in 0..100. @param {string} value */
  function percent(value) {
    const number = parseFloat(value);
    return is2004 && !isNaN(number) ? String(Math.round(number * 10000) / 100) : value;
  }

  /* Active seconds are the player's to count, per launch of the frame; our clock only caps them. */
  let clockStart = NaN, clockBefore = 0, secondsBefore = 0, seconds = 0;

  function startClock() {
    clockStart = performance.now();
  }

  function stopClock() {
    clockBefore = elapsed();
    clockStart = NaN;
  }

  function elapsed() {
    return clockBefore + (isNaN(clockStart) ? 0 : (performance.now() - clockStart) / 1000);
  }

  /** The LMS wants the total of this session, never a difference. */
  function writeTime() {
    const hundredths = Math.floor(Math.min(secondsBefore + seconds, elapsed()) * 100);
    set(rte.time, is2004 ? duration2004(hundredths) : duration12(hundredths));
  }

  /** @param {number} hundredths */
  function duration12(hundredths) {
    const capped = Math.min(hundredths, MAX_HOURS_12 * 360000);
    const two = (/** @type {number} */ n) => String(Math.floor(n)).padStart(2, "0");
    return two(capped / 360000) + ":" + two(capped / 6000 % 60) + ":" + two(capped / 100 % 60) + "." + two(capped % 100);
  }

  /** @param {number} hundredths */
  function duration2004(hundredths) {
    const hours = Math.floor(hundredths / 360000), minutes = Math.floor(hundredths / 6000) % 60;
    return "PT" + (hours ? hours + "H" : "") + (minutes ? minutes + "M" : "") + hundredths % 6000 / 100 + "S";
  }

  /* ---- Snapshots ---- */

  /** @typedef {{rev: number, score: number | null, seconds: number, final: boolean, lms: Object<string, string | null>}} Snapshot */
  /** @type {Snapshot | null} */
  let wanted = null;
  let deliveredRev = -1;
  /** @type {{t: string, rev: number, lms: string, element?: string} | null} */
  let lastAck = null;

  /** The one word that the LMS now stands at. */
  function standing() {
    const { [rte.success]: success, [rte.completion]: completion } = held;
    return is2004 ? (rank(success) ? success : completion) : held[rte.status];
  }

  /** @param {string} word */
  function rank(word) {
    return Object.prototype.hasOwnProperty.call(RANK, word) ? RANK[/** @type {keyof typeof RANK} */ (word)] : 0;
  }

  /** @param {Snapshot} snapshot */
  function wordOf(snapshot) {
    return (is2004 ? snapshot.lms.success || snapshot.lms.completion : snapshot.lms.status) || "";
  }

  /** @param {any} s @returns {s is Snapshot} */
  function isSnapshot(s) {
    return Boolean(s && Number.isSafeInteger(s.rev) && s.rev >= 0 && s.seconds >= 0 && isFinite(s.seconds) && s.lms &&
      (s.score === null || (typeof s.score === "number" && s.score >= 0 && s.score <= 100)) &&
      Object.entries(WORDS).every(([key, words]) => s.lms[key] === null || words.includes(s.lms[key])));
  }

  /** @param {any} snapshot */
  function onSnapshot(snapshot) {
    if (readonly || !isSnapshot(snapshot)) return;
    const rev = wanted ? wanted.rev : -1;
    if (snapshot.rev < rev) return;
    onTime(snapshot.seconds);
    if (snapshot.rev > rev) {
      wanted = snapshot;
      schedule(wordOf(snapshot) === standing() ? DEBOUNCE_MS : 0);
    } else if (lastAck && lastAck.rev === rev) {
      tell(lastAck);                  // the frame was reloaded before it could pass the first one on
    }
  }

  /** @param {any} total */
  function onTime(total) {
    if (typeof total === "number" && isFinite(total)) seconds = Math.max(seconds, total);
  }

  /** Score, status, exit. What ranks below the LMS's own is left out. Returns the first refusal.
   * @param {Snapshot} snapshot @returns {{lms: string, element?: string}} */
  function write(snapshot) {
    const word = wordOf(snapshot), now = standing();
    const settled = word === "failed" && now === "completed" && snapshot.final;
    if (word !== now && rank(word) <= rank(now) && !settled) return { lms: "ok" };
    let answer = { lms: "ok" };
    const put = (/** @type {string} */ element, /** @type {string | null} */ value) => {
      const code = value === null ? 0 : set(element, value);
      if (code && answer.lms === "ok") answer = Object.assign({}, { lms: String(code), element });
      return code === 0;
    };
    const { score, lms } = snapshot;
    if (score !== null && !(score <= bestScore) && writeScore(score, put)) bestScore = score;
    if (is2004) {
      put(rte.completion, lms.completion);
      put(rte.success, lms.success);
    } else {
      put(rte.status, lms.status);
    }
    put(rte.exit, lms.exit);
    return answer;
  }

  /** At most 2 decimals raw, 7 scaled, never an exponent: more fails in Moodle.
   * @param {number} score @param {(element: string, value: string) => boolean} put */
  function writeScore(score, put) {
    const raw = Math.round(score * 100) / 100, base = is2004 ? "cmi.score." : "cmi.core.score.";
    if (is2004 && !put(base + "scaled", String(Number((raw / 100).toFixed(7))))) return false;
    return put(base + "raw", String(raw)) && put(base + "min", "0") && put(base + "max", "100");
  }

  /* ---- Delivery: the latest snapshot, until the LMS has it ---- */

  let timer = 0, due = 0, delivering = false, failures = 0;

  /** Always from a timer: inside an event, some Moodles send beacons and call that a success. @param {number} delay */
  function schedule(delay) {
    const when = performance.now() + delay;
    if (timer && when >= due) return;
    clearTimeout(timer);
    due = when;
    timer = setTimeout(deliver, delay);
  }

  function pending() {
    return wanted && wanted.rev > deliveredRev ? wanted : null;
  }

  /* A routine commit has nothing to write: it keeps the LMS's own session alive. */
  async function deliver() {
    timer = 0;
    if (state !== "active" || readonly || delivering) return;
    delivering = true;
    const snapshot = pending();
    const answer = snapshot && write(snapshot);
    if (snapshot) tell({ t: "lms", state: "saving" });
    const stored = await commit();
    delivering = false;
    if (!stored) {
      failed();
      return;
    }
    if (snapshot || failures) tell({ t: "lms", state: "saved" });
    failures = 0;
    setBanner(false);
    if (snapshot && answer) acknowledge(snapshot, answer);
    if (pending()) schedule(0);
  }

  function failed() {
    if (state !== "active") return;
    schedule(COMMIT_RETRY_MS[Math.min(failures, COMMIT_RETRY_MS.length - 1)]);
    failures += 1;
    setBanner(failures >= 3);
    tell({ t: "lms", state: "failing" });
  }

  /** @param {Snapshot} snapshot @param {{lms: string, element?: string}} answer */
  function acknowledge(snapshot, answer) {
    deliveredRev = Math.max(deliveredRev, snapshot.rev);
    lastAck = Object.assign({ t: "ack", rev: snapshot.rev }, answer);
    tell(lastAck);
  }

  /* ---- Leaving ---- */

  /** Hidden or frozen: perhaps the last chance, perhaps not the end. An LMS that adds the time up at each
   * commit gets it at the end only, once; every other overwrites the earlier total with the later one. */
  function rest() {
    if (state !== "active" || readonly) return;
    const snapshot = pending(), answer = snapshot && write(snapshot);
    if (!addsTimeAtCommit) writeTime();
    const stored = commit();
    if (stored === false) failed();
    else if (stored === true && snapshot && answer) acknowledge(snapshot, answer);
  }

  /** Ends the session, once. No Commit: Terminate stores everything, and two requests sent by a page
   * that is going away may arrive in the wrong order, or not both. @param {string} navigation 2004 only */
  function finish(navigation) {
    if (state !== "active") return;
    state = "terminating";
    clearTimeout(timer);
    clearTimeout(readyTimer);
    clearInterval(routineTimer);
    setBanner(false);
    const snapshot = pending(), answer = snapshot && !readonly && write(snapshot);
    if (!readonly && is2004 && navigation) call("set", "adl.nav.request", navigation);
    if (!readonly) writeTime();
    const code = call("terminate", "");
    state = "ended";
    if (code === 0 && snapshot && answer) acknowledge(snapshot, answer);
  }

  /** "Save and quit". */
  async function quit() {
    if (state !== "active") return;
    showPanel("saving");
    if (pending()) await deliver();
    finish(wanted && wanted.final ? "exitAll" : "suspendAll");
    const outcome = readonly ? "previewText" : pending() ? "unsentText" : "closedText";
    showPanel("closed", { words: text(outcome) });
    closeFrame();
  }

  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") rest(); });
  window.addEventListener("pagehide", event => {
    if (!event.persisted) finish("");
    else {
      stopClock();
      rest();
    }
  });
  window.addEventListener("pageshow", event => { if (event.persisted && state === "active") startClock(); });

  /* ---- The hosted training ---- */

  /** @type {HTMLIFrameElement | null} */
  let frame = null;
  /** @type {MessagePort | null} */
  let port = null;
  let readyTimer = 0, answeredAt = -Infinity;

  function openFrame() {
    const old = frame;
    frame = document.createElement("iframe");
    frame.title = document.title;
    frame.allow = "fullscreen; autoplay; microphone; camera; clipboard-write; encrypted-media; picture-in-picture; local-network-access";
    frame.allowFullscreen = true;
    frame.referrerPolicy = "strict-origin";
    frame.src = frameUrl;
    if (old) old.replaceWith(frame);
    else {
      document.body.insertBefore(frame, document.body.firstChild);
      awaitReady(0);
    }
  }

  /** A frame that fails to load tells nobody; only a missing "ready" shows it. @param {number} attempt */
  function awaitReady(attempt) {
    const delay = attempt ? READY_RETRY_MS[Math.min(attempt, READY_RETRY_MS.length) - 1] : READY_WAIT_MS;
    const retry = () => {
      clearTimeout(readyTimer);
      if (attempt) openFrame();
      else showPanel("silent", { words: text("silentText", hostOrigin), detail: "host_silent " + hostOrigin, retry: () => openFrame() });
      awaitReady(attempt + 1);
    };
    readyTimer = setTimeout(retry, delay);
  }

  /** The frame stays a moment, unseen, to tell its server what the LMS has accepted. */
  function closeFrame() {
    const closing = frame;
    if (!closing) return;
    closing.hidden = true;
    setTimeout(() => { closing.remove(); }, 3000);
  }

  window.addEventListener("message", event => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== hostOrigin || state !== "active") return;
    const message = event.data;
    if (!message || message.p !== "sc1" || message.t !== "ready") return;
    /* "ready" repeats until answered; those that waited behind a slow LMS call are one question. */
    if (performance.now() - answeredAt < 1000) return;
    answeredAt = performance.now();
    clearTimeout(readyTimer);
    hidePanel();
    launch(frame);
  });

  /** @param {HTMLIFrameElement} target */
  function launch(target) {
    const channel = new MessageChannel();
    if (port) port.close();
    port = channel.port1;
    port.onmessage = event => receive(event.data);
    secondsBefore += seconds;           // a reloaded frame counts from 0 again
    seconds = 0;
    /** @type {Window} */ (target.contentWindow).postMessage({ p: "sc1", t: "launch", v: 1, data: launchData }, hostOrigin, [channel.port2]);
  }

  /** @param {any} message */
  function receive(message) {
    if (state !== "active" || !isSmall(message)) return;
    if (message.t === "snapshot") onSnapshot(message.snapshot);
    else if (message.t === "time") onTime(message.seconds);
    else if (message.t === "quit") setTimeout(quit, 0);
  }

  /** @param {any} message */
  function isSmall(message) {
    try {
      return message !== null && typeof message === "object" && JSON.stringify(message).length <= MAX_MESSAGE_CHARS;
    } catch (e) {
      return false;
    }
  }

  /** @param {object} message */
  function tell(message) {
    if (port) port.postMessage(message);
  }

  search();
})();
