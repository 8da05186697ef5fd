import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

const LEAST = 240;
/** The head of the table, the line below it, and the edge of the page. */
const BESIDES = 130;

/** How many pixels there are from an element's top to the lower edge of the window, less what frames its rows. */
export function useRoomBelow(): [RefObject<HTMLElement | null>, number] {
  const box = useRef<HTMLElement>(null);
  const [room, setRoom] = useState(LEAST);
  const measure = useCallback(() => {
    // Where it is in the page, however far that is scrolled.
    const top = (box.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
    setRoom(Math.max(LEAST, Math.floor(window.innerHeight - top - BESIDES)));
  }, []);
  // After each render: what is above it may have grown.
  useLayoutEffect(measure);
  useEffect(() => {
    window.addEventListener("resize", measure);
    return () => window.removeEventListener("resize", measure);
  }, [measure]);
  return [box, room];
}
