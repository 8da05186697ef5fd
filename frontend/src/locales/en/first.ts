/** The texts of this language that the sign-in, the frame, the dashboard and the list of journeys need: one file an area. */

const areas = import.meta.glob<Record<string, unknown>>("./first/*.json", { eager: true, import: "default" });

export const texts: Record<string, unknown> = Object.assign({}, ...Object.values(areas));
