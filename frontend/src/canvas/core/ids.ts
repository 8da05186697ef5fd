/** The next free id of a family: one above the highest number in use, so that an id is not reused for another thing within a draft. */
export function nextId(prefix: string, taken: Iterable<string>): string {
  let highest = 0;
  for (const id of taken) {
    const digits = id.startsWith(prefix) ? id.slice(prefix.length) : "";
    if (/^\d{1,9}$/.test(digits)) highest = Math.max(highest, Number(digits));
  }
  return `${prefix}${highest + 1}`;
}
