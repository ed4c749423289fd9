import { pageWords } from "../../i18n/pageWords";

const en = {
  search: "Search name, address, tag …",
  anyState: "All states",
  division: "Division",
  anyDivision: "All divisions",
  tag: "Tag",
  anyTag: "All tags",
  shown_one: "{{shown}} of {{count}} camera",
  shown_other: "{{shown}} of {{count}} cameras",
  filteredOut: "No camera matches the filters.",
  clear: "Clear filters",
  divisionHint: "Such as Longgang/Longcheng",
  tags: "Tags",
  tagsHint: "Words by which deployments choose cameras",
  look: "Look at it",
  looking: "Opening the address …",
  notLooked: "Enter the address and look at it before you add it.",
  picture: "Picture",
  pictureOf: "What the camera shows now",
};

const zh: typeof en = {
  search: "搜索名称、地址、标签…",
  anyState: "所有状态",
  division: "区划",
  anyDivision: "所有区划",
  tag: "标签",
  anyTag: "所有标签",
  shown_one: "{{count}} 路摄像机中的 {{shown}} 路",
  shown_other: "{{count}} 路摄像机中的 {{shown}} 路",
  filteredOut: "没有符合条件的摄像机。",
  clear: "清除筛选",
  divisionHint: "例如 龙岗区/龙城街道",
  tags: "标签",
  tagsHint: "部署可按标签选择摄像机",
  look: "查看画面",
  looking: "正在打开地址…",
  notLooked: "填写地址，添加前先看一眼画面。",
  picture: "画面",
  pictureOf: "摄像机当前画面",
};

export const words = pageWords("cameraPages", en, zh);
