// Names that the RBAC kinds share.

export const rbacGroup = 'rbac.authorization.k8s.io';

/** Everything: verbs, groups, resources, paths. */
export const all = '*';
