import { useQuery } from "@tanstack/react-query";
import { Alert, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { type Against, type TestReport, testsQuery, type VariantArm } from "@/api/reviewTests";
import { sided } from "@/charts/intervals";
import { useFormat } from "@/format/useFormat";
import { language } from "@/i18n";
import { ArmCells, SplitWarning, Spreads } from "./Intervals";
import { Notes } from "./Notes";
import { Part } from "./Part";
import { useOpenPeople } from "./people";
import { spreadsOf } from "./spreads";
import type { TabProps } from "./tabs";
import { useNodeWords } from "./useNodeWords";
import { pointsOf, pValue } from "./words";

/** Every A/B test: rates and differences with their intervals, whether people were split as they should be, and the verdict. */
export function Experiments({ journeyId, filters, graph }: TabProps) {
  const { t } = useTranslation();
  const tests = useQuery(testsQuery(journeyId, filters));
  const words = useNodeWords(graph);
  return (
    <Part query={tests} isEmpty={({ experiments }) => experiments.length === 0} empty={t("review.noVariants")}>
      {({ experiments }) =>
        experiments.map((report) => (
          <Test key={report.node} report={report} title={words.test(report.node, report.name)} />
        ))
      }
    </Part>
  );
}

const TONE = { good: "success", bad: "error", plain: "default" } as const;

function Test({ report, title }: { report: TestReport; title: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = (id: string) => report.variants.find(({ variant }) => variant === id)?.name || id;
  const compared = report.variants.flatMap((arm) => (arm.against ? [{ ...arm, against: arm.against }] : []));
  const control = nameOf(report.control);
  const rates = spreadsOf(
    report.variants.map(({ variant, rate, interval }) => ({ name: nameOf(variant), value: rate, interval })),
  );
  // Where a group has nobody, any difference is as good as any other.
  const told = compared.filter(({ rate }) => rate !== null && report.variants.every((arm) => arm.rate !== null));
  const differences = spreadsOf(
    told.map(({ variant, against: { comparison, at_any_time } }) => ({
      name: t("proof.against", { variant: nameOf(variant), control }),
      value: comparison.difference,
      interval: at_any_time.interval,
    })),
    true,
  );
  return (
    <section className="panel" data-testid={`test-${report.node}`}>
      <h2>{title}</h2>
      <SplitWarning ratio={report.sample_ratio} />
      <Alert
        type="info"
        showIcon
        className="review-verdict"
        title={report.verdict.messages[language()] ?? report.verdict.code}
        data-testid={`verdict-${report.node}`}
        data-code={report.verdict.code}
      />
      <VariantTable report={report} nameOf={nameOf} />
      <div className="review-pair">
        <Spreads label={t("proof.rates")} spreads={rates} worded={format.percent} testId={`rates-${report.node}`} />
        <Spreads
          label={t("proof.differences")}
          spreads={differences}
          worded={(value) => pointsOf(value, format.number)}
          origin
          testId={`differences-${report.node}`}
        />
      </div>
      {told.map(({ variant, against }) => (
        <section key={variant} className="review-verdict-line" data-testid={`against-${variant}`}>
          <Tag color={TONE[sided(against.at_any_time.interval.low, against.at_any_time.interval.high)]}>
            {t("proof.against", { variant: nameOf(variant), control })}
          </Tag>
          <Strength against={against} alpha={report.alpha} />
        </section>
      ))}
      <Looks variants={report.variants} nameOf={nameOf} />
      {report.ended && (
        <p data-testid="test-ended">
          {t("proof.ended", { at: format.time(report.ended.at), variant: nameOf(report.ended.variant) })}
        </p>
      )}
      <p className="soft">{t(`proof.unit.${report.unit}`)}</p>
      <Notes notes={report.notes} />
    </section>
  );
}

/** How sure one may be of a difference, by the look rule, and how large it would have to be to be found. */
function Strength({ against, alpha }: { against: Against; alpha: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { comparison, p_adjusted, at_any_time, judgeable, power, people_needed } = against;
  const decided = judgeable && at_any_time.p < alpha;
  return (
    <ul className="review-strength">
      {[
        comparison.uplift !== null && t("proof.relative", { uplift: format.change(comparison.uplift) }),
        judgeable ? t(decided ? "proof.decided" : "proof.undecided", { p: pValue(at_any_time.p) }) : t("proof.tooFew"),
        t("proof.single", {
          p: pValue(p_adjusted),
          low: pointsOf(comparison.interval.low, format.number),
          high: pointsOf(comparison.interval.high, format.number),
        }),
        t("proof.power", { power: format.percent(power.power), effect: format.change(power.effect) }),
        power.detectable !== null &&
          t("proof.detectable", { effect: format.number(Math.round(power.detectable * 1000) / 10) }),
        !decided && people_needed !== null && t("proof.needed", { people: format.number(people_needed) }),
      ]
        .filter((line) => line !== false)
        .map((line) => (
          <li key={line}>{line}</li>
        ))}
    </ul>
  );
}

function VariantTable({ report, nameOf }: { report: TestReport; nameOf: (id: string) => string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const open = useOpenPeople();
  return (
    <table className="funnel">
      <thead>
        <tr>
          <th>{t("review.variant")}</th>
          <th className="numeric">{t("review.people")}</th>
          <th className="numeric">{t("review.converted")}</th>
          <th className="numeric">{t("review.rateTitle")}</th>
          <th className="numeric">{t("proof.perPerson")}</th>
        </tr>
      </thead>
      <tbody>
        {report.variants.map((arm) => (
          <tr key={arm.variant} data-testid={`variant-${arm.variant}`}>
            <td>
              <b>{nameOf(arm.variant)}</b>{" "}
              {arm.weight !== null && <span className="soft">{format.percent(arm.weight / 100)}</span>}{" "}
              {arm.control && <span className="chip">{t("proof.control")}</span>}
            </td>
            <td className="numeric">
              {arm.people === 0 ? (
                format.number(0)
              ) : (
                <button
                  type="button"
                  className="as-link"
                  onClick={() =>
                    open({ what: "entered", variant: `${report.node}:${arm.variant}` }, nameOf(arm.variant))
                  }
                >
                  {format.number(arm.people)}
                </button>
              )}
            </td>
            <ArmCells arm={arm} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The looks that were planned, each with the bound that a difference had to cross then. */
function Looks({ variants, nameOf }: { variants: readonly VariantArm[]; nameOf: (id: string) => string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const rows = variants.flatMap(({ variant, looks }) => looks.map((look) => ({ variant, ...look })));
  if (rows.length === 0) return null;
  return (
    <details className="review-definition">
      <summary>{t("proof.looks")}</summary>
      <table className="funnel">
        <thead>
          <tr>
            <th>{t("review.variant")}</th>
            <th>{t("proof.until")}</th>
            <th className="numeric">{t("proof.fraction")}</th>
            <th className="numeric">z</th>
            <th className="numeric">{t("proof.bound")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ variant, day, fraction, z, bound, crossed }) => (
            <tr key={`${variant} ${day}`}>
              <td>{nameOf(variant)}</td>
              <td>{format.day(day)}</td>
              <td className="numeric">{format.percent(fraction)}</td>
              <td className="numeric">{z.toFixed(2)}</td>
              <td className="numeric">
                {bound.toFixed(2)} {crossed && <Tag color="success">{t("proof.crossed")}</Tag>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
