import { ApiFilled as Icon } from "@ant-design/icons";
import { kind } from "../kind";
import { definition } from "./definition";
import { Panel } from "./Panel";

export default kind({ definition, Icon, Panel });
