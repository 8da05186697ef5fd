import { useTranslation } from "react-i18next";
import { FAMILY } from "@/app/look";
import { useFormat } from "@/format/useFormat";
import { circles, HEIGHT, type Region, WIDTH } from "./regions";

const INKS = [FAMILY.touch.ink, FAMILY.time.ink, FAMILY.decide.ink];

interface Props {
  segments: readonly string[];
  regions: readonly Region[];
  nameOf: (id: string) => string;
}

/** The segments as circles, with how many people are in each part. The table beside it says the same in words. */
export function Circles({ segments, regions, nameOf }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t("compare.drawing")}>
        {circles(segments.length).map(({ x, y, r }, place) => (
          <circle
            key={segments[place]}
            cx={x}
            cy={y}
            r={r}
            fill={INKS[place]}
            fillOpacity={0.16}
            stroke={INKS[place]}
            strokeWidth={2}
          />
        ))}
        {regions.map(({ segments: inside, count, x, y }) => (
          <text key={inside.join()} x={x} y={y} textAnchor="middle" dominantBaseline="middle" fill="currentColor">
            {format.number(count)}
          </text>
        ))}
      </svg>
      <ul className="compare-legend">
        {segments.map((id, place) => (
          <li key={id}>
            <i style={{ background: INKS[place] }} aria-hidden />
            {nameOf(id)}
          </li>
        ))}
      </ul>
    </>
  );
}
