/** The configuration without the fields that were set to undefined: an absent option is left out, not written as null. */
export function compact<C extends object>(config: C): C {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)) as C;
}
