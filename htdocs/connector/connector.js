// SPDX-License-Identifier: Apache-2.0
// @ts-check
/* The connector: the one script inside a SCORM package.
 *
 * It finds the LMS's API, tells the hosted training who the learner is, and reports score, status and time. It decides
 * nothing: the server's snapshots say what to write, the connector sees to it that it is written in order, once, and
 * that nothing which the LMS has is ever lowered. Names and values of learners are never logged.
 *
 *   idle -> active (initialised) -> terminating (nothing new) -> ended (no call at all)                            */
(function () {
"use strict";

const VERSION = "1";
const settings = /** @type {HTMLScriptElement} */ (document.currentScript).dataset;
const edition = settings.edition || "1.2";
const frameUrl = settings.host + "/p/" + settings.publication + "/" + settings.sco;
const hostOrigin = new URL(frameUrl).origin;

const API_POLL_MS = 250, API_POLLS = 60, MAX_HOPS = 500;
const READY_WAITS_MS = [15000, 5000, 15000, 60000], ONE_ANSWER_MS = 1000, FAREWELL_MS = 3000;
const DEBOUNCE_MS = 500, ROUTINE_MS = 60000, COMMIT_WAIT_MS = 10000, RETRY_MS = [2000, 5000, 15000, 60000];
const MAX_MESSAGE_CHARS = 65536, MAX_HOURS = 9999;

/* One row a name, one column an edition; "" where there is none. */
const column = edition === "1.2" ? 0 : 1;
const NAMES = {
  title: ["SCORM 1.2", "SCORM 2004"],
  api: ["API", "API_1484_11"],
  initialize: ["LMSInitialize", "Initialize"],
  terminate: ["LMSFinish", "Terminate"],
  getValue: ["LMSGetValue", "GetValue"],
  setValue: ["LMSSetValue", "SetValue"],
  commit: ["LMSCommit", "Commit"],
  lastError: ["LMSGetLastError", "GetLastError"],
  id: ["cmi.core.student_id", "cmi.learner_id"],
  name: ["cmi.core.student_name", "cmi.learner_name"],
  mode: ["cmi.core.lesson_mode", "cmi.mode"],
  credit: ["cmi.core.credit", "cmi.credit"],
  entry: ["cmi.core.entry", "cmi.entry"],
  status: ["cmi.core.lesson_status", ""],
  completion: ["", "cmi.completion_status"],
  success: ["", "cmi.success_status"],
  score: ["cmi.core.score.raw", "cmi.score.scaled"],
  mastery: ["cmi.student_data.mastery_score", "cmi.scaled_passing_score"],
  exit: ["cmi.core.exit", "cmi.exit"],
  time: ["cmi.core.session_time", "cmi.session_time"],
  navigation: ["", "adl.nav.request"]
};
const ALREADY_ACTIVE = [101, 103][column], OVER = [301, 104][column], UNSUPPORTED = [401, 402][column];

/** @typedef {keyof typeof NAMES} Name @param {Name} name */
const rte = name => NAMES[name][column];

/* The only words that a snapshot may bring, and how high they rank. */
const WORDS = {
  status: ["incomplete", "completed", "failed", "passed"],
  completion: ["incomplete", "completed"],
  success: ["failed", "passed"],
  exit: ["suspend", ""]
};
const RANK = new Map([["incomplete", 1], ["completed", 2], ["failed", 2], ["passed", 3]]);

/* ---- What the learner may read: one row a message (heading, newline, sentence), one column a language ---- */

const LANGUAGES = ["en", "fr"];
const TEXT = {
  wait: ["One moment…", "Un instant…"],
  retry: ["Try again", "Réessayer"],
  missing: ["The training cannot reach your LMS\nOpen it from your LMS, and keep the LMS’s own window open.",
    "La formation n’arrive pas à joindre votre LMS\nOuvrez-la depuis votre LMS et gardez ouverte la fenêtre du LMS."],
  differs: ["This package does not suit your LMS\nThe package is {0}, the LMS offered {1}. Ask your administrator for the {1} package.",
    "Ce paquet ne convient pas à votre LMS\nLe paquet est en {0}, le LMS propose {1}. Demandez à votre administrateur le paquet {1}."],
  refused: ["Your LMS did not start the session\nIf trying again does not help, close this window and reopen the training from your LMS.",
    "Votre LMS n’a pas démarré la session\nSi réessayer ne suffit pas, fermez cette fenêtre et rouvrez la formation depuis votre LMS."],
  over: ["This session is over\nClose this window and reopen the training from your LMS. Your progress is kept.",
    "Cette session est terminée\nFermez cette fenêtre et rouvrez la formation depuis votre LMS. Votre progression est conservée."],
  silent: ["The training is not answering\nIt will start by itself as soon as it can. If this lasts, your network or your LMS may be blocking {0}.",
    "La formation ne répond pas\nElle démarrera d’elle-même dès que possible. Si cela dure, votre réseau ou votre LMS bloque peut-être {0}."],
  saved: ["You may close this window\nYour work has been saved.", "Vous pouvez fermer cette fenêtre\nVotre travail est enregistré."],
  unsent: ["You may close this window\nYour work is kept. Your LMS will receive your result when you next open the training.",
    "Vous pouvez fermer cette fenêtre\nVotre travail est conservé. Votre LMS recevra votre résultat à la prochaine ouverture."],
  preview: ["You may close this window\nThis was a preview: nothing was recorded.",
    "Vous pouvez fermer cette fenêtre\nC’était un aperçu : rien n’a été enregistré."],
  failing: ["Your LMS is not saving at the moment. Your work is kept, and we keep trying.",
    "Votre LMS n’enregistre pas pour le moment. Votre travail est conservé et nous réessayons."]
};
const languages = Array.from(navigator.languages);
const language = languages.map(tag => tag.slice(0, 2)).find(tag => LANGUAGES.includes(tag)) || "en";

/** @typedef {keyof typeof TEXT} Message @param {Message} key @param {...string} values for {0}, {1} */
const text = (key, ...values) => TEXT[key][LANGUAGES.indexOf(language)].replace(/\{(\d)\}/g, (_, n) => values[n]);

/** @type {Record<string, HTMLElement>} */
const shown = {};

/** @param {HTMLElement} parent @param {string} tag @param {string} words @param {string} [className] */
function append(parent, tag, words, className = "") {
  const child = parent.appendChild(document.createElement(tag));
  child.textContent = words;
  child.className = className;
  return child;
}

/** @param {string} part "panel" or "banner" @param {string} tag @param {string} words @param {string} role */
function show(part, tag, words, role) {
  hide(part);
  const element = shown[part] = append(document.body, tag, words, part);
  element.lang = language;
  element.setAttribute("role", role);
  return element;
}

/** @param {string} part */
function hide(part) {
  if (shown[part]) shown[part].remove();
}

/** Covers the page. @param {Message} key @param {string} [detail] for support @param {() => void} [retry] what the button does
 * @param {...string} values */
function explain(key, detail, retry, ...values) {
  const [title, words] = text(key, ...values).split("\n");
  const panel = show("panel", "main", "", words ? "alert" : "status");
  const heading = append(panel, "h1", title);
  if (words) append(panel, "p", words);
  if (retry) append(panel, "button", text("retry")).addEventListener("click", retry);
  if (detail) append(panel, "p", detail + " · " + rte("title") + " · connector " + VERSION, "detail");
  heading.tabIndex = -1;
  heading.focus();
}

/* ---- Finding the API: only the package's own edition will do ---- */

/** Reads what may belong to another origin. @param {any} from @param {string} name */
function peek(from, name) {
  try { return from[name]; } catch (e) { return null; }
}

/** @param {any} start */
function* upwards(start) {
  for (let place = start, hops = 0; place && hops < MAX_HOPS; hops++) {
    yield place;
    const parent = peek(place, "parent");
    place = parent === place ? null : parent;
  }
}

function* places() {
  const popup = peek(window.top, "opener");
  yield* upwards(window);
  yield* upwards(window.opener);
  yield* upwards(popup);
  yield peek(popup, "document");      // SuccessFactors keeps it there
}

/** @param {number} version */
function find(version) {
  for (const place of places()) {
    const candidate = peek(place, NAMES.api[version]);
    if (candidate && peek(candidate, NAMES.initialize[version])) return candidate;
  }
  return null;
}

function search() {
  let polls = API_POLLS;
  explain("wait");
  (function poll() {
    api = find(column);
    if (api) begin();
    else if (polls-- > 0) setTimeout(poll, API_POLL_MS);
    else if (find(1 - column)) explain("differs", "api_other_edition", search, rte("title"), NAMES.title[1 - column]);
    else explain("missing", "api_missing", search);
  })();
}

/* ---- Calling the API: a false that GetLastError cannot explain is a success ---- */

/** @type {any} */
let api = null;
let state = "idle";

/** @param {Name} method @param {...string} args */
const invoke = (method, ...args) => api[rte(method)](...args);

/** @param {any} result */
const isPromise = result => Boolean(peek(result, "then"));

/** 0, or the LMS's error code. @param {unknown} result */
function errorOf(result) {
  return isPromise(result) || /^(true|1)$/.test(String(result)) || state === "ended" ? 0 : parseInt(invoke("lastError"), 10) || 0;
}

/** 0, or the LMS's error code. @param {Name} method @param {...string} args */
function call(method, ...args) {
  try { return errorOf(invoke(method, ...args)); } catch (e) { return 101; }
}

/** Whether the LMS has stored everything, as far as it tells. @returns {boolean | Promise<boolean>} */
function commit() {
  try {
    const result = invoke("commit", "");
    if (!isPromise(result)) return errorOf(result) === 0;
    const late = new Promise((_, reject) => setTimeout(reject, COMMIT_WAIT_MS));
    return Promise.race([result, late]).then(value => errorOf(value) === 0).catch(() => false);
  } catch (e) {
    return false;
  }
}

/** What is unset or unsupported is an error in SCORM, and "" here. @param {string} element */
function get(element) {
  if (!element) return "";
  try {
    const value = invoke("getValue", element);
    return value === null || value === undefined ? "" : String(value);
  } catch (e) {
    return "";
  }
}

/** What the LMS has: read at the start, or accepted since. @type {Record<string, string>} */
const held = {};

/** 0, or the LMS's error code. @param {string} element @param {string} value */
function set(element, value) {
  if (held[element] === value) return 0;
  const code = call("setValue", element, value);
  if (code === 0) held[element] = value;
  return code === UNSUPPORTED ? 0 : code;
}

/* ---- The session ---- */

let readonly = false, addsTimeAtCommit = false, bestScore = NaN, routineTimer = 0;
/** @type {object} */
let launchData;

function begin() {
  const code = call("initialize", ""), id = get(rte("id"));
  /* 1.2 has one code for "already active" and "already finished": only reading tells them apart. */
  if (code === OVER || (code && errorOf(false) === OVER)) return explain("over", "session_over");
  if (code && code !== ALREADY_ACTIVE) return explain("refused", "api_refused " + code, search);

  state = "active";
  addsTimeAtCommit = Boolean(peek(api, "save_asset"));      // Chamilo
  /** @type {Record<string, string>} */
  const lms = {};
  for (const key of /** @type {Name[]} */ (["mode", "credit", "entry", "status", "completion", "success", "score", "mastery"])) {
    lms[key] = held[rte(key)] = get(rte(key));
  }
  lms.score = percent(lms.score);
  lms.mastery = percent(lms.mastery);
  launchData = { connector: { version: VERSION, edition }, learner: { id, name: get(rte("name")) }, lms, languages };
  bestScore = parseFloat(lms.score);
  readonly = lms.mode === "browse" || lms.mode === "review" || lms.credit === "no-credit";

  /* At once: some LMSes turn a visit that said nothing into a completed one. */
  if (!readonly) {
    const rank = rankOf(standing());
    if (!rank) set(rte("status") || rte("completion"), "incomplete");
    set(rte("exit"), column || rank < 2 ? "suspend" : "");
    if (commit() === false) failed();
  }
  runningSince = performance.now();
  routineTimer = setInterval(() => document.hidden || schedule(0), ROUTINE_MS);
  openFrame();
  awaitReady(0);
}

/** 2004 says 0..1 where 1.2 says 0..100. @param {string} value */
function percent(value) {
  return column && value ? String(Math.round(parseFloat(value) * 10000) / 100) : value;
}

/* ---- Time: the player counts active seconds, from 0 in each load of the frame; our clock caps them ---- */

let runningSince = NaN, ranBefore = 0, seconds = 0, secondsBefore = 0;

function elapsed() {
  return ranBefore + (performance.now() - runningSince || 0) / 1000;
}

/** The total of this session, never a difference. */
function writeTime() {
  const total = Math.floor(Math.min(secondsBefore + seconds, elapsed(), MAX_HOURS * 3600) * 100);
  const hours = Math.floor(total / 360000), minutes = Math.floor(total / 6000) % 60, rest = total % 6000 / 100;
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  set(rte("time"), column
    ? "PT" + (hours ? hours + "H" : "") + (minutes ? minutes + "M" : "") + rest + "S"
    : two(hours) + ":" + two(minutes) + ":" + rest.toFixed(2).padStart(5, "0"));
}

/* ---- Snapshots: the whole truth, by rising revisions ---- */

/** @typedef {{rev: number, score: number | null, seconds: number, final: boolean, lms: Record<string, string | null>}} Snapshot */
/** @typedef {{lms: string, element?: string}} Answer */
/** @type {Snapshot | null} */
let wanted = null;
let deliveredRev = -1;
/** @type {Answer & {t: string, rev: number} | null} */
let lastAck = null;

/** @param {string} word */
const rankOf = word => RANK.get(word) || 0;

/** The one word that the LMS stands at. */
const standing = () => [rte("success"), rte("status"), rte("completion")].map(name => held[name]).find(rankOf) || "";

/** @param {Snapshot} snapshot */
const wordOf = ({ lms }) => lms.success || lms.status || lms.completion || "";

/** @param {any} s @returns {s is Snapshot} */
function isSnapshot(s) {
  return Boolean(s && s.lms) && Number.isSafeInteger(s.rev) && s.rev >= 0 && isSeconds(s.seconds) &&
    (s.score === null || (Number.isFinite(s.score) && s.score >= 0 && s.score <= 100)) &&
    Object.entries(WORDS).every(([key, words]) => s.lms[key] == null ||
      (rte(/** @type {Name} */ (key)) !== "" && words.includes(s.lms[key])));
}

/** @param {any} value */
const isSeconds = value => Number.isFinite(value) && value >= 0;

/** @param {any} snapshot */
function onSnapshot(snapshot) {
  if (readonly || !isSnapshot(snapshot) || (wanted && snapshot.rev < wanted.rev)) return;
  onTime(snapshot.seconds);
  if (!wanted || snapshot.rev > wanted.rev) {
    wanted = snapshot;
    schedule(wordOf(snapshot) === standing() ? DEBOUNCE_MS : 0);
  } else if (lastAck && lastAck.rev === wanted.rev) {
    tell(lastAck);                    // a reloaded frame may have lost the first one
  }
}

/** @param {any} total */
function onTime(total) {
  if (isSeconds(total)) seconds = Math.max(seconds, total);
}

/** Score, status, exit; nothing, where the LMS stands higher. Tells the first refusal.
 * @param {Snapshot} snapshot @returns {Answer} */
function write(snapshot) {
  const { score, lms, final } = snapshot, word = wordOf(snapshot), now = standing();
  const lastTryFailed = word === "failed" && now === "completed" && final;
  /** @type {Answer} */
  let answer = { lms: "ok" };
  if (word !== now && rankOf(word) <= rankOf(now) && !lastTryFailed) return answer;

  const put = (/** @type {string} */ element, /** @type {string} */ value) => {
    const code = set(element, value);
    if (code && answer.lms === "ok") answer = { lms: String(code), element };
    return !code;
  };
  if (score !== null && !(score <= bestScore)) {
    /* Moodle refuses more than 2 decimals, exponents, and min or max alone means nothing. */
    const raw = Math.round(score * 100) / 100, base = rte("score").replace(/\w+$/, "");
    if (put(rte("score"), String(column ? Number((raw / 100).toFixed(7)) : raw)) && put(base + "raw", String(raw))) {
      put(base + "min", "0");
      put(base + "max", "100");
      bestScore = score;
    }
  }
  for (const key of /** @type {Name[]} */ (["status", "completion", "success", "exit"])) {
    const value = lms[key];
    if (typeof value === "string") put(rte(key), value);
  }
  return answer;
}

/* ---- Delivery: the latest snapshot, until the LMS has it ---- */

let timer = 0, due = 0, delivering = false, failures = 0;

/** From a timer, because inside a message event some Moodles send a beacon and call that success. @param {number} delay */
function schedule(delay) {
  const when = performance.now() + delay;
  if (timer && when >= due) return;
  clearTimeout(timer);
  due = when;
  timer = setTimeout(deliver, delay);
}

const pending = () => wanted && wanted.rev > deliveredRev ? wanted : null;

/** With nothing to write it is the routine commit, which keeps the LMS's own session alive. */
async function deliver() {
  timer = 0;
  if (state !== "active" || readonly || delivering) return;
  delivering = true;
  const snapshot = pending(), answer = snapshot && write(snapshot);
  if (snapshot) tell({ t: "lms", state: "saving" });
  const stored = await commit();
  delivering = false;
  if (!stored) return failed();
  if (snapshot || failures) tell({ t: "lms", state: "saved" });
  failures = 0;
  hide("banner");
  acknowledge(snapshot, answer);
  if (pending()) schedule(0);
}

function failed() {
  if (state !== "active") return;
  schedule(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
  if (failures === 3) show("banner", "p", text("failing"), "status");
  tell({ t: "lms", state: "failing" });
}

/** @param {Snapshot | null} snapshot @param {Answer | null} answer */
function acknowledge(snapshot, answer) {
  if (!snapshot || !answer) return;
  deliveredRev = snapshot.rev;
  lastAck = Object.assign({ t: "ack", rev: snapshot.rev }, answer);
  tell(lastAck);
}

/* ---- Leaving ---- */

/** Hidden or frozen: perhaps the last chance, perhaps not the end. A later total replaces an earlier one, except in an
 * LMS that adds up what each commit brings: that one gets the time with Terminate only. Routine commits carry none. */
function rest() {
  if (state !== "active" || readonly) return;
  const snapshot = pending(), answer = snapshot && write(snapshot);
  if (!addsTimeAtCommit) writeTime();
  const stored = commit();
  if (stored === true) acknowledge(snapshot, answer);
  if (stored === false) failed();
}

/** Ends the session, once. Without a Commit: Terminate stores everything, and of two requests from a page that is going
 * away the second may arrive first, or never. @param {string} navigation */
function finish(navigation) {
  if (state !== "active") return;
  state = "terminating";
  clearTimeout(timer);
  clearTimeout(readyTimer);
  clearInterval(routineTimer);
  hide("banner");
  const snapshot = readonly ? null : pending(), answer = snapshot && write(snapshot);
  if (!readonly) {
    if (column && navigation) set(rte("navigation"), navigation);
    writeTime();
  }
  const code = call("terminate", "");
  state = "ended";
  if (!code) acknowledge(snapshot, answer);
}

/** "Save and quit". */
async function quit() {
  if (state !== "active") return;
  explain("wait");
  if (pending()) await deliver();
  finish(wanted && wanted.final ? "exitAll" : "suspendAll");
  explain(readonly ? "preview" : pending() ? "unsent" : "saved");
  frame.hidden = true;                // it may still tell its server what the LMS accepted
  setTimeout(() => frame.remove(), FAREWELL_MS);
}

document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") rest(); });
window.addEventListener("pagehide", event => {
  if (!event.persisted) return finish("");
  rest();
  ranBefore = elapsed();
  runningSince = NaN;
});
window.addEventListener("pageshow", event => { if (event.persisted) runningSince = performance.now(); });

/* ---- The hosted training ---- */

/** @type {HTMLIFrameElement} */
let frame;
/** @type {MessagePort | undefined} */
let port;
let readyTimer = 0, answeredAt = -Infinity;

function openFrame() {
  if (frame) frame.remove();
  frame = document.createElement("iframe");
  frame.title = document.title;
  frame.allow = "fullscreen; autoplay; microphone; camera; clipboard-write; encrypted-media; picture-in-picture; local-network-access";
  frame.allowFullscreen = true;
  frame.referrerPolicy = "strict-origin";
  frame.src = frameUrl;
  document.body.prepend(frame);
}

/** A frame that fails to load tells nobody: only a missing "ready" shows it. @param {number} attempt */
function awaitReady(attempt) {
  readyTimer = setTimeout(() => {
    if (attempt) openFrame();
    else explain("silent", "host_silent", openFrame, hostOrigin);
    awaitReady(attempt + 1);
  }, READY_WAITS_MS[Math.min(attempt, READY_WAITS_MS.length - 1)]);
}

window.addEventListener("message", ({ source, origin, data }) => {
  if (state !== "active" || !frame || source !== frame.contentWindow || origin !== hostOrigin) return;
  /* "ready" repeats: those that queued up behind a slow LMS call are one question. */
  if (!data || data.p !== "sc1" || data.t !== "ready" || performance.now() - answeredAt < ONE_ANSWER_MS) return;
  answeredAt = performance.now();
  clearTimeout(readyTimer);
  hide("panel");
  if (port) port.close();
  const channel = new MessageChannel();
  port = channel.port1;
  port.onmessage = event => receive(event.data);
  secondsBefore += seconds;
  seconds = 0;
  const launch = { p: "sc1", t: "launch", v: 1, data: launchData };
  /** @type {Window} */ (source).postMessage(launch, hostOrigin, [channel.port2]);
});

/** @param {any} message */
function receive(message) {
  try {
    if (state !== "active" || JSON.stringify(message).length > MAX_MESSAGE_CHARS) return;
  } catch (e) {
    return;                           // what JSON cannot say is none of ours
  }
  const { t, snapshot, seconds: total } = Object(message);
  if (t === "snapshot") onSnapshot(snapshot);
  if (t === "time") onTime(total);
  if (t === "quit") setTimeout(quit, 0);
}

/** @param {object} message */
function tell(message) {
  if (port) port.postMessage(message);
}

search();
})();
