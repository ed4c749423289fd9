import { addWords } from "../../i18n/addWords";
import * as access from "./accessWords";
import * as audit from "./audit/words";
import * as divisions from "./divisions/words";
import * as lists from "./responsibility/words";
import * as sinks from "./sinks/words";
import * as system from "./system/words";
import * as tokens from "./tokens/words";
import * as users from "./users/words";

const en = {
  tab: {
    system: "System",
    responsibility: "Responsibility list",
    divisions: "Divisions and units",
    sinks: "Sinks",
    users: "Users",
    tokens: "Tokens",
    roles: "Roles",
    audit: "Audit",
  },
  cancel: "Cancel",
  clear: "Clear",
  save: "Save",
  discard: "Discard",
  unsaved: "Unsaved changes",
  nothingUnsaved: "Everything is saved",
  leave: "Leave without saving?",
  once: "Shown only now: keep it where it is safe.",
  copy: "Copy",
  copied: "Copied",
  kept: "I have kept it",
  access: access.en,
  audit: audit.en,
  divisions: divisions.en,
  lists: lists.en,
  sinks: sinks.en,
  system: system.en,
  tokens: tokens.en,
  users: users.en,
};

const zh: typeof en = {
  tab: {
    system: "系统状态",
    responsibility: "权责清单",
    divisions: "区划与单位",
    sinks: "外部系统",
    users: "用户",
    tokens: "令牌",
    roles: "角色",
    audit: "审计",
  },
  cancel: "取消",
  clear: "清除",
  save: "保存",
  discard: "放弃修改",
  unsaved: "有未保存的修改",
  nothingUnsaved: "已全部保存",
  leave: "不保存就离开？",
  once: "仅此一次显示，请妥善保存。",
  copy: "复制",
  copied: "已复制",
  kept: "已保存好",
  access: access.zh,
  audit: audit.zh,
  divisions: divisions.zh,
  lists: lists.zh,
  sinks: sinks.zh,
  system: system.zh,
  tokens: tokens.zh,
  users: users.zh,
};

addWords("administration", en, zh);
