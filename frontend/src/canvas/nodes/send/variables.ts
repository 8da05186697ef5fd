/** A template's variables, `${name}` as Aliyun writes them (https://help.aliyun.com/document_detail/108253.html), each once and in order. */
export function variablesOf(body: string): string[] {
  return [...new Set([...body.matchAll(/\$\{([^}]+)\}/g)].map((match) => match[1] ?? ""))];
}
