import { Avatar, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useSession } from "@/app/session";
import { useView } from "@/canvas/store/viewStore";

/** The other operators who have this canvas open now, by name. */
export function PresentPeople() {
  const { t } = useTranslation();
  const present = useView((state) => state.present);
  const { user } = useSession();
  if (present.length === 0) return null;
  const nameOf = (id: number, name: string) => (id === user.id ? t("board.self") : name);
  const names = present.map(({ id, name }) => nameOf(id, name)).join(t("words.comma"));
  return (
    <Tooltip title={t("board.here", { names })}>
      <output className="present" aria-label={t("board.here", { names })} data-testid="present">
        {present.slice(0, 4).map(({ id, name }) => (
          <Avatar key={id} size={26} data-testid={`present-${id}`}>
            {nameOf(id, name).slice(0, 1)}
          </Avatar>
        ))}
        {present.length > 4 && <span className="soft">+{present.length - 4}</span>}
      </output>
    </Tooltip>
  );
}
