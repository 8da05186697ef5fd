import { expect, test } from "vitest";
import { zoomStep } from "@/canvas/core/zoomSteps";

test("the farther, the higher the step, and a threshold belongs to the nearer one", () => {
  expect([1.6, 0.8, 0.79, 0.6, 0.45, 0.4, 0.33, 0.3, 0.2, 0.16].map(zoomStep)).toEqual([0, 0, 1, 1, 2, 3, 3, 4, 5, 6]);
});
