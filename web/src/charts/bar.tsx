// One horizontal bar in a table cell; the figure beside it says the same in text.
interface Props {
  from?: number; // shares of the width
  to: number;
  zero?: number;
  kind: string;
}
export function Bar({ from = 0, to, zero, kind }: Props) {
  return (
    <svg class="bar" width="100%" height="14" aria-hidden="true" preserveAspectRatio="none">
      <title>{kind}</title>
      <rect
        class={`bar-${kind}`}
        x={`${from * 100}%`}
        y="2"
        height="10"
        width={`${Math.max(to - from, to > from ? 0.004 : 0) * 100}%`}
      />
      {zero !== undefined && zero > 0 && (
        <line class="zero" x1={`${zero * 100}%`} x2={`${zero * 100}%`} y1="0" y2="14" />
      )}
    </svg>
  );
}
