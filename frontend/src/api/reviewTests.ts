/** What was proved: A/B tests with their intervals, and everybody against those who were held out. */

import { type ReviewFilters, reviewPart } from "./review";
import type { Schemas } from "./types";

export type Ends = Schemas["Interval"];

/** Against the control. */
export type Against = Schemas["Against"];

export type Arm = Schemas["Arm"];

export type VariantArm = Schemas["VariantArm"];

/** Whether groups have as many people as their weights say. */
export type SampleRatio = Schemas["SampleRatio"];

export type Verdict = Schemas["ExperimentVerdict"];

export type TestReport = Schemas["Experiment"];

export type TestsAnswer = Schemas["Experiments"];

export const testsQuery = (journey: string, filters: ReviewFilters) =>
  reviewPart<TestsAnswer>(journey, "experiments", filters);

export const HOLDOUT_ARMS = ["treated", "held_out"] as const;
export type HoldoutArms = Schemas["HoldoutArms"];

export type HoldoutAnswer = Schemas["Holdout"];

export const holdoutQuery = (journey: string, filters: ReviewFilters) =>
  reviewPart<HoldoutAnswer>(journey, "holdout", filters);
