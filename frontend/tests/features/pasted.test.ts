import { expect, test } from "vitest";
import { pastedPeople } from "@/features/segments/pasted";

const ID = "01a200d5-815a-74bf-ac04-88f8fc0486ef";

test("ids are known by their form, all else is an identity of the type that is chosen", () => {
  expect(pastedPeople(`${ID}\n13800138000`, "phone")).toEqual([{ id: ID }, { identities: { phone: "13800138000" } }]);
});

test("lines, commas of both scripts, semicolons and tabs divide; nothing is there twice or empty", () => {
  const members = (words: string[]) => words.map((member_id) => ({ identities: { member_id } }));
  expect(pastedPeople(" a, b，c；d\te\r\n\n a ", "member_id")).toEqual(members(["a", "b", "c", "d", "e"]));
  expect(pastedPeople(" \n", "phone")).toEqual([]);
});
