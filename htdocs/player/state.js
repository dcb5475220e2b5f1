// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* What follows from a course and the progress in it. Pure: the server decides, this only reads. */

/** @import { Activity, AssessmentProgress, Block, Chapter, Course, Module, ModuleProgress, Progress } from './types.js' */

/**
 * Where the learner would go next: a module, the assessment, or nowhere because all is done.
 * @typedef {{ name: 'module', id: string } | { name: 'assessment' }} Target
 */

/** @param {Course} course @returns {Module[]} in the order of the path */
export const modulesOf = (course) => course.chapters.flatMap((chapter) => chapter.modules);

/** @param {Course} course @param {string} id */
export const findModule = (course, id) => modulesOf(course).find((module) => module.id === id);

/** @param {Course} course @param {string} moduleId @returns {Chapter | undefined} */
export const chapterOf = (course, moduleId) =>
  course.chapters.find((chapter) => chapter.modules.some((module) => module.id === moduleId));

/** @param {Block} block @returns {block is Activity} */
export const isActivity = (block) => block.type !== 'text';

/** @param {Module} module @returns {Activity[]} */
export const activitiesOf = (module) => module.blocks.filter(isActivity);

/** @param {Progress} progress @param {string} id @returns {ModuleProgress} */
export const moduleProgress = (progress, id) =>
  progress.modules[id] ?? { state: 'open', unlocked: false, read: false, validated: false };

/** @param {Progress} progress @param {string} id */
export const isDone = (progress, id) => ['done', 'validated'].includes(moduleProgress(progress, id).state);

/** @param {Course} course @param {string} id @returns {{ previous: Module | undefined, next: Module | undefined }} */
export function neighbours(course, id) {
  const path = modulesOf(course);
  const place = path.findIndex((module) => module.id === id);
  return { previous: path[place - 1], next: place < 0 ? undefined : path[place + 1] };
}

/** How many modules are done, of how many. @param {Course} course @param {Progress} progress */
export function countDone(course, progress) {
  const path = modulesOf(course);
  return { done: path.filter((module) => isDone(progress, module.id)).length, all: path.length };
}

/** The activities of a module that were never answered. @param {Module} module @param {Progress} progress */
export const unanswered = (module, progress) =>
  activitiesOf(module).filter((activity) => !progress.activities[activity.id]);

/** Nothing was done yet: the learner is welcomed, not welcomed back. @param {Progress} progress */
export const isFresh = (progress) =>
  !progress.location && !isPlacementSettled(progress) && !progress.assessment?.open && progress.percent === 0;

/** @param {Progress} progress */
export const isPlacementSettled = (progress) => Boolean(progress.placement?.taken || progress.placement?.skipped);

/** The placement test is worth offering: there is one, untaken, and something left that it could validate.
 * @param {Course} course @param {Progress} progress */
export function offersPlacement(course, progress) {
  if (!course.placement || isPlacementSettled(progress)) return false;
  const { done, all } = countDone(course, progress);
  return done < all;
}

/**
 * An open attempt comes first; then the place where the learner left, unless it is done; then the first module that is
 * not; then the assessment.
 * @param {Course} course @param {Progress} progress @returns {Target | null}
 */
export function resumeTarget(course, progress) {
  const path = modulesOf(course);
  const { assessment } = progress;
  if (course.assessment && assessment?.open) return { name: 'assessment' };

  const ready = (/** @type {Module} */ module) => moduleProgress(progress, module.id).unlocked && !isDone(progress, module.id);
  const last = path.find((module) => module.id === progress.location);
  const next = last && ready(last) ? last : path.find(ready);
  if (next) return { name: 'module', id: next.id };

  if (course.assessment && assessment?.unlocked && !assessment.passed && hasAttempt(assessment)) return { name: 'assessment' };
  return null;
}

/** @param {AssessmentProgress} assessment */
export const hasAttempt = (assessment) => assessment.attempts_left === null || assessment.attempts_left > 0;

/** A response that says nothing. @param {string[] | undefined} response */
export const isBlank = (response) => !response || response.every((text) => text.trim() === '');
