import { InfoCircleOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { ReviewNote } from "@/api/review";
import { language } from "@/i18n";

/** How odd data was treated, in words: never a silent correction. */
export function Notes({ notes }: { notes: readonly Pick<ReviewNote, "code" | "messages">[] }) {
  const { t } = useTranslation();
  if (notes.length === 0) return null;
  return (
    <section className="panel review-notes" aria-label={t("review.notes")} data-testid="review-notes">
      <h2>
        <InfoCircleOutlined /> {t("review.notes")}
      </h2>
      <ul>
        {notes.map((note) => (
          <li key={`${note.code} ${note.messages[language()]}`} data-code={note.code}>
            {note.messages[language()] ?? note.code}
          </li>
        ))}
      </ul>
    </section>
  );
}
