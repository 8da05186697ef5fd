import { theme } from "antd";

const WIDTH = 72;
const HEIGHT = 22;

/** The heights of the bars, from 0 to 1; all of them 0 where nothing happened. */
export function heightsOf(values: readonly number[]): number[] {
  const most = Math.max(...values, 0);
  return values.map((value) => (most > 0 ? value / most : 0));
}

/** Some days as bars; what they say is in `label`, for who does not see them. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const { token } = theme.useToken();
  const step = WIDTH / values.length;
  return (
    <svg className="sparkline" width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      {heightsOf(values).map((share, index) => {
        // A day without anybody is a line at the foot, so that every day can be seen.
        const height = Math.max(share * HEIGHT, 1.5);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a day has no identity but its place
            key={index}
            x={index * step + 1}
            y={HEIGHT - height}
            width={step - 2}
            height={height}
            rx={1}
            fill={share > 0 ? token.colorPrimary : token.colorBorder}
          />
        );
      })}
    </svg>
  );
}
