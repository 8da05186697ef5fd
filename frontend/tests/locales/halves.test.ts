import { expect, test } from "vitest";
import { type Half, Halves } from "@/halves";

function stage() {
  const had: string[] = [];
  let broken = false;
  const halves = new Halves<"zh" | "en">(
    async (language: string, half: Half) => {
      if (broken) throw new Error("offline");
      return { [`${language} ${half}`]: true };
    },
    (_, texts) => had.push(...Object.keys(texts)),
  );
  return {
    had,
    halves,
    cut: (is: boolean) => {
      broken = is;
    },
  };
}

test("a language has the first half, and the rest only when it is wanted", async () => {
  const { had, halves } = stage();
  await halves.complete("zh");
  expect(had).toEqual(["zh first"]);
  halves.want("rest");
  await halves.complete("zh");
  await halves.complete("zh");
  expect(had).toEqual(["zh first", "zh rest"]);
});

test("another language has what was wanted before it, and what is wanted while it comes", async () => {
  const { had, halves } = stage();
  const coming = halves.complete("en");
  halves.want("rest");
  await coming;
  expect(had).toEqual(["en first", "en rest"]);
});

test("what could not be read is read when it is asked for again", async () => {
  const { had, halves, cut } = stage();
  cut(true);
  await expect(halves.complete("en")).rejects.toThrow("offline");
  cut(false);
  await halves.complete("en");
  expect(had).toEqual(["en first"]);
});
