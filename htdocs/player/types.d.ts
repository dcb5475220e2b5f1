// SPDX-License-Identifier: Apache-2.0
// The words of docs/protocol.md as types. Checked by tsc in the tests, never shipped to a browser.

/** What the connector hands over (protocol §1), plus the origin that the browser vouches for. */
export interface LaunchData {
  connector: { version: string; edition: string };
  learner: { id: string; name: string };
  lms: Record<string, string>;
  languages: string[];
}

/** A `launch` message that passed every check. */
export interface Handover {
  data: LaunchData;
  origin: string;
  port: MessagePort;
}

/** `POST /api/launch` (protocol §2). */
export interface LaunchAnswer {
  token: string;
  session: string;
  registration: string;
  readonly: boolean;
  last_seq: number;
  media: string;
  heartbeat: number;
  idle: number;
  course: Course;
  progress: Progress;
  snapshot: Snapshot | null;
}

/** Protocol §3. */
export interface Course {
  id: string;
  rev: string;
  lang: string;
  langs: string[];
  title: string;
  html: string;
  placement: Test | null;
  chapters: Chapter[];
  assessment: Assessment | null;
}

export interface Test {
  id: string;
  title: string;
  activities: Activity[];
}

export interface Assessment extends Test {
  pass: number;
  attempts: number | null;
}

export interface Chapter {
  id: string;
  title: string;
  modules: Module[];
}

export interface Module {
  id: string;
  title: string;
  minutes: number | null;
  unlock: string;
  blocks: Block[];
}

export interface TextBlock {
  type: 'text';
  html: string;
}

export interface Choice {
  type: 'choice';
  id: string;
  html: string;
  multiple: boolean;
  points: number;
  options: Item[];
}

export interface Gap {
  type: 'gap';
  id: string;
  html: string;
  points: number;
}

export interface Order {
  type: 'order';
  id: string;
  html: string;
  points: number;
  items: Item[];
}

export interface Item {
  key: string;
  html: string;
}

export type Activity = Choice | Gap | Order;
export type Block = TextBlock | Activity;

export interface Progress {
  status: 'not_started' | 'in_progress' | 'completed' | 'failed' | 'passed';
  score: number | null;
  percent: number;
  location: string | null;
  modules: Record<string, ModuleProgress>;
  activities: Record<string, ActivityProgress>;
  placement: { taken: boolean; skipped: boolean; validated: string[] } | null;
  assessment: AssessmentProgress | null;
}

export interface ModuleProgress {
  state: 'open' | 'started' | 'done' | 'validated';
  unlocked: boolean;
  read: boolean;
  validated: boolean;
}

export interface ActivityProgress {
  correct: boolean;
  points: number;
  tries: number;
  response: string[];
}

export interface AssessmentProgress {
  attempts_used: number;
  attempts_left: number | null;
  best: number | null;
  passed: boolean;
  unlocked: boolean;
  open: { number: number; answers: Record<string, string[]> } | null;
}

/** Protocol §4. The player forwards it unread. */
export interface Snapshot {
  rev: number;
  [more: string]: unknown;
}

/** Work that has no number yet (protocol §5). */
export type Work =
  | { type: 'view' | 'read'; module: string }
  | { type: 'answer' | 'assessment_answer'; activity: string; response: string[] }
  | { type: 'placement'; answers: Record<string, string[]> }
  | { type: 'placement_skip' | 'assessment_start' | 'assessment_submit' | 'leave' }
  | { type: 'time'; seconds: number }
  | { type: 'delivered'; rev: number; lms: string; element?: string };

export type NumberedWork = Work & { seq: number };

/** What one session has not had acknowledged. */
export interface Batch {
  session: string;
  events: NumberedWork[];
}

export interface EventsAnswer {
  ack: number;
  token?: string;
  course_changed: boolean;
  results: Result[];
  progress: Progress;
  snapshot: Snapshot | null;
}

/** One entry of `results`; which members are there depends on the event. */
export interface Result {
  seq: number;
  ok: boolean;
  code?: string;
  message?: string;
  /* answer */
  correct?: boolean;
  points?: number;
  max?: number;
  feedback?: string;
  options?: Record<string, string>;
  solution?: string[];
  /* placement, assessment_start, assessment_submit */
  validated?: string[];
  number?: number;
  score?: number;
  passed?: boolean;
  attempts_left?: number | null;
  answers?: Record<string, any>;
}
