import { pageWords } from "../../i18n/pageWords";
import * as lists from "./responsibility/words";
import * as system from "./system/words";

const en = {
  title: "Administration",
  tab: {
    system: "System",
    responsibility: "Responsibility list",
    divisions: "Divisions and units",
    sinks: "Sinks",
  },
  cancel: "Cancel",
  clear: "Clear",
  lists: lists.en,
  system: system.en,
};

const zh: typeof en = {
  title: "系统管理",
  tab: {
    system: "系统状态",
    responsibility: "权责清单",
    divisions: "区划与单位",
    sinks: "外部系统",
  },
  cancel: "取消",
  clear: "清除",
  lists: lists.zh,
  system: system.zh,
};

export const words = pageWords("administration", en, zh);
