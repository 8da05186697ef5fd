interface Read {
  isLoadingError: boolean;
  error: unknown;
}

/**
 * The error of the first that could not be read at all; undefined where all are there or on their way. What was read before and
 * could not be read again is still shown, with whatever is being typed beside it: that the server cannot be reached is told apart.
 */
export function unread(...queries: readonly Read[]): unknown {
  return queries.find(({ isLoadingError }) => isLoadingError)?.error;
}
