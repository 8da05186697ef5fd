import { renderHook } from "@testing-library/react";
import { expect, test } from "vitest";
import { ApiError } from "@/api/errors";
import { useErrorWords } from "@/app/errorWords";

const words = (body: object) => renderHook(() => useErrorWords()).result.current(new ApiError(400, body));
const refusal = { errors: [{ code: "invalid_rule", detail: "String should have at least 1 character", attr: "rule" }] };

test("a fault that the server tells in Chinese is read in Chinese, after what kind of fault it is", () => {
  const messages = { "zh-CN": "“字段”：至少要有 1 个字符。", en: "“field”: String should have at least 1 character" };
  expect(words({ ...refusal, messages })).toBe("条件有误。 “字段”：至少要有 1 个字符。");
});

test("without the server's words the code's own are read", () => {
  expect(words(refusal)).toBe("条件有误。");
});
