import { Drawer } from "antd";
import { Brand } from "./Brand";
import { Navigation } from "./Navigation";

const WIDTH = 260;

/** The places where there is no room for them at the side. */
export default function PlacesDrawer({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Drawer
      open={open}
      onClose={onClose}
      placement="left"
      size={WIDTH}
      title={<Brand />}
      styles={{ body: { padding: 0 } }}
    >
      <Navigation onGo={onClose} />
    </Drawer>
  );
}
