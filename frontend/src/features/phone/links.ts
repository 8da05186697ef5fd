export interface Piece {
  text: string;
  href?: string;
}

const LINK = /https?:\/\/[^\s\u3000-\u303f\uff00-\uffef\u4e00-\u9fff]+|(?:[a-z0-9-]+\.)+[a-z]{2,}\/l\/[0-9A-Za-z]+/gi;
const SHORT = /\/l\/([0-9A-Za-z]+)$/;

/** Divides a text at its links. A short link leads through this installation, whatever the brand's own domain is. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    if (match.index > end) found.push({ text: text.slice(end, match.index) });
    const short = SHORT.exec(match[0]);
    found.push({ text: match[0], href: short ? `/l/${short[1]}` : match[0] });
    end = match.index + match[0].length;
  }
  if (end < text.length) found.push({ text: text.slice(end) });
  return found;
}
