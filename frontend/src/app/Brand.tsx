/** `short`: the sign alone. */
export function Brand({ large = false, short = false }: { large?: boolean; short?: boolean }) {
  const side = large ? 44 : 28;
  return (
    <span className={large ? "brand brand-large" : "brand"}>
      <svg width={side} height={side} viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="#3451d1" />
        <path d="M9 23c0-6 14-4 14-11" fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
        <circle cx="9" cy="23" r="3" fill="#fff" />
        <circle cx="23" cy="10" r="3" fill="#7ff0c5" />
      </svg>
      {!short && (
        <>
          <b>知途</b>
          <span>Zhitu</span>
        </>
      )}
    </span>
  );
}
