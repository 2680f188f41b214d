//! Will CUCM accept the directory's certificate.

pub(super) mod host_not_cn;
