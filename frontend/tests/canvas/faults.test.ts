import { expect, test } from "vitest";
import { fieldOf } from "@/canvas/core/faults";

test("a finding is said at the field it names, else at the one its code is about", () => {
  expect(fieldOf({ code: "invalid_config", field: "params.name" })).toBe("params");
  expect(fieldOf({ code: "unknown_template", field: null })).toBe("template");
  expect(fieldOf({ code: "unreachable_node" })).toBeNull();
});
