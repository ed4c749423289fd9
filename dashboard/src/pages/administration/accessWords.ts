export const en = {
  grants: "Roles",
  role: "Role",
  division: "Division, with all below it",
  addGrant: "Add a role",
  removeGrant: "Remove",
  actions: "May",
};

export const zh: typeof en = {
  grants: "角色",
  role: "角色",
  division: "区划（含下级）",
  addGrant: "添加角色",
  removeGrant: "移除",
  actions: "权限",
};
