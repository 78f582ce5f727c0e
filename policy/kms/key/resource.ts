/** Keys whose material is in this account, replicas left out: those follow their primary key. */
export const KEYS = ["aws:kms/key:Key"];
