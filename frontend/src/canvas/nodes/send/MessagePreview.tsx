interface Props {
  body: string;
  params: Record<string, unknown>;
}

/** The message as it will read, with what each variable is filled from. */
export function MessagePreview({ body, params }: Props) {
  const pieces = body.split(/(\$\{[^}]+\})/);
  return (
    <div className="preview" data-testid="send-preview">
      {pieces.map((piece, index) => {
        const name = /^\$\{(.+)\}$/.exec(piece)?.[1];
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces never move
        return name === undefined ? piece : <mark key={index}>{String(params[name] || name)}</mark>;
      })}
    </div>
  );
}
