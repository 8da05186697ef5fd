import { Fragment } from "react";
import { pieces } from "./links";

/** A message's text whose links can be followed, as on a phone. */
export function LinkedText({ text }: { text: string }) {
  let at = 0;
  return pieces(text).map((piece) => {
    const key = at;
    at += piece.text.length;
    return piece.href ? (
      <a key={key} href={piece.href} target="_blank" rel="noopener noreferrer" data-testid="message-link">
        {piece.text}
      </a>
    ) : (
      <Fragment key={key}>{piece.text}</Fragment>
    );
  });
}
