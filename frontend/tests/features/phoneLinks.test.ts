import { describe, expect, it } from "vitest";
import { pieces } from "@/features/phone/links";

describe("links in a message", () => {
  it("follows a short link through this installation, whatever its domain", () => {
    expect(pieces("看新品 https://s.example.cn/l/aB3dE6gH 拒收请回复R")).toEqual([
      { text: "看新品 " },
      { text: "https://s.example.cn/l/aB3dE6gH", href: "/l/aB3dE6gH" },
      { text: " 拒收请回复R" },
    ]);
  });
  it("knows a short link without its scheme, and where the text goes on", () => {
    expect(pieces("点s.example.cn/l/aB3dE6gH，退订")).toEqual([
      { text: "点" },
      { text: "s.example.cn/l/aB3dE6gH", href: "/l/aB3dE6gH" },
      { text: "，退订" },
    ]);
  });
  it("leads elsewhere only by http and https", () => {
    expect(pieces("https://shop.example.cn/a?b=1")).toEqual([
      { text: "https://shop.example.cn/a?b=1", href: "https://shop.example.cn/a?b=1" },
    ]);
    expect(pieces("javascript:alert(1)")).toEqual([{ text: "javascript:alert(1)" }]);
  });
});
