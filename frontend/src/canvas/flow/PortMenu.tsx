import { Dropdown } from "antd";
import type { Position } from "../core/graph";
import { graphStore } from "../store/graphStore";
import { useView } from "../store/viewStore";
import { useAddable } from "./AddMenu";

export interface Port {
  source: string;
  outcome: string;
  screen: Position;
  place: Position;
}

/** What comes next, asked where an edge was dropped on the empty canvas. */
export function PortMenu({ port, onClose }: { port: Port; onClose: () => void }) {
  const items = useAddable();
  const choose = (type: string) => {
    const place = { x: Math.round(port.place.x), y: Math.round(port.place.y) };
    const id = graphStore.getState().add(type, place, { source: port.source, outcome: port.outcome });
    onClose();
    useView.getState().lookAt(id);
  };
  return (
    <Dropdown
      open
      trigger={["click"]}
      onOpenChange={(open) => !open && onClose()}
      menu={{ items, onClick: ({ key }) => choose(key) }}
    >
      <span className="port-menu" style={{ left: port.screen.x, top: port.screen.y }} />
    </Dropdown>
  );
}
