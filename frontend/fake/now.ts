/** When the in-memory API is asked: its figures are of one piece. */
export const NOW = "2026-03-02T02:00:00Z";
